// What is derived from stored chunks once its time is closed: edges by the minute, roll-ups by the hour.

import { type Log, sparingly } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import type { ChunkHeader } from '@mosaic/wire';
import { edgeKeeper } from './edges/edge-keeper.ts';
import { minuteDeriving } from './edges/minute-deriving.ts';
import { rollKeeper } from './rollups/roll-keeper.ts';
import type { Tally } from './tally.ts';

export interface Closing {
  /** Chunks came by. Resolves once that cannot be forgotten. */
  touch(headers: readonly ChunkHeader[]): Promise<void>;
  /** Derives what is closed by `now`. Never throws: what fails stays due. */
  due(now: number): Promise<void>;
}

export function closing(
  options: { readonly store: Store; readonly log: Log; readonly now?: () => number },
  counts: Tally,
): Closing {
  const { store, now = Date.now } = options;
  const warn = sparingly(options.log.warn);
  const log = { warn: (event: string, facts?: Record<string, unknown>) => warn(event, event, facts ?? {}) };
  const edges = edgeKeeper({ store, derive: minuteDeriving(store), log });
  const rolls = rollKeeper({ store, log });
  return {
    async touch(headers) {
      for (const header of headers)
        if (header.signal === 'connections') await edges.touch(header, now());
        else if (header.signal === 'metrics') await rolls.touch(header, now());
    },
    async due(at) {
      try {
        const derived = await edges.due(at);
        counts.minutes.add(derived.minutes);
        counts.edges.add(derived.edges);
        for (const ms of derived.lagMs) counts.edgeLag.observe(ms / 1000);
        counts.rolled.add(await rolls.due(at));
      } catch (error) {
        log.warn('what is closed will be derived later', { error });
      }
    },
  };
}
