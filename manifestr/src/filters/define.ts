// A filter from a Python signature and a function over the placed arguments.

import { bind } from '../python/bind.ts';
import type { Value } from '../python/values.ts';
import type { Filter, Runtime } from '../runtime/runtime.ts';

export type Given = readonly (Value | undefined)[];

/** `names` after the input, separated by blanks; the first `required` must be given. */
export function filter(
  name: string,
  names: string,
  required: number,
  apply: (input: Value, given: Given, runtime: Runtime) => Value,
): readonly [string, Filter] {
  return [
    name,
    ({ input, args, keywords, runtime }) => apply(input, bind(name, names, required, args, keywords), runtime),
  ];
}
