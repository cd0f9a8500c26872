// The clock of a replay: the past moves on from its instant as time does, or faster, and never comes closer to now than the store has settled.

import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  /** Where the replay is, epoch ms. */
  position(): number;
  /** Resolves when the replay is at `instant`, or at once when the signal says so. */
  until(instant: number, signal: AbortSignal): Promise<void>;
}

/** Chunks are sealed every ten seconds and travel. */
export const BEHIND_NOW_MS = 15_000;
const LOOK_MS = 500;

export function replayClock(from: number, speed: number, now: () => number): Clock {
  const began = now();
  const position = (): number => {
    const wished = from + (now() - began) * speed;
    return Math.max(from, Math.min(wished, now() - BEHIND_NOW_MS));
  };
  return {
    position,
    async until(instant, signal) {
      while (!signal.aborted && position() < instant) {
        const left = (instant - position()) / speed;
        await sleep(Math.min(Math.max(left, 1), LOOK_MS), undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
