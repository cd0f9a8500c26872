// Filters that order, group and pick entries of a sequence.

import { integer } from '../python/bind.ts';
import { compare, equals } from '../python/compare.ts';
import { dictKey } from '../python/dict-key.ts';
import { iterate, length, MOST_ENTRIES, toArray, tooMany } from '../python/iterate.ts';
import { binary } from '../python/operators.ts';
import { orElse } from '../python/or-else.ts';
import { PyError } from '../python/py-error.ts';
import { slice } from '../python/slices.ts';
import { sorted } from '../python/sort.ts';
import { str, truth, undefinedError } from '../python/text.ts';
import { typeName } from '../python/type-name.ts';
import { DictView, Markup, PyDict, PyIterator, PyObject, PyTuple, Undefined, type Value } from '../python/values.ts';
import type { Filter } from '../runtime/runtime.ts';
import { attributeGetter, type Getter, ignoreCase, manyAttributesGetter } from './attributes.ts';
import { filter, type Given } from './define.ts';

export const LIST_FILTERS: readonly (readonly [string, Filter])[] = [
  filter('length', '', 0, (input) => BigInt(length(input))),
  filter('count', '', 0, (input) => BigInt(length(input))),
  filter('list', '', 0, (input) => toArray(input)),
  filter('first', '', 0, (input) =>
    orElse(iterate(input).next().value, () => none('No first item, sequence was empty.')),
  ),
  filter('last', '', 0, (input) => orElse(lastOf(input), () => none('No last item, sequence was empty.'))),
  filter('random', '', 0, (input) => {
    const entries = toArray(input);
    return orElse(entries[Math.floor(Math.random() * entries.length)], () =>
      none('No random item, sequence was empty.'),
    );
  }),
  filter('join', 'd attribute', 0, (input, [joint = '', attribute], { strict }) => {
    const get =
      attribute === undefined || attribute === null
        ? (entry: Value) => entry
        : attributeGetter(attribute, undefined, undefined, strict);
    return toArray(input)
      .map((entry) => str(get(entry)))
      .join(str(joint));
  }),
  filter('reverse', '', 0, reverse),
  filter('sort', 'reverse case_sensitive attribute', 0, (input, [reversed = false, sensitive = false, attribute]) =>
    sorted(toArray(input), manyAttributesGetter(attribute, caseRule(sensitive)), truth(reversed)),
  ),
  filter(
    'unique',
    'case_sensitive attribute',
    0,
    (input, [sensitive = false, attribute]) =>
      new PyIterator(unique(input, attributeGetter(attribute, undefined, caseRule(sensitive)))),
  ),
  filter('min', 'case_sensitive attribute', 0, (input, given) => extreme(input, given, (order) => order < 0)),
  filter('max', 'case_sensitive attribute', 0, (input, given) => extreme(input, given, (order) => order > 0)),
  filter('sum', 'attribute start', 0, (input, [attribute, start = 0n], { strict }) => {
    const get =
      attribute === undefined || attribute === null
        ? (entry: Value) => entry
        : attributeGetter(attribute, undefined, undefined, strict);
    if (typeof start === 'string') throw new PyError('TypeError', "sum() can't sum strings [use ''.join(seq) instead]");
    return toArray(input).reduce((total, entry) => binary('+', total, get(entry)), start);
  }),
  filter('dictsort', 'case_sensitive by reverse', 0, dictSort),
  filter('items', '', 0, (input) => {
    if (input instanceof Undefined) return new PyIterator([].values());
    if (!(input instanceof PyDict)) throw new PyError('TypeError', 'Can only get item pairs from a mapping.');
    return new PyIterator(iterate(new DictView(input, 'items')));
  }),
  filter('groupby', 'attribute default case_sensitive', 1, groupBy),
  filter(
    'batch',
    'linecount fill_with',
    1,
    (input, [count, fill = null]) => new PyIterator(batches(toArray(input), integer(count, 1), fill).values()),
  ),
  filter(
    'slice',
    'slices fill_with',
    1,
    (input, [count, fill = null]) => new PyIterator(columns(toArray(input), integer(count, 1), fill).values()),
  ),
];

