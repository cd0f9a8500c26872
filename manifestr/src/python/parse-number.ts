// Text to number as Python's int() and float() read it.

import { stripEnd, stripStart } from './white-space.ts';

const PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' };

/** `undefined` where Python raises ValueError. Base 0 goes by the prefix. */
export function parseIntText(text: string, base: number): bigint | undefined {
  const [, sign = '', body = ''] =
    /^([-+]?)([\s\S]*)$/.exec(asciiDigits(stripStart(stripEnd(text))).toLowerCase()) ?? [];
  const radix = base === 0 ? radixOf(body) : base;
  const prefix = PREFIXES[radix];
  const digits = prefix !== undefined && body.startsWith(prefix) ? body.slice(2).replace(/^_/, '') : body;
  if (!/^[\da-z]+(?:_[\da-z]+)*$/.test(digits)) return undefined;
  if (base === 0 && radix === 10 && /^0[_\d]*[1-9]/.test(digits)) return undefined;
  let value = 0n;
  for (const char of digits.replaceAll('_', '')) {
    const digit = Number.parseInt(char, 36);
    if (digit >= radix) return undefined;
    value = value * BigInt(radix) + BigInt(digit);
  }
  return sign === '-' ? -value : value;
}

function radixOf(body: string): number {
  if (body.startsWith('0x')) return 16;
  if (body.startsWith('0o')) return 8;
  return body.startsWith('0b') ? 2 : 10;
}

export function parseFloatText(text: string): number | undefined {
  const body = asciiDigits(stripStart(stripEnd(text))).toLowerCase();
  const [, sign = '', word] = /^([-+]?)(inf|infinity|nan)$/.exec(body) ?? [];
  if (word !== undefined) return word === 'nan' ? Number.NaN : sign === '-' ? -Infinity : Infinity;
  if (!/^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/.test(body)) return undefined;
  return Number(body.replaceAll('_', ''));
}

/** Decimal digits of any script count as 0 to 9; each script has them in a run of ten. */
function asciiDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let first = code;
    while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first--;
    return String((code - first) % 10);
  });
}
