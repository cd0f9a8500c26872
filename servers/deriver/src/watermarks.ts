// Up to when each cluster has been derived, kept in the store: what is to be derived anew begins there.

import type { Store } from '@mosaic/store';
import type { ChunkHeader } from '@mosaic/wire';

export interface Watermarks {
  /** Of chunks whose derivations are all written. Kept every few seconds of the agent's time. */
  advance(headers: readonly ChunkHeader[]): Promise<void>;
}

const KEEP_EVERY_MS = 10_000;

/** The mark of a cluster: epoch ms. */
export const watermarkOf = (cluster: number): string => `deriver/${cluster}/derived-to`;

export function watermarks(marks: Store['marks']): Watermarks {
  const kept = new Map<number, number>();
  return {
    async advance(headers) {
      const reached = new Map<number, number>();
      for (const { cluster, t1 } of headers) reached.set(cluster, Math.max(t1, reached.get(cluster) ?? 0));
      for (const [cluster, at] of reached) {
        if (at - (kept.get(cluster) ?? 0) < KEEP_EVERY_MS) continue;
        await marks.set(watermarkOf(cluster), String(at));
        kept.set(cluster, at);
      }
    },
  };
}
