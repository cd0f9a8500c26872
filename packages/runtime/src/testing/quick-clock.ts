// A clock that runs many times as fast as the wall's: waits stay waits, but short ones.

import { type Clock, systemClock } from '../clock.ts';

export function quickClock(times = 50): Clock {
  const began = Date.now();
  return {
    now: () => Math.floor(began + (performance.timeOrigin + performance.now() - began) * times),
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  };
}

/** Looks again every few ms until it holds. */
export async function until(what: string, holds: () => boolean, withinMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !holds(); ) {
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms for: ${what}`);
    await systemClock.sleep(5);
  }
}
