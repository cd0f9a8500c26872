// Going through a value as Python's `for` does, and counting it as `len` does.

import { codePointLength, codePoints } from './code-points.ts';
import { PyError } from './py-error.ts';
import { refuseStrict } from './text.ts';
import { typeName } from './type-name.ts';
import { DictView, Markup, PyDict, PyIterator, PyObject, PyRange, PyTuple, Undefined, type Value } from './values.ts';

/** More entries than any manifest needs: what goes beyond is a template that loops for ever. */
export const MOST_ENTRIES = 1_000_000;

/** Throws TypeError for what Python cannot iterate. A PyIterator is used up by it. */
export function iterate(value: Value): IterableIterator<Value> {
  if (Array.isArray(value)) return value.values();
  if (typeof value === 'string') return codePoints(value).values();
  if (value instanceof Markup) return codePoints(value.text).values();
  if (value instanceof PyTuple) return value.entries.values();
  if (value instanceof PyDict) return value.keys();
  if (value instanceof PyRange) return rangeEntries(value);
  if (value instanceof DictView) return viewEntries(value);
  if (value instanceof PyIterator) return resume(value.iterator);
  if (value instanceof Undefined) {
    refuseStrict(value);
    return [].values();
  }
  throw new PyError('TypeError', `'${typeName(value)}' object is not iterable`);
}

export function isIterable(value: Value): boolean {
  return typeof value === 'object' && value !== null ? !(value instanceof PyObject) : typeof value === 'string';
}

/** Everything in it, as a list. */
export function toArray(value: Value): Value[] {
  if (value instanceof PyRange && value.length > BigInt(MOST_ENTRIES)) throw tooMany();
  const entries: Value[] = [];
  for (const entry of iterate(value)) {
    if (entries.length >= MOST_ENTRIES) throw tooMany();
    entries.push(entry);
  }
  return entries;
}

export function tooMany(): PyError {
  return new PyError('LimitExceeded', `more than ${MOST_ENTRIES} entries: does this loop for ever?`);
}

export function length(value: Value): number {
  const counted = lengthOf(value);
  if (counted === undefined) throw new PyError('TypeError', `object of type '${typeName(value)}' has no len()`);
  return counted;
}

/** `undefined` where Python's len() would raise. */
export function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return codePointLength(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Markup) return codePointLength(value.text);
  if (value instanceof PyTuple) return value.entries.length;
  if (value instanceof PyDict) return value.size;
  if (value instanceof PyRange) return Number(value.length);
  if (value instanceof DictView) return value.dict.size;
  if (value instanceof Undefined) {
    refuseStrict(value);
    return 0;
  }
  return value instanceof PyObject ? value.behaviour.length?.() : undefined;
}

function* rangeEntries(range: PyRange): IterableIterator<Value> {
  const count = range.length;
  for (let index = 0n; index < count; index++) yield range.at(index);
}

function* viewEntries({ dict, shows }: DictView): IterableIterator<Value> {
  if (shows === 'keys') yield* dict.keys();
  else if (shows === 'values') yield* dict.values();
  else for (const [key, value] of dict.entries()) yield new PyTuple([key, value]);
}

function* resume(iterator: Iterator<Value>): IterableIterator<Value> {
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) yield next.value;
}
