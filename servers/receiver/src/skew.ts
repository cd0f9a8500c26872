// A source whose clock runs ahead is told once and counted; its instants are kept as they are. Readers apply the skew that coverage keeps.

import type { Log } from '@mosaic/runtime';
import type { ChunkHeader } from '@mosaic/wire';

export const TOLERATED_SKEW_MS = 5 * 60_000;
/** (source, boot) pairs told of; more are told of again. */
const MOST_TOLD = 10_000;

/** Whether the chunk was sealed by a clock too far ahead of `receivedAt`. Late is no skew: it may have waited in a spool. */
export function skewWatch(log: Pick<Log, 'warn'>): (header: ChunkHeader, receivedAt: number) => boolean {
  const told = new Set<string>();
  return ({ cluster, source, boot, sealedAt }, receivedAt) => {
    const aheadMs = sealedAt - receivedAt;
    if (aheadMs <= TOLERATED_SKEW_MS) return false;
    const key = `${cluster}\n${source}\n${boot}`;
    if (!told.has(key)) {
      if (told.size >= MOST_TOLD) told.clear();
      told.add(key);
      log.warn('source is ahead of our clock', { cluster, source, boot, aheadMs });
    }
    return true;
  };
}
