// Methods of list, tuple and range.

import { bind, integer } from './bind.ts';
import { equals } from './compare.ts';
import { toArray } from './iterate.ts';
import { call } from './members.ts';
import type { Methods } from './methods.ts';
import { PyError } from './py-error.ts';
import { indexIn } from './slices.ts';
import { sorted } from './sort.ts';
import { repr, truth } from './text.ts';
import { typeName } from './type-name.ts';
import type { PyRange, PyTuple, Value } from './values.ts';

export const LIST_METHODS: Methods<Value[]> = {
  append(self, args, keywords) {
    const [entry = null] = bind('append', 'object', 1, args, keywords);
    self.push(entry);
    return null;
  },
  extend(self, args, keywords) {
    const [entries = null] = bind('extend', 'iterable', 1, args, keywords);
    for (const entry of toArray(entries)) self.push(entry);
    return null;
  },
  insert(self, args, keywords) {
    const [at, entry = null] = bind('insert', 'index object', 2, args, keywords);
    self.splice(integer(at, 0), 0, entry);
    return null;
  },
  pop(self, args, keywords) {
    const [at] = bind('pop', 'index', 0, args, keywords);
    if (self.length === 0) throw new PyError('IndexError', 'pop from empty list');
    const place = indexIn(self.length, BigInt(integer(at, -1)));
    const gone = place === undefined ? undefined : self.splice(place, 1)[0];
    if (gone === undefined) throw new PyError('IndexError', 'pop index out of range');
    return gone;
  },
  remove(self, args) {
    const at = self.findIndex((entry) => equals(entry, args[0] ?? null));
    if (at < 0) throw new PyError('ValueError', 'list.remove(x): x not in list');
    self.splice(at, 1);
    return null;
  },
  reverse(self) {
    self.reverse();
    return null;
  },
  sort(self, args, keywords) {
    const [key, reverse = false] = bind('sort', 'key reverse', 0, args, keywords);
    const by =
      key === undefined || key === null ? (entry: Value) => entry : (entry: Value) => call(key, [entry], new Map());
    self.splice(0, self.length, ...sorted(self, by, truth(reverse)));
    return null;
  },
  clear(self) {
    self.length = 0;
    return null;
  },
  copy: (self) => [...self],
  index: (self, args) => indexOf(self, args, self),
  count: (self, args, keywords) => countOf(self, bind('count', 'value', 1, args, keywords)),
};

export const TUPLE_METHODS: Methods<PyTuple> = {
  index: (self, args) => indexOf(self.entries, args, self),
  count: (self, args, keywords) => countOf(self.entries, bind('count', 'value', 1, args, keywords)),
};

export const RANGE_METHODS: Methods<PyRange> = {
  index: (self, args) => indexOf(toArray(self), args.slice(0, 1), self),
  count: (self, args, keywords) => countOf(toArray(self), bind('count', 'value', 1, args, keywords)),
};

function countOf(entries: readonly Value[], [wanted = null]: readonly (Value | undefined)[]): bigint {
  return BigInt(entries.filter((entry) => equals(entry, wanted)).length);
}

function indexOf(entries: readonly Value[], [wanted = null, from, to]: readonly Value[], owner: Value): bigint {
  const place = (bound: Value | undefined, otherwise: number): number => {
    const at = integer(bound, otherwise);
    return at < 0 ? at + entries.length : at;
  };
  const [start, end] = [place(from, 0), place(to, entries.length)];
  const at = entries.findIndex((entry, index) => index >= start && index < end && equals(entry, wanted));
  if (at < 0) throw new PyError('ValueError', `${repr(wanted)} is not in ${typeName(owner)}`);
  return BigInt(at);
}
