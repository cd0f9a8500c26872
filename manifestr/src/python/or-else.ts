// `??` takes Python's None (null) for nothing; this does not.

import type { Value } from './values.ts';

export function orElse(value: Value | undefined, otherwise: () => Value): Value {
  return value === undefined ? otherwise() : value;
}
