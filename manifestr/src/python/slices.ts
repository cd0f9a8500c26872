// `text[1:-1]`, `list[::2]`: Python's slices and indexes.

import { codePoints } from './code-points.ts';
import { PyError } from './py-error.ts';
import { undefinedError } from './text.ts';
import { typeName } from './type-name.ts';
import { Markup, PyRange, PyTuple, Undefined, type Value } from './values.ts';

export function slice(value: Value, start: Value, stop: Value, step: Value): Value {
  if (value instanceof Undefined) throw undefinedError(value);
  const pick = <T>(entries: readonly T[]): T[] =>
    positions(entries.length, start, stop, step).map((at) => entries[at] as T);
  if (typeof value === 'string') return pick(codePoints(value)).join('');
  if (value instanceof Markup) return new Markup(pick(codePoints(value.text)).join(''));
  if (Array.isArray(value)) return pick(value);
  if (value instanceof PyTuple) return new PyTuple(pick(value.entries));
  if (value instanceof PyRange) return sliceRange(value, start, stop, step);
  if (typeName(value) === 'dict') throw new PyError('TypeError', "unhashable type: 'slice'");
  throw new PyError('TypeError', `'${typeName(value)}' object is not subscriptable`);
}

/** Where `index` counted from the front or the back lies; `undefined` outside. */
export function indexIn(length: number, index: bigint | boolean): number | undefined {
  const at = Number(index) < 0 ? Number(index) + length : Number(index);
  return at >= 0 && at < length ? at : undefined;
}

interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

function bounds(length: number, start: Value, stop: Value, step: Value): Bounds {
  const by = bound(step) ?? 1;
  if (by === 0) throw new PyError('ValueError', 'slice step cannot be zero');
  const lowest = by > 0 ? 0 : -1;
  const highest = by > 0 ? length : length - 1;
  const place = (value: number | undefined, otherwise: number): number => {
    if (value === undefined) return otherwise;
    return Math.min(highest, Math.max(lowest, value < 0 ? value + length : value));
  };
  return {
    from: place(bound(start), by > 0 ? lowest : highest),
    to: place(bound(stop), by > 0 ? highest : lowest),
    by,
  };
}

function bound(value: Value): number | undefined {
  if (value === null) return undefined;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  throw new PyError('TypeError', 'slice indices must be integers or None or have an __index__ method');
}

function positions(length: number, start: Value, stop: Value, step: Value): number[] {
  const { from, to, by } = bounds(length, start, stop, step);
  const found: number[] = [];
  for (let at = from; by > 0 ? at < to : at > to; at += by) found.push(at);
  return found;
}

function sliceRange(range: PyRange, start: Value, stop: Value, step: Value): PyRange {
  const { from, to, by } = bounds(Number(range.length), start, stop, step);
  return new PyRange(range.at(BigInt(from)), range.at(BigInt(to)), range.step * BigInt(by));
}
