// The escapes inside a quoted text of a template or a Python module: Python's unicode-escape.

const SINGLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;

/** `body` is what stands between the quotes. Unknown escapes stay as they are. Throws SyntaxError for a broken one. */
export function unescapeString(body: string): string {
  if (!body.includes('\\')) return body;
  return body.replace(ESCAPE, (whole, two, four, eight, octal, single: string | undefined) => {
    const hex = two ?? four ?? eight;
    if (hex !== undefined) return fromCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return fromCode(Number.parseInt(octal, 8));
    if (single === 'x' || single === 'u' || single === 'U') throw new SyntaxError(`truncated \\${single} escape`);
    if (single === 'N') throw new SyntaxError('\\N{…} escapes are not known here');
    return SINGLE[single ?? ''] ?? whole;
  });
}

function fromCode(code: number): string {
  if (code > 0x10ffff) throw new SyntaxError('illegal Unicode character');
  return code < 0x10000 ? String.fromCharCode(code) : String.fromCodePoint(code);
}
