// Puts positional and keyword arguments where a Python signature wants them.

import { PyError } from './py-error.ts';
import { repr } from './text.ts';
import type { Keywords, Value } from './values.ts';

/** `names` separated by blanks; the first `required` have no default. What is not given is `undefined`. */
export function bind(
  callee: string,
  names: string,
  required: number,
  args: readonly Value[],
  keywords: Keywords,
): (Value | undefined)[] {
  const parameters = names === '' ? [] : names.split(' ');
  if (args.length > parameters.length) {
    throw new PyError('TypeError', `${callee}() takes at most ${parameters.length} argument(s) (${args.length} given)`);
  }
  const placed: (Value | undefined)[] = [...args];
  for (const [name, value] of keywords) {
    const at = parameters.indexOf(name);
    if (at < 0) throw new PyError('TypeError', `${callee}() got an unexpected keyword argument ${repr(name)}`);
    if (at < args.length) throw new PyError('TypeError', `${callee}() got multiple values for argument ${repr(name)}`);
    placed[at] = value;
  }
  for (let at = 0; at < required; at++) {
    if (placed[at] === undefined) {
      throw new PyError(
        'TypeError',
        `${callee}() missing 1 required positional argument: ${repr(parameters[at] ?? '')}`,
      );
    }
  }
  return placed;
}

/** An integer argument; `otherwise` when it is not given. */
export function integer(value: Value | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  throw new PyError('TypeError', `${repr(value)} cannot be interpreted as an integer`);
}
