// Plain JavaScript values as Python ones, for those who use the library: whole numbers become ints, others floats.

import { PyDict, PyTuple, type Value } from '../python/values.ts';

/** Throws TypeError for what a values file could not hold, such as a function. */
export function fromPlain(plain: unknown): Value {
  if (plain === null || plain === undefined) return null;
  if (typeof plain === 'string' || typeof plain === 'boolean' || typeof plain === 'bigint') return plain;
  if (typeof plain === 'number') return Number.isSafeInteger(plain) ? BigInt(plain) : plain;
  if (plain instanceof PyDict || plain instanceof PyTuple) return plain;
  if (Array.isArray(plain)) return plain.map(fromPlain);
  if (typeof plain !== 'object') throw new TypeError(`a value cannot be a ${typeof plain}`);
  return PyDict.from(Object.entries(plain).map(([key, value]) => [key, fromPlain(value)] as const));
}
