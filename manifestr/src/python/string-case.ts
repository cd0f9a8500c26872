// Upper, lower and title case, and the is… questions about a text.

import { codePoints } from './code-points.ts';
import type { Method } from './methods.ts';
import { isSpaceText } from './white-space.ts';

/** Letters whose title case is neither their upper case nor its first letter with the rest in lower case. */
const TITLES: Readonly<Record<string, string>> = {
  Ǆ: 'ǅ',
  ǅ: 'ǅ',
  ǆ: 'ǅ',
  Ǉ: 'ǈ',
  ǈ: 'ǈ',
  ǉ: 'ǈ',
  Ǌ: 'ǋ',
  ǋ: 'ǋ',
  ǌ: 'ǋ',
  Ǳ: 'ǲ',
  ǲ: 'ǲ',
  ǳ: 'ǲ',
  ŉ: 'ʼN',
};
const GEORGIAN = /[\u10d0-\u10fa\u10fd-\u10ff]/;

export function capitalize(text: string): string {
  const [first = '', ...rest] = codePoints(text);
  return titleOf(first) + rest.join('').toLowerCase();
}

function titleOf(char: string): string {
  const special = TITLES[char];
  if (special !== undefined) return special;
  if (GEORGIAN.test(char)) return char;
  const [first = '', ...rest] = char.toUpperCase();
  return first + rest.join('').toLowerCase();
}

/** A letter after one that has cases is lower, any other is title case. */
export function titleCase(text: string): string {
  return text.replace(/\p{Cased}+/gu, capitalize);
}

export function swapCase(text: string): string {
  return codePoints(text)
    .map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()))
    .join('');
}

export function caseFold(text: string): string {
  return codePoints(text)
    .map((char) => (char === 'ı' ? char : char.toUpperCase().toLowerCase()))
    .join('');
}

export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}

export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

export const IS_METHODS: Readonly<Record<string, Method<string>>> = {
  isalpha: (self) => /^\p{L}+$/u.test(self),
  isalnum: (self) => /^[\p{L}\p{N}]+$/u.test(self),
  isdigit: (self) => /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]+$/u.test(self),
  isdecimal: (self) => /^\p{Nd}+$/u.test(self),
  isnumeric: (self) => /^\p{N}+$/u.test(self),
  isspace: (self) => isSpaceText(self),
  islower: (self) => isLower(self),
  isupper: (self) => isUpper(self),
  istitle: (self) => /[\p{Uppercase}\p{Lt}]/u.test(self) && titleCase(self) === self,
  isidentifier: (self) => /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u.test(self),
  isprintable: (self) => !/(?! )[\p{C}\p{Z}]/u.test(self),
  isascii: (self) => [...self].every((char) => char.charCodeAt(0) < 128),
};
