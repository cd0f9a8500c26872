// Methods of dict.

import { bind } from './bind.ts';
import { toArray } from './iterate.ts';
import type { Methods } from './methods.ts';
import { orElse } from './or-else.ts';
import { PyError } from './py-error.ts';
import { repr } from './text.ts';
import { DictView, PyDict, PyTuple, type Value } from './values.ts';

export const DICT_METHODS: Methods<PyDict> = {
  items: (self) => new DictView(self, 'items'),
  keys: (self) => new DictView(self, 'keys'),
  values: (self) => new DictView(self, 'values'),
  copy: (self) => PyDict.from(self.entries()),
  get(self, args, keywords) {
    const [key = null, otherwise = null] = bind('get', 'key default', 1, args, keywords);
    return orElse(self.get(key), () => otherwise);
  },
  setdefault(self, args, keywords) {
    const [key = null, otherwise = null] = bind('setdefault', 'key default', 1, args, keywords);
    const present = self.get(key);
    if (present === undefined) self.set(key, otherwise);
    return orElse(present, () => otherwise);
  },
  pop(self, args, keywords) {
    const [key = null, otherwise] = bind('pop', 'key default', 1, args, keywords);
    const present = self.get(key);
    if (present === undefined && otherwise === undefined) throw new PyError('KeyError', repr(key));
    self.delete(key);
    return orElse(present, () => otherwise ?? null);
  },
  popitem(self) {
    const last = [...self.entries()].at(-1);
    if (last === undefined) throw new PyError('KeyError', "'popitem(): dictionary is empty'");
    self.delete(last[0]);
    return new PyTuple(last);
  },
  update(self, args, keywords) {
    const [other] = args;
    if (other instanceof PyDict) for (const [key, value] of other.entries()) self.set(key, value);
    else if (other !== undefined) for (const pair of toArray(other)) addPair(self, pair);
    for (const [key, value] of keywords) self.set(key, value);
    return null;
  },
  clear(self) {
    self.clear();
    return null;
  },
};

export function addPair(dict: PyDict, pair: Value): void {
  const entries = toArray(pair);
  if (entries.length !== 2) {
    throw new PyError('ValueError', `dictionary update sequence element has length ${entries.length}; 2 is required`);
  }
  dict.set(entries[0] ?? null, entries[1] ?? null);
}
