// Numbers as options give them: what is none, or makes no sense, cannot be understood.

import { UsageError } from '../exit.ts';

/** Seconds of the past in a second: above 0, up to 3600. Throws `UsageError`. */
export function speedIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const speed = Number(text);
  if (speed > 0 && speed <= 3600) return speed;
  throw new UsageError(`--speed ${text}: expected a number above 0 and up to 3600`);
}

/** A whole number from 1. Throws `UsageError`. */
export function countIn(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new UsageError(`--${option} ${text}: expected a whole number from 1`);
}
