// Cutting, stripping and replacing in text as Python's str does.

import { integer } from './bind.ts';
import { codePointLength, codePoints } from './code-points.ts';
import { PyError } from './py-error.ts';
import { str } from './text.ts';
import { typeName } from './type-name.ts';
import { PyDict, type Value } from './values.ts';
import { splitWords, stripEnd, stripStart } from './white-space.ts';

export function strip(text: string, chars: Value | undefined, side: 'both' | 'start' | 'end'): string {
  if (chars === undefined || chars === null) {
    const left = side === 'end' ? text : stripStart(text);
    return side === 'start' ? left : stripEnd(left);
  }
  const unwanted = new Set(codePoints(str(chars)));
  const points = codePoints(text);
  let from = 0;
  let to = points.length;
  if (side !== 'end') while (from < to && unwanted.has(points[from] ?? '')) from++;
  if (side !== 'start') while (to > from && unwanted.has(points[to - 1] ?? '')) to--;
  return points.slice(from, to).join('');
}

export function split(text: string, [separator, most]: readonly (Value | undefined)[], fromEnd: boolean): Value[] {
  const limit = integer(most, -1);
  if (separator === undefined || separator === null) return splitAtSpace(text, limit, fromEnd);
  const cut = str(separator);
  if (cut === '') throw new PyError('ValueError', 'empty separator');
  const parts = text.split(cut);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  if (fromEnd) return [parts.slice(0, parts.length - limit).join(cut), ...parts.slice(parts.length - limit)];
  return [...parts.slice(0, limit), parts.slice(limit).join(cut)];
}

function splitAtSpace(text: string, limit: number, fromEnd: boolean): Value[] {
  const words = splitWords(text);
  if (limit < 0 || words.length <= limit + 1) return words;
  const kept = fromEnd ? words.slice(words.length - limit) : words.slice(0, limit);
  let rest = fromEnd ? stripEnd(text) : stripStart(text);
  for (const word of fromEnd ? [...kept].reverse() : kept) {
    rest = fromEnd ? stripEnd(rest.slice(0, -word.length || undefined)) : stripStart(rest.slice(word.length));
  }
  return fromEnd ? [rest, ...kept] : [...kept, rest];
}

/** Python's str.replace: `count` < 0 means all. An empty `old` matches between all characters. */
export function replaceText(text: string, old: string, fresh: string, count: number): string {
  if (count === 0) return text;
  if (old === '') {
    const points = codePoints(text);
    const most = count < 0 ? points.length + 1 : Math.min(count, points.length + 1);
    return points.map((char, at) => (at < most ? fresh : '') + char).join('') + (most > points.length ? fresh : '');
  }
  if (count < 0) return text.replaceAll(old, () => fresh);
  const parts = text.split(old);
  return parts.map((part, at) => part + (at === parts.length - 1 ? '' : at < count ? fresh : old)).join('');
}

/** How often `part` is in the text, from `args[1]` to `args[2]`. */
export function count(text: string, part: string, args: readonly Value[]): bigint {
  const { window } = windowOf(text, args);
  if (window === undefined) return 0n;
  return BigInt(part === '' ? codePointLength(window) + 1 : window.split(part).length - 1);
}

/** The stretch of text that a search with bounds looks at; none where it starts beyond its end. */
export function windowOf(
  text: string,
  args: readonly Value[],
): { readonly start: number; readonly window: string | undefined } {
  if (args.length < 2) return { start: 0, window: text };
  const points = codePoints(text);
  const place = (value: Value | undefined, otherwise: number): number => {
    const at = value === undefined || value === null ? otherwise : integer(value, otherwise);
    return Math.max(0, at < 0 ? at + points.length : at);
  };
  const start = place(args[1], 0);
  const end = Math.min(points.length, place(args[2], points.length));
  return { start, window: start > end ? undefined : points.slice(start, end).join('') };
}

/** Python's str.translate: characters by their code, to a code, a text, or nothing. */
export function translate(text: string, table: Value): string {
  if (!(table instanceof PyDict)) throw new PyError('TypeError', `'${typeName(table)}' object is not subscriptable`);
  return codePoints(text)
    .map((char) => {
      const made = table.get(BigInt(char.codePointAt(0) ?? 0));
      if (made === undefined) return char;
      if (made === null) return '';
      return typeof made === 'bigint' ? String.fromCodePoint(Number(made)) : str(made);
    })
    .join('');
}

export function find(text: string, part: string, args: readonly Value[], last: boolean): bigint {
  const { start, window } = windowOf(text, args);
  if (window === undefined) return -1n;
  const at = last ? window.lastIndexOf(part) : window.indexOf(part);
  return at < 0 ? -1n : BigInt(start + codePointLength(window.slice(0, at)));
}

export function translateTabs(text: string, size: number): string {
  let column = 0;
  return codePoints(text)
    .map((char) => {
      const shown = char === '\t' ? ' '.repeat(size > 0 ? size - (column % size) : 0) : char;
      column = char === '\n' || char === '\r' ? 0 : column + shown.length;
      return shown;
    })
    .join('');
}
