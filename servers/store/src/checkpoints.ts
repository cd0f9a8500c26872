// Which checkpoint answers an instant: whole, of the highest epoch, the newest; and what is known to be missing after it.

import type { DeltaRow, ShardHead } from './rows.ts';

/** A whole checkpoint: one head per shard. */
export interface Checkpoint {
  readonly at: number;
  readonly epoch: number;
  readonly watermark: number;
  readonly heads: readonly ShardHead[];
}

interface Group {
  readonly at: number;
  readonly epoch: number;
  readonly byShard: Map<number, ShardHead>;
}

function groupsOf(heads: readonly ShardHead[]): Group[] {
  const groups = new Map<string, Group>();
  for (const head of heads) {
    const key = `${head.epoch}/${head.at}`;
    const group = groups.get(key) ?? { at: head.at, epoch: head.epoch, byShard: new Map() };
    group.byShard.set(head.shard, head);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const isWhole = ({ byShard }: Group): boolean => {
  const [any] = byShard.values();
  return any !== undefined && byShard.size >= any.shards;
};

const checkpointOf = ({ at, epoch, byShard }: Group): Checkpoint => {
  const heads = [...byShard.values()];
  return { at, epoch, watermark: Math.max(...heads.map(({ watermark }) => watermark)), heads };
};

/** The whole ones among `heads`. */
export const checkpointsOf = (heads: readonly ShardHead[]): Checkpoint[] =>
  groupsOf(heads).filter(isWhole).map(checkpointOf);

/**
 * The newest whole checkpoint in [notBefore, at] of the highest epoch that has one there.
 * `passedOver`: the oldest incomplete one that should have been it.
 */
export function choose(
  heads: readonly ShardHead[],
  at: number,
  notBefore: number,
): { checkpoint: Checkpoint; heads: readonly ShardHead[]; passedOver?: number } | undefined {
  const groups = groupsOf(heads)
    .filter((group) => group.at <= at && group.at >= notBefore)
    .sort((a, b) => b.epoch - a.epoch || b.at - a.at);
  const best = groups.find(isWhole);
  if (best === undefined) return undefined;
  const passed = groups.slice(0, groups.indexOf(best)).map((group) => group.at);
  return { checkpoint: checkpointOf(best), heads, ...(passed.length > 0 && { passedOver: Math.min(...passed) }) };
}

/** An epoch's state chunks are numbered without gaps: a number that no delta and no checkpoint shard bears is a chunk that never came. */
export function holesAfter(
  { at, epoch, watermark }: Checkpoint,
  heads: readonly ShardHead[],
  deltas: readonly DeltaRow[],
  instant: number,
): { from: number; reason: string } | undefined {
  const numbered = [
    ...heads.filter((head) => head.epoch === epoch && head.seq > watermark).map(({ seq, at: t0 }) => ({ seq, t0 })),
    ...deltas,
  ].sort((a, b) => a.seq - b.seq);
  let before = { seq: watermark, t0: at };
  for (const next of numbered) {
    if (next.seq > before.seq + 1 && before.t0 <= instant) {
      const missing = next.seq - before.seq - 1;
      return { from: before.t0, reason: `${missing} of the state's messages after ${before.seq} never came` };
    }
    if (next.t0 > instant) break;
    before = next;
  }
  return undefined;
}
