// `--set a.b.0.c=value`: puts one value at a dotted path, making the mappings on the way.

import { typeName } from '../python/type-name.ts';
import { PyDict, type Value } from '../python/values.ts';
import { ValuesError } from './values-error.ts';

/** A dot inside a key is written `\.`. Throws ValuesError where the path crosses something that is no mapping or list. */
export function setPath(values: PyDict, path: string, value: Value): void {
  const keys = keysOf(path);
  const last = keys.pop();
  if (last === undefined || last === '' || keys.includes(''))
    throw new ValuesError(`--set ${path}: a key is empty; write --set key.path=value`);
  let at: Value = values;
  for (const key of keys) at = step(at, key, path);
  place(at, last, value, path);
}

function keysOf(path: string): string[] {
  return path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'));
}

function step(at: Value, key: string, path: string): Value {
  if (at instanceof PyDict) {
    const next = at.get(key);
    if (next instanceof PyDict || Array.isArray(next)) return next;
    if (next !== undefined && next !== null) throw crossing(path, key, next);
    const made = new PyDict();
    at.set(key, made);
    return made;
  }
  const next = Array.isArray(at) ? at[indexOf(at, key, path)] : undefined;
  if (next instanceof PyDict || Array.isArray(next)) return next;
  throw crossing(path, key, next ?? null);
}

function place(at: Value, key: string, value: Value, path: string): void {
  if (at instanceof PyDict) at.set(key, value);
  else if (Array.isArray(at)) at[indexOf(at, key, path)] = value;
}

function indexOf(list: readonly Value[], key: string, path: string): number {
  const index = Number(key);
  if (!/^\d+$/.test(key) || index > list.length) {
    throw new ValuesError(`--set ${path}: '${key}' is no index of a list of ${list.length}`);
  }
  return index;
}

function crossing(path: string, key: string, value: Value): ValuesError {
  return new ValuesError(`--set ${path}: '${key}' is of type ${typeName(value)}, not a mapping`);
}
