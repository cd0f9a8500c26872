// The latest state outlives retention: which rows it is made of.

import { checkpointsOf } from './checkpoints.ts';
import type { ShardHead } from './rows.ts';

/** The newest whole checkpoint of the highest epoch, and the instant of the oldest row it leans on. */
export function latestOf(
  heads: readonly ShardHead[],
): { readonly at: number; readonly epoch: number; readonly from: number } | undefined {
  const [newest] = checkpointsOf(heads).sort((a, b) => b.epoch - a.epoch || b.at - a.at);
  if (newest === undefined) return undefined;
  const { at, epoch } = newest;
  const from = Math.min(at, ...newest.heads.flatMap(({ base, sameAs }) => [base ?? at, sameAs ?? at]));
  // What a `sameAs` names may lean on a base of the same hour, so its hour is kept whole.
  return {
    at,
    epoch,
    from: newest.heads.some(({ sameAs }) => sameAs !== undefined) ? from - (from % 3_600_000) : from,
  };
}
