// Methods of list and tuple.

import { bind, integer } from './bind.ts';
import { equals } from './compare.ts';
import { toArray } from './iterate.ts';
import { call } from './members.ts';
import type { Methods } from './methods.ts';
import { PyError } from './py-error.ts';
import { sorted } from './sort.ts';
import { repr, truth } from './text.ts';
import { typeName } from './type-name.ts';
import type { PyTuple, Value } from './values.ts';

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
    const [gone] = self.splice(integer(at, -1), 1);
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
  index: (self, args) => indexOf(self, args[0] ?? null, self),
  count: (self, args) => BigInt(self.filter((entry) => equals(entry, args[0] ?? null)).length),
};

export const TUPLE_METHODS: Methods<PyTuple> = {
  index: (self, args) => indexOf(self.entries, args[0] ?? null, self),
  count: (self, args) => BigInt(self.entries.filter((entry) => equals(entry, args[0] ?? null)).length),
};

function indexOf(entries: readonly Value[], wanted: Value, owner: Value): bigint {
  const at = entries.findIndex((entry) => equals(entry, wanted));
  if (at < 0) throw new PyError('ValueError', `${repr(wanted)} is not in ${typeName(owner)}`);
  return BigInt(at);
}
