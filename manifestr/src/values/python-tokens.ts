// The words of a values module in Python: names, numbers, strings, brackets, line ends.

import { unescapeString } from '../template/string-literal.ts';
import { valuesErrorAt } from './values-error.ts';

export interface PythonToken {
  readonly type: 'name' | 'number' | 'string' | 'sign' | 'newline' | 'end';
  readonly text: string;
  readonly at: number;
}

const SKIP = /(?:[ \t\f]|\\\r?\n|#[^\r\n]*)+/y;
const NEWLINE = /\r\n|[\r\n]/y;
const STRING =
  /([A-Za-z]{0,2})("""[\s\S]*?(?<!\\)(?:\\\\)*"""|'''[\s\S]*?(?<!\\)(?:\\\\)*'''|"(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*"|'(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*')/y;
const NUMBER =
  /(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d+(?:_\d+)*)?\.?\d+(?:_\d+)*\.?(?:[eE][-+]?\d+(?:_\d+)*)?)/y;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const SIGN = /\*\*|\/\/|->|:=|[=!<>+\-*/%|&^~@]=|[-+*/%=(){}[\],:.;@<>|&^~!$?]/y;

/** Line ends inside brackets do not count. Throws ValuesError at the first thing that is no Python. */
export function pythonTokens(file: string, text: string): PythonToken[] {
  const tokens: PythonToken[] = [];
  let depth = 0;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const push = (type: PythonToken['type'], value: string, length: number): void => {
    tokens.push({ type, text: value, at });
    at += length;
  };
  while (at < text.length) {
    const skipped = match(SKIP)?.[0];
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const newline = match(NEWLINE)?.[0];
    if (newline !== undefined) {
      if (depth === 0) push('newline', newline, newline.length);
      else at += newline.length;
      continue;
    }
    const string = match(STRING);
    const word = string ?? match(NUMBER) ?? match(NAME) ?? match(SIGN);
    if (word === null)
      throw valuesErrorAt(
        file,
        text,
        at,
        text[at] === '"' || text[at] === "'" ? 'this string does not end' : `unexpected '${text[at]}'`,
      );
    const [whole] = word;
    if (string !== null) push('string', stringValue(file, text, at, string[1] ?? '', string[2] ?? ''), whole.length);
    else if (/^[\d.]*\d/.test(whole)) push('number', whole, whole.length);
    else if (/^[\p{L}\p{Nl}_]/u.test(whole)) push('name', whole, whole.length);
    else {
      depth = Math.max(0, depth + ('([{'.includes(whole) ? 1 : ')]}'.includes(whole) ? -1 : 0));
      push('sign', whole, whole.length);
    }
  }
  push('newline', '', 0);
  push('end', '', 0);
  return tokens;
}

function stringValue(file: string, text: string, at: number, prefix: string, quoted: string): string {
  const kind = prefix.toLowerCase();
  if (kind.includes('f')) throw valuesErrorAt(file, text, at, 'an f-string is code; only plain strings are read');
  if (kind.includes('b')) throw valuesErrorAt(file, text, at, 'bytes are not known here; only text');
  if (kind !== '' && kind !== 'r' && kind !== 'u')
    throw valuesErrorAt(file, text, at, `unknown string prefix '${prefix}'`);
  const fence = /^(?:"""|''')/.test(quoted) ? 3 : 1;
  const body = quoted.slice(fence, -fence).replace(/\r\n?/g, '\n');
  try {
    return kind === 'r' ? body : unescapeString(body);
  } catch (error) {
    throw valuesErrorAt(file, text, at, error instanceof Error ? error.message : String(error));
  }
}
