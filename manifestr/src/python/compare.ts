// Python's ==, < and `in`, across types.

import { compareText } from './code-points.ts';
import { iterate } from './iterate.ts';
import { PyError } from './py-error.ts';
import { undefinedError } from './text.ts';
import { typeName } from './type-name.ts';
import { DictView, Markup, PyDict, PyRange, PyTuple, Undefined, type Value } from './values.ts';

export function equals(a: Value, b: Value): boolean {
  const left = plain(a);
  const right = plain(b);
  if (left instanceof Undefined || right instanceof Undefined) {
    const strict = [left, right].find((side) => side instanceof Undefined && side.strict);
    if (strict instanceof Undefined) throw undefinedError(strict);
    return left instanceof Undefined && right instanceof Undefined;
  }
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right) === 0;
  if (Array.isArray(left) && Array.isArray(right)) return sameEntries(left, right);
  if (left instanceof PyTuple && right instanceof PyTuple) return sameEntries(left.entries, right.entries);
  if (left instanceof PyDict && right instanceof PyDict) return sameDict(left, right);
  if (left instanceof PyRange && right instanceof PyRange) return sameRange(left, right);
  if (isSetLike(left) && isSetLike(right)) return left.dict.size === right.dict.size && isSubset(left, right);
  return left === right;
}

/** Keys and items of a dict compare as sets do. */
function isSetLike(value: Value): value is DictView {
  return value instanceof DictView && value.shows !== 'values';
}

function isSubset(part: DictView, whole: DictView): boolean {
  for (const entry of iterate(part)) if (!contains(whole, entry)) return false;
  return true;
}

/** Whether `left operator right` holds. Throws TypeError where Python has no order. */
export function ordered(left: Value, operator: '<' | '<=' | '>' | '>=', right: Value): boolean {
  if (isSetLike(left) && isSetLike(right)) {
    const [part, whole] = operator.startsWith('<') ? [left, right] : [right, left];
    return (operator.length === 2 || part.dict.size < whole.dict.size) && isSubset(part, whole);
  }
  const order = compare(left, right, operator);
  if (operator.length === 2 && order === 0) return true;
  return operator.startsWith('<') ? order < 0 : order > 0;
}

/** Negative, 0 or positive; throws TypeError where Python has no order. */
export function compare(a: Value, b: Value, operator = '<'): number {
  const left = plain(a);
  const right = plain(b);
  if (left instanceof Undefined) throw undefinedError(left);
  if (right instanceof Undefined) throw undefinedError(right);
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right);
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (Array.isArray(left) && Array.isArray(right)) return compareEntries(left, right, operator);
  if (left instanceof PyTuple && right instanceof PyTuple) return compareEntries(left.entries, right.entries, operator);
  throw new PyError(
    'TypeError',
    `'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
  );
}

export function contains(container: Value, wanted: Value): boolean {
  const held = plain(container);
  if (typeof held === 'string') {
    const part = plain(wanted);
    if (typeof part !== 'string') {
      throw new PyError('TypeError', `'in <string>' requires string as left operand, not ${typeName(part)}`);
    }
    return held.includes(part);
  }
  if (held instanceof PyDict) return held.has(wanted);
  if (held instanceof DictView && held.shows === 'keys') return held.dict.has(wanted);
  if (typeof held !== 'object' || held === null) {
    throw new PyError('TypeError', `argument of type '${typeName(held)}' is not iterable`);
  }
  for (const entry of iterate(held)) if (entry === wanted || equals(entry, wanted)) return true;
  return false;
}

/** NaN where one of them is: then nothing holds between them. */
function compareNumbers(a: boolean | bigint | number, b: boolean | bigint | number): number {
  const left = typeof a === 'boolean' ? Number(a) : a;
  const right = typeof b === 'boolean' ? Number(b) : b;
  if (left < right) return -1;
  if (left > right) return 1;
  return Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : 0;
}

function plain(value: Value): Value {
  return value instanceof Markup ? value.text : value;
}

export function isNumeric(value: Value): value is boolean | bigint | number {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
}

function sameEntries(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((entry, index) => equals(entry, b[index] ?? null));
}

function sameDict(a: PyDict, b: PyDict): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a.entries()) {
    const other = b.get(key);
    if (other === undefined || !equals(value, other)) return false;
  }
  return true;
}

function sameRange(a: PyRange, b: PyRange): boolean {
  if (a.length !== b.length) return false;
  return a.length === 0n || (a.start === b.start && (a.length === 1n || a.step === b.step));
}

function compareEntries(a: readonly Value[], b: readonly Value[], operator: string): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const left = a[index] ?? null;
    const right = b[index] ?? null;
    if (!equals(left, right)) return compare(left, right, operator);
  }
  return a.length - b.length;
}
