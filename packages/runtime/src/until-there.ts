// What a process depends on may start after it: it is asked again, with a growing pause, until it answers.

import { Unavailable } from '@mosaic/wire';
import type { Log } from './log.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

export interface Waiting {
  readonly log: Pick<Log, 'warn'>;
  readonly pause?: (ms: number) => Promise<void>;
}

/** What `open` gives; `Unavailable` is told and tried again without end, anything else is thrown. */
export async function untilThere<T>(name: string, open: () => Promise<T> | T, waiting: Waiting): Promise<T> {
  const { log, pause = sleep } = waiting;
  for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(ms * 2, LONGEST_PAUSE_MS)) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      log.warn('not there yet', { name, againInMs: ms, error });
      await pause(ms);
    }
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
