// One text in YAML: plain where every reader takes it for that text, else in quotes (PyYAML's analyze_scalar).

export interface TextPlace {
  readonly level: number;
  readonly width: number;
  readonly inFlow: boolean;
  readonly unicode: boolean;
}

/** What YAML 1.1 or 1.2 would read as something other than text. */
const OTHER_TYPES =
  /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|y|Y|n|N|=|<<|[-+]?0b[01_]+|[-+]?0[0-7_]+|0o[0-7]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?|[-+]?(?:\d[\d_]*)?\.[\d_]*(?:[eE][-+]?\d+)?|[-+]?\d[\d_]*(?:\.[\d_]*)?[eE][-+]?\d+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}.*)?)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped.
const SPECIAL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff\ufffe\uffff\u2028\u2029\t]/;

export function yamlText(text: string, place: TextPlace): string {
  if (text === '') return "''";
  if (needsEscapes(text, place.unicode)) return doubleQuoted(text, place.unicode);
  if (text.includes('\n')) return singleQuotedLines(text, place.level);
  return isPlain(text, place.inFlow) ? text : `'${text.replaceAll("'", "''")}'`;
}

function needsEscapes(text: string, unicode: boolean): boolean {
  const basic = text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, unicode ? '' : '\u0001');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII.
  if (SPECIAL.test(basic) || (!unicode && /[^\x00-\x7f]/.test(text))) return true;
  return /(?:^|\n) |[ ]\n/.test(text) && text.includes('\n') && / \n|\n /.test(text);
}

function isPlain(text: string, inFlow: boolean): boolean {
  if (OTHER_TYPES.test(text) || /^[ ]|[ ]$/.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^(?:---|\.\.\.)/.test(text)) return false;
  if (/^[-?:](?: |$)/.test(text) || /: |:$| #/.test(text)) return false;
  if (/^[-?]/.test(text) && inFlow) return false;
  return !(inFlow && /[,?[\]{}:]/.test(text));
}

/** A line end inside single quotes is written as an empty line. */
function singleQuotedLines(text: string, level: number): string {
  const margin = ' '.repeat(level);
  const body = text.replaceAll("'", "''").replace(/\n+/g, (ends) => `\n${ends}${margin}`);
  return `'${body}'`;
}

const NAMED: Readonly<Record<string, string>> = {
  '\0': '0',
  '\u0007': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\u001b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u00a0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

function doubleQuoted(text: string, unicode: boolean): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped.
  const unsafe = unicode ? /["\\\x00-\x1f\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]|\p{Cs}/gu : /["\\]|[^\x20-\x7e]/gu;
  return `"${text.replace(unsafe, (char) => `\\${NAMED[char] ?? hexEscape(char.codePointAt(0) ?? 0)}`)}"`;
}

function hexEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  if (code < 0x100) return `x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `u${hex.padStart(4, '0')}` : `U${hex.padStart(8, '0')}`;
}
