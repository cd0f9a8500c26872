// `a.b` and `a['b']` as Jinja's environment looks them up: attribute first or member first, and undefined where there is neither.

import { codePoints } from './code-points.ts';
import { methodOf } from './methods.ts';
import { orElse } from './or-else.ts';
import { PyError } from './py-error.ts';
import { indexIn } from './slices.ts';
import { repr, str, undefinedError } from './text.ts';
import { objectName } from './type-name.ts';
import { DictView, Markup, PyDict, PyObject, PyRange, PyTuple, Undefined, type Value } from './values.ts';

/** `value.name`: a method of its type wins over a member of that name. Throws when `value` is undefined. */
export function getAttribute(value: Value, name: string, path: () => string = () => name, strict = false): Value {
  if (value instanceof Undefined) throw undefinedError(value);
  return orElse(attributeOf(value, name), () =>
    orElse(memberOf(value, name), () => missing(value, name, path, strict)),
  );
}

/** `value[key]`: a member wins over a method of that name. Throws when `value` is undefined. */
export function getItem(value: Value, key: Value, path: () => string = () => str(key), strict = false): Value {
  if (value instanceof Undefined) throw undefinedError(value);
  const found = memberOf(value, key);
  if (found !== undefined) return found;
  if (typeof key === 'string' || key instanceof Markup) {
    const attribute = attributeOf(value, str(key));
    if (attribute !== undefined) return attribute;
  }
  return missing(value, key, path, strict);
}

/** What Python's getattr would find; `undefined` where it raises. */
export function attributeOf(value: Value, name: string): Value | undefined {
  if (value instanceof PyObject) return value.behaviour.attribute?.(name);
  return methodOf(value, name);
}

/** What `value[key]` holds; `undefined` where it holds nothing of that key. */
export function memberOf(value: Value, key: Value): Value | undefined {
  if (value instanceof PyDict) return isHashable(key) ? value.get(key) : undefined;
  if (typeof key !== 'bigint' && typeof key !== 'boolean') return undefined;
  if (Array.isArray(value)) return at(value, key);
  if (value instanceof PyTuple) return at(value.entries, key);
  if (typeof value === 'string') return at(codePoints(value), key);
  if (value instanceof Markup) {
    const char = at(codePoints(value.text), key);
    return char === undefined ? undefined : new Markup(char);
  }
  if (value instanceof PyRange) {
    const place = indexIn(Number(value.length), key);
    return place === undefined ? undefined : value.at(BigInt(place));
  }
  return undefined;
}

function isHashable(key: Value): boolean {
  return !(Array.isArray(key) || key instanceof PyDict || key instanceof DictView);
}

function at<T>(entries: readonly T[], index: bigint | boolean): T | undefined {
  const place = indexIn(entries.length, index);
  return place === undefined ? undefined : entries[place];
}

function missing(value: Value, key: Value, path: () => string, strict: boolean): Undefined {
  const message = () =>
    typeof key === 'string'
      ? `${repr(objectName(value))} has no attribute ${repr(key)}`
      : `${objectName(value)} has no element ${repr(key)}`;
  return new Undefined(
    () => ({ message: message(), variable: path(), known: value instanceof PyDict ? [...value.keys()].map(str) : [] }),
    strict,
  );
}

/** Calls a function, macro or method. Throws TypeError for anything else. */
export function call(value: Value, args: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
  if (value instanceof Undefined) throw undefinedError(value);
  if (value instanceof PyObject && value.behaviour.call !== undefined) return value.behaviour.call(args, keywords);
  throw new PyError('TypeError', `${repr(objectName(value)).replace(/ object'$/, "'")} object is not callable`);
}
