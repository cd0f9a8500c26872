// Compressed rows to slim objects. What is decoded is immutable and may be kept, so that scrubbing inside ten minutes costs deltas only.

import {
  type Compression,
  type DeltaTable,
  hourOf,
  inflateSection,
  Malformed,
  readDeltaTable,
  readSlimTable,
  type SlimTable,
  slimTableOf,
  tableOf,
} from '@mosaic/wire';
import { type BoundedCache, boundedCache } from './bounded-cache.ts';
import type { Checkpoint } from './checkpoints.ts';
import type { DeltaRow, ShardHead, ShardRef, ShardRow, StateRows } from './rows.ts';

/** Decoded objects take about eight times their inflated bytes on the heap, so these are some 50 MB and 15 MB. */
const MOST_SHARD_BYTES = 6 * 1024 * 1024;
const MOST_DELTA_BYTES = 2 * 1024 * 1024;
const MOST_LEANS = 12;

export interface DecodedDelta {
  readonly epoch: number;
  readonly seq: number;
  readonly t1: number;
  readonly table: DeltaTable;
}

export interface StateCache {
  readonly shards: BoundedCache<SlimTable>;
  readonly deltas: BoundedCache<DeltaTable>;
}

/** `false`: nothing decoded is kept, as the bench wants it. */
export const stateCache = (kept: boolean): StateCache => ({
  shards: boundedCache(kept ? MOST_SHARD_BYTES : 0),
  deltas: boundedCache(kept ? MOST_DELTA_BYTES : 0),
});

export function decoding(rows: StateRows, compression: Compression, cache: StateCache) {
  const inflated = ({ codec, inflated, body }: ShardRow | DeltaRow, dictionary?: Uint8Array): Uint8Array =>
    inflateSection({ codec, inflated, bytes: body.length }, body, compression, dictionary);

  const shardOf = (row: ShardRow, rowsByRef: ReadonlyMap<string, ShardRow>): SlimTable => {
    if (row.inflated === 0) return slimTableOf([]);
    if (row.base === undefined) return readSlimTable(inflated(row));
    const base = rowsByRef.get(refKey({ ...row, at: row.base }));
    if (base === undefined) throw new Malformed(`checkpoint shard ${refKey(row)} leans on one that is not kept`);
    return readSlimTable(inflated(row, inflated(base)));
  };

  return {
    /** Every shard's objects. `kept`: rows in hand, instead of the hour's. */
    async checkpoint(cluster: number, { heads }: Checkpoint, kept?: readonly ShardRow[]): Promise<SlimTable[]> {
      const decoded: SlimTable[] = [];
      const missing: ShardHead[] = [];
      for (const head of heads) {
        const known = head.sameAs === undefined ? cache.shards.get(`${cluster}/${refKey(head)}`) : undefined;
        if (known) decoded.push(known);
        else missing.push(head);
      }
      if (missing.length === 0) return decoded;
      const byRef = kept ? indexed(kept) : await gather(rows, cluster, missing);
      for (const head of missing) {
        const row = resolve(head, byRef);
        const key = `${cluster}/${refKey(row)}`;
        const slims = cache.shards.get(key) ?? shardOf(row, byRef);
        cache.shards.set(key, slims, row.inflated);
        decoded.push(slims);
      }
      return decoded;
    },

    delta(cluster: number, row: DeltaRow): DecodedDelta {
      const { epoch, seq, t1 } = row;
      const key = `${cluster}/${epoch}/${seq}/${row.t0}`;
      const table = cache.deltas.get(key) ?? (row.inflated === 0 ? tableOf([]) : readDeltaTable(inflated(row)));
      cache.deltas.set(key, table, row.inflated);
      return { epoch, seq, t1, table };
    },
  };
}

const refKey = ({ epoch, at, shard }: ShardRef): string => `${epoch}/${at}/${shard}`;
const indexed = (rows: readonly ShardRow[]): Map<string, ShardRow> => new Map(rows.map((row) => [refKey(row), row]));

/** The row that holds the shard's body: itself, or the one it says it equals. */
function resolve(head: ShardHead, byRef: ReadonlyMap<string, ShardRow>): ShardRow {
  let row = byRef.get(refKey(head));
  for (let leans = 0; row?.sameAs !== undefined && leans < MOST_LEANS; leans++)
    row = byRef.get(refKey({ ...row, at: row.sameAs }));
  if (row === undefined || row.sameAs !== undefined)
    throw new Malformed(`checkpoint shard ${refKey(head)} stands for one that is not kept`);
  return row;
}

/** The rows of these heads and of all they lean on. All of them stand in one hour. */
async function gather(rows: StateRows, cluster: number, heads: readonly ShardHead[]): Promise<Map<string, ShardRow>> {
  const found = new Map<string, ShardRow>();
  const hour = hourOf(heads[0]?.at ?? 0);
  let wanted: ShardRef[] = heads.flatMap((head) => [head, ...leansOf(head)]);
  for (let round = 0; wanted.length > 0 && round < MOST_LEANS; round++) {
    const unique = [...new Map(wanted.map((ref) => [refKey(ref), ref])).values()];
    const read = await rows.shards(cluster, hour, unique);
    for (const row of read) found.set(refKey(row), row);
    wanted = read.flatMap(leansOf).filter((ref) => !found.has(refKey(ref)));
  }
  return found;
}

const leansOf = ({ epoch, shard, base, sameAs }: ShardHead): ShardRef[] =>
  [base, sameAs].flatMap((at) => (at === undefined ? [] : [{ at, epoch, shard }]));
