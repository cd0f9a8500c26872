// Which minutes of a cluster are to be derived, and when: pure bookkeeping.

import { MINUTE_MS } from '@mosaic/wire';

export interface DueMinute {
  readonly minute: number;
  readonly firstAt: number;
  lastAt: number;
  /** Not before. */
  readyAt: number;
  /** Chunks that were seen on their way; the store should have them first. */
  readonly chunks: Set<string>;
  tries: number;
}

export interface DueMinutes {
  /** Told at `now` that the minute has changed. True when it was not due already. */
  touch(minute: number, now: number, chunk?: string): boolean;
  ready(now: number): readonly DueMinute[];
  all(): readonly number[];
  later(due: DueMinute, readyAt: number): void;
  done(minute: number): void;
}

/** A minute is closed once what its nodes saw has had this long to come: chunks are sealed after 5 s, state after 10 s. */
export const GRACE_MS = 12_000;
/** What comes late comes in numbers: wait for a pause, but not for ever. */
const QUIET_MS = 3_000;
const MOST_WAIT_MS = 60_000;
/** A clock that runs ahead names minutes that have not come. */
const AHEAD_MS = 150_000;

export function dueMinutes(): DueMinutes {
  const due = new Map<number, DueMinute>();
  return {
    touch(minute, now, chunk) {
      const known = due.get(minute);
      const entry = known ?? { minute, firstAt: now, lastAt: now, readyAt: 0, chunks: new Set<string>(), tries: 0 };
      due.set(minute, entry);
      if (chunk !== undefined) entry.chunks.add(chunk);
      entry.lastAt = now;
      entry.readyAt = readyAt(entry);
      return known === undefined;
    },
    ready: (now) => [...due.values()].filter((each) => each.readyAt <= now).sort((a, b) => a.minute - b.minute),
    all: () => [...due.keys()].sort((a, b) => a - b),
    later(each, at) {
      each.readyAt = at;
    },
    done: (minute) => void due.delete(minute),
  };
}

function readyAt({ minute, firstAt, lastAt }: DueMinute): number {
  const closed = Math.min(minute + MINUTE_MS + GRACE_MS, firstAt + AHEAD_MS);
  const calm = Math.min(lastAt + QUIET_MS, Math.max(firstAt, closed) + MOST_WAIT_MS);
  return Math.max(closed, calm);
}
