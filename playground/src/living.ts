// A cluster that follows the wall clock: what is due happens, and a write is acted on at once.

import type { Engine } from './sim.ts';

export interface Living {
  stop(): void;
  /** Something was written: do not wait for the next timer. */
  wake(): void;
}

/** Longest nap: the wall clock may be set meanwhile. */
const MOST_NAP_MS = 500;
/** A laptop that slept catches up in breaths. */
const SLICE_MS = 20;

export function follow(sim: Engine, now: () => number, failed: (error: unknown) => void): Living {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isAwake = false;
  const nap = (): void => {
    const next = sim.timers.next?.at ?? Number.POSITIVE_INFINITY;
    timer = setTimeout(work, Math.max(1, Math.min(MOST_NAP_MS, next - now())));
    timer.unref();
  };
  const work = (): void => {
    isAwake = false;
    if (isStopped) return;
    clearTimeout(timer);
    try {
      if (catchUp(sim, now())) nap();
      else wake();
    } catch (error) {
      failed(error);
      nap();
    }
  };
  const wake = (): void => {
    if (isAwake || isStopped) return;
    isAwake = true;
    setImmediate(work);
  };
  wake();
  return {
    wake,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** True when nothing is due any more; false when it would take too long at once. */
function catchUp(sim: Engine, until: number): boolean {
  const begun = performance.now();
  while (sim.step(until)) if (performance.now() - begun > SLICE_MS) return false;
  sim.advance(until);
  return true;
}