function none(message: string): Undefined {
  return new Undefined(() => ({ message }));
}

function caseRule(sensitive: Value): Getter {
  return truth(sensitive) ? (value) => value : ignoreCase;
}

function lastOf(input: Value): Value | undefined {
  if (input instanceof PyIterator || input instanceof PyObject) {
    throw new PyError('TypeError', `'${typeName(input)}' object is not reversible`);
  }
  return toArray(input).at(-1);
}

function reverse(input: Value): Value {
  if (typeof input === 'string' || input instanceof Markup) return slice(input, null, null, -1n);
  if (input instanceof Undefined && input.strict) throw undefinedError(input);
  return new PyIterator(toArray(input).reverse().values(), Array.isArray(input) ? 'list_reverseiterator' : 'reversed');
}

function* unique(input: Value, get: Getter): Generator<Value> {
  const seen = new Set<unknown>();
  for (const entry of iterate(input)) {
    const key = dictKey(get(entry));
    if (!seen.has(key)) yield entry;
    seen.add(key);
  }
}

function extreme(input: Value, [sensitive = false, attribute]: Given, isBetter: (order: number) => boolean): Value {
  const get = attributeGetter(attribute, undefined, caseRule(sensitive));
  const [first, ...rest] = toArray(input);
  if (first === undefined) return none('No aggregated item, sequence was empty.');
  let best = first;
  let bestKey = get(first);
  for (const entry of rest) {
    const key = get(entry);
    if (!isBetter(compare(key, bestKey))) continue;
    best = entry;
    bestKey = key;
  }
  return best;
}

function dictSort(input: Value, [sensitive = false, by = 'key', reversed = false]: Given): Value {
  if (by !== 'key' && by !== 'value')
    throw new PyError('FilterArgumentError', 'You can only sort by either "key" or "value"');
  if (input instanceof Undefined) throw undefinedError(input);
  if (!(input instanceof PyDict))
    throw new PyError('AttributeError', `'${typeName(input)}' object has no attribute 'items'`);
  const rule = caseRule(sensitive);
  const pairs = [...input.entries()];
  const order = sorted(
    pairs.map(([key, value]) => new PyTuple([key, value])),
    (pair) => rule((pair instanceof PyTuple ? pair.entries[by === 'key' ? 0 : 1] : null) ?? null),
    truth(reversed),
  );
  return order;
}

function groupBy(input: Value, [attribute, otherwise, sensitive = false]: Given): Value {
  const get = attributeGetter(attribute, otherwise, caseRule(sensitive));
  const shown = attributeGetter(attribute, otherwise);
  const groups: { key: Value; entries: Value[] }[] = [];
  for (const entry of sorted(toArray(input), get, false)) {
    const key = get(entry);
    const last = groups.at(-1);
    if (last !== undefined && equals(last.key, key)) last.entries.push(entry);
    else groups.push({ key, entries: [entry] });
  }
  return groups.map(({ entries }) => new PyTuple([shown(entries[0] ?? null), entries], ['grouper', 'list']));
}

function batches(entries: readonly Value[], count: number, fill: Value): Value[] {
  if (fill !== null && count > MOST_ENTRIES) throw tooMany();
  const made: Value[][] = [];
  for (let at = 0; at < entries.length; at += Math.max(1, count)) made.push(entries.slice(at, at + Math.max(1, count)));
  const last = made.at(-1);
  if (fill !== null) while (last !== undefined && last.length < count) last.push(fill);
  return made;
}

function columns(entries: readonly Value[], count: number, fill: Value): Value[] {
  if (count === 0) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero');
  const each = Math.floor(entries.length / count);
  const extra = entries.length % count;
  return Array.from({ length: count }, (_, at) => {
    const from = at * each + Math.min(at, extra);
    const column = entries.slice(from, from + each + (at < extra ? 1 : 0));
    if (fill !== null && at >= extra) column.push(fill);
    return column;
  });
}
