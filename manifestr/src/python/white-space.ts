// What Python's str methods and regular expressions take for white space and for line ends; JavaScript's sets differ.

export const SPACE = '[ \\t-\\r\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const TRAILING = new RegExp(`${SPACE}+$`);
const LEADING = new RegExp(`^${SPACE}+`);
const WORDS = new RegExp(`${SPACE}+`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters str.splitlines() splits at.
const LINE_ENDS = /(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])/;

export function stripEnd(text: string): string {
  return isSpace(text.charCodeAt(text.length - 1)) ? text.replace(TRAILING, '') : text;
}

export function stripStart(text: string): string {
  return text.replace(LEADING, '');
}

export function splitWords(text: string): string[] {
  const inner = stripStart(stripEnd(text));
  return inner === '' ? [] : inner.split(WORDS);
}

/** Python's str.splitlines(): no empty line after a last line end. */
export function splitLines(text: string, keepEnds = false): string[] {
  const parts = text.split(LINE_ENDS);
  const lines: string[] = [];
  for (let at = 0; at < parts.length; at += 2) lines.push((parts[at] ?? '') + (keepEnds ? (parts[at + 1] ?? '') : ''));
  if (parts.at(-1) === '') lines.pop();
  return lines;
}

export function isSpaceText(text: string): boolean {
  return text !== '' && stripEnd(text) === '';
}

function isSpace(code: number): boolean {
  return code <= 32 || code === 0x85 || code >= 0xa0;
}
