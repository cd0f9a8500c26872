// Values as manifestr reads them, as plain JavaScript: for what an install itself has to know of them.

import type { Json } from '@mosaic/kat';
import { fromPlain, PyDict, PyTuple, type Value } from '@mosaic/manifestr';

/** Whole numbers become numbers; keys become text. */
export function toPlain(value: Value): unknown {
  if (value instanceof PyDict)
    return Object.fromEntries([...value.entries()].map(([key, each]) => [String(key), toPlain(each)]));
  if (value instanceof PyTuple) return value.entries.map(toPlain);
  if (Array.isArray(value)) return value.map(toPlain);
  return typeof value === 'bigint' ? Number(value) : value;
}

/** A mapping in, a mapping out. */
export const plainOf = (values: PyDict): Json => toPlain(values) as Json; // a PyDict becomes a record

export function valuesOf(plain: Json): PyDict {
  const values = fromPlain(plain);
  if (!(values instanceof PyDict)) throw new TypeError('values are a mapping');
  return values;
}
