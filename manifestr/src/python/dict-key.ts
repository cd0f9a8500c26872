// Which slot of a dict a key belongs to: Python's equality and hash, as a JavaScript Map key.

import { PyError } from './py-error.ts';
import { typeName } from './type-name.ts';
import { DictView, Markup, PyDict, PyTuple, Undefined, type Value } from './values.ts';

/** Equal keys get the same slot. Throws TypeError for what Python cannot hash. */
export function dictKey(key: Value): unknown {
  if (typeof key === 'string' || key === null) return key;
  if (typeof key === 'bigint') return key;
  if (typeof key === 'boolean') return key ? 1n : 0n;
  if (typeof key === 'number') return Number.isInteger(key) ? BigInt(key) : key;
  if (key instanceof Markup) return key.text;
  if (key instanceof PyTuple) return `\u0000(${key.entries.map((entry) => slotText(dictKey(entry))).join(',')})`;
  if (key instanceof Undefined) return '\u0000undefined';
  const isView = key instanceof DictView && key.shows !== 'values';
  if (Array.isArray(key) || key instanceof PyDict || isView)
    throw new PyError('TypeError', `unhashable type: '${typeName(key)}'`);
  return key;
}

function slotText(slot: unknown): string {
  return typeof slot === 'string' ? JSON.stringify(slot) : `${typeof slot}:${String(slot)}`;
}
