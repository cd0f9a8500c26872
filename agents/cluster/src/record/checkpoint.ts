// A checkpoint's shards: whole, or packed with this hour's first one as dictionary, or "as it was at …".

import { type CheckpointIndex, hourOf, SHARDS, type Slim, writeSlims } from '@mosaic/wire';
import type { Living } from './living.ts';

export interface Shard {
  readonly index: Omit<CheckpointIndex, 'at' | 'shards' | 'watermark'>;
  readonly count: number;
  readonly body?: Uint8Array;
  readonly dictionary?: Uint8Array;
}

/** Inflated; a shard over it is written as several (readers take the union of all). Half of what a section may be. */
const MOST_BODY_BYTES = 4 * 1024 * 1024;

interface Written {
  /** The hour's first with a body, inflated: the others' dictionary. */
  readonly first: { readonly at: number; readonly body: Uint8Array };
  /** The newest that had a body. */
  readonly lastAt: number;
}

export function checkpoints(living: Living): (at: number) => Shard[] {
  const written = new Map<number, Written>();

  const shard = (number: number, at: number): Shard[] => {
    const before = inHour(written.get(number), at);
    if (before && !living.isDirty(number))
      return [{ index: { shard: number, sameAs: { at: before.lastAt } }, count: 0 }];
    const slims = living.shard(number);
    const bodies = bodiesOf(slims);
    living.settled(number);
    const [body] = bodies;
    if (bodies.length > 1 || body === undefined) {
      written.delete(number);
      return bodies.map((part) => ({ index: { shard: number }, count: part.count, body: part.bytes }));
    }
    written.set(number, { first: before?.first ?? { at, body: body.bytes }, lastAt: at });
    const packed = before?.first;
    return [
      {
        index: { shard: number, ...(packed && { base: { at: packed.at } }) },
        count: slims.length,
        body: body.bytes,
        ...(packed && { dictionary: packed.body }),
      },
    ];
  };

  return (at) => numbered(Array.from({ length: SHARDS }, (_, number) => shard(number, at)));
}

const inHour = (written: Written | undefined, at: number): Written | undefined =>
  written && hourOf(written.first.at) === hourOf(at) ? written : undefined;

interface Part {
  readonly bytes: Uint8Array;
  readonly count: number;
}

function bodiesOf(slims: readonly Slim[]): Part[] {
  const bytes = writeSlims(slims);
  if (bytes.length <= MOST_BODY_BYTES || slims.length < 2) return [{ bytes, count: slims.length }];
  const half = slims.length >> 1;
  return [...bodiesOf(slims.slice(0, half)), ...bodiesOf(slims.slice(half))];
}

/** The parts of a cut shard after its first take numbers past the usual ones. */
function numbered(shards: readonly Shard[][]): Shard[] {
  let next = SHARDS;
  return shards.flatMap((parts) =>
    parts.map((part, i) => (i === 0 ? part : { ...part, index: { ...part.index, shard: next++ } })),
  );
}
