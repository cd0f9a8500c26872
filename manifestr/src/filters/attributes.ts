// `attribute='a.b'` arguments: how map, sort, groupby and others reach into entries.

import { getItem } from '../python/members.ts';
import { str } from '../python/text.ts';
import { Markup, PyTuple, Undefined, type Value } from '../python/values.ts';

export type Getter = (entry: Value) => Value;

/** Lower case for text, so that order and sameness ignore case. */
export function ignoreCase(value: Value): Value {
  if (typeof value === 'string') return value.toLowerCase();
  return value instanceof Markup ? value.text.toLowerCase() : value;
}

/** Follows a dotted path; digits are indexes. `otherwise` stands for what is undefined on the way. */
export function attributeGetter(
  attribute: Value | undefined,
  otherwise?: Value,
  after: Getter = same,
  strict = false,
): Getter {
  const parts = partsOf(attribute);
  return (entry) => {
    let value = entry;
    for (const part of parts) {
      value = getItem(value, part, () => `entry.${str(attribute ?? null)}`, strict);
      if (otherwise !== undefined && otherwise !== null && value instanceof Undefined) value = otherwise;
    }
    return after(value);
  };
}

/** As attributeGetter, for several paths separated by commas: gives a list to sort by. */
export function manyAttributesGetter(attribute: Value | undefined, after: Getter): Getter {
  const paths: readonly (Value | undefined)[] = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const getters = paths.map((path) => attributeGetter(path, undefined, after));
  return (entry) => new PyTuple(getters.map((get) => get(entry)));
}

function partsOf(attribute: Value | undefined): readonly Value[] {
  if (attribute === undefined || attribute === null) return [];
  if (typeof attribute !== 'string') return [attribute];
  return attribute.split('.').map((part) => (/^\d+$/.test(part) ? BigInt(part) : part));
}

function same(value: Value): Value {
  return value;
}
