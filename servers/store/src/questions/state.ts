// State at T: the newest whole checkpoint at or before T of the highest epoch, plus that epoch's deltas (`spec/storage.md`).

import {
  type ChunkHeader,
  type Compression,
  deltasOf,
  HOUR_MS,
  hourOf,
  Malformed,
  type Slim,
  type Span,
  stateOver,
} from '@mosaic/wire';
import { type Checkpoint, checkpointsOf, choose, holesAfter } from '../checkpoints.ts';
import { type DecodedDelta, decoding, type StateCache } from '../decoding.ts';
import type { Keeping } from '../keeping.ts';
import type { State, StateAt, StateChunk } from '../port.ts';
import type { DeltaRow, ShardHead, ShardRow, StateRows } from '../rows.ts';

const LOOK_BACK_MS = 2 * HOUR_MS;
/** A delta may be stamped a little before the checkpoint that it follows. */
const CLOCK_SLACK_MS = 60_000;
/** The delta after T tells whether the one before it is missing. */
const PEEK_MS = 30_000;
/** Further back than this many hours with checkpoints nobody looks for a whole one. */
const MOST_HOURS_BACK = 24;

const NOTHING: ReadonlyMap<string, Slim> = new Map();

interface Chosen {
  readonly checkpoint: Checkpoint;
  /** Every checkpoint head that was seen on the way: their sequences are no holes. */
  readonly heads: readonly ShardHead[];
  readonly passedOver?: number;
  /** Rows kept past retention, when the checkpoint is made of them. */
  readonly rows?: readonly ShardRow[];
}

export function state(rows: StateRows, keep: Keeping, compression: Compression, cache: StateCache): State {
  const decode = decoding(rows, compression, cache);

  const find = async (cluster: number, at: number): Promise<Chosen | undefined> => {
    const hour = hourOf(at);
    const near = await rows.heads(cluster, hoursOf({ from: at - LOOK_BACK_MS, to: at + PEEK_MS }));
    const chosen = choose(near, at, at - LOOK_BACK_MS);
    return chosen ?? (await findOlder(cluster, hour, at)) ?? findLatest(cluster, at);
  };

  const findOlder = async (cluster: number, from: number, at: number): Promise<Chosen | undefined> => {
    let hour = await rows.hourBefore(cluster, from);
    for (let tried = 0; hour !== undefined && tried < MOST_HOURS_BACK; tried++) {
      const heads = await rows.heads(cluster, [hour]);
      const chosen = choose(heads, at, 0);
      if (chosen) return chosen;
      hour = await rows.hourBefore(cluster, hour - 1);
    }
    return undefined;
  };

  const findLatest = async (cluster: number, at: number): Promise<Chosen | undefined> => {
    const kept = await rows.latest(cluster);
    const chosen = choose(kept, at, 0);
    return chosen && { ...chosen, rows: kept };
  };

  const at = async (cluster: number, instant: number): Promise<StateAt> => {
    keep.check('state', instant);
    const chosen = await find(cluster, instant);
    if (chosen === undefined) return { at: instant, objects: NOTHING };
    const { checkpoint } = chosen;
    const [shards, after] = await Promise.all([
      decode.checkpoint(cluster, checkpoint, chosen.rows),
      deltasAfter(rows, cluster, checkpoint, instant),
    ]);
    const wanted = after.filter(({ t0 }) => t0 <= instant);
    const chunks = wanted.map((row) => decode.delta(cluster, row));
    const objects = stateOver(shards, checkpoint.watermark, chunks, instant);
    const stale = staleness(chosen, after, chunks, instant);
    return { at: instant, objects, checkpointAt: checkpoint.at, epoch: checkpoint.epoch, ...(stale && { stale }) };
  };

  return {
    at,
    file: (chunk, receivedAt) => file(rows, chunk, receivedAt),
    async deltas(cluster, span) {
      keep.check('state', span.to);
      const [found, heads] = await Promise.all([
        rows.deltas(cluster, { from: hourOf(span.from) * HOUR_MS, to: span.to }), // no chunk crosses an hour
        rows.heads(cluster, hoursOf({ from: span.from - LOOK_BACK_MS, to: span.to })),
      ]);
      return stepsOf(
        found.filter(({ t1 }) => t1 > span.from).map((row) => decode.delta(cluster, row)),
        heads,
        span,
      );
    },
    extent: (cluster) => rows.extent(cluster),
  };
}

/** By its header alone. Throws `Malformed` for what is no state chunk. */
async function file(rows: StateRows, { header, body }: StateChunk, receivedAt: number): Promise<void> {
  if (header.signal !== 'state') throw new Malformed(`a chunk of ${header.signal} is no state`);
  const { cluster, checkpoint, epoch, seq } = header;
  const { codec, inflated } = header.body ?? { codec: 0 as const, inflated: 0 };
  if (checkpoint === undefined) {
    return rows.putDelta(cluster, { t0: header.t0, t1: header.t1, epoch, seq, codec, inflated, body }, receivedAt);
  }
  await rows.putShard(cluster, { ...shardOf(header, checkpoint), codec, inflated, body }, receivedAt);
}

function shardOf({ epoch, seq }: ChunkHeader, checkpoint: NonNullable<ChunkHeader['checkpoint']>) {
  const { at, shard, shards, watermark, base, sameAs } = checkpoint;
  for (const other of [base, sameAs]) {
    if (other && (hourOf(other.at) !== hourOf(at) || other.at >= at))
      throw new Malformed(`a checkpoint at ${at} that leans on one at ${other.at}: not earlier in the same hour`);
  }
  return {
    at,
    shard,
    shards,
    watermark,
    epoch,
    seq,
    ...(base && { base: base.at }),
    ...(sameAs && { sameAs: sameAs.at }),
  };
}

/** With sequence past the watermark, oldest first, and a little past `instant`. A clock that was set back is followed by sequence. */
async function deltasAfter(
  rows: StateRows,
  cluster: number,
  { at, epoch, watermark }: Checkpoint,
  instant: number,
): Promise<DeltaRow[]> {
  const to = instant + PEEK_MS;
  const found = await rows.deltas(cluster, { from: at - CLOCK_SLACK_MS, to, epoch });
  return found.filter(({ seq }) => seq > watermark);
}

function staleness(
  { checkpoint, heads, passedOver }: Chosen,
  after: readonly DeltaRow[],
  chunks: readonly DecodedDelta[],
  instant: number,
): StateAt['stale'] {
  const last = Math.max(checkpoint.at, ...chunks.map(({ t1 }) => Math.min(t1, instant)));
  if (instant - checkpoint.at > LOOK_BACK_MS)
    return { from: last, reason: `no whole checkpoint since ${new Date(checkpoint.at).toISOString()}` };
  const hole = holesAfter(
    checkpoint,
    heads.filter((head) => head.at <= instant + PEEK_MS),
    after,
    instant,
  );
  if (hole) return hole;
  if (passedOver === undefined) return undefined;
  return { from: passedOver, reason: `the checkpoint of ${new Date(passedOver).toISOString()} is not whole` };
}

/** Steps of the highest epoch at every instant: what an older one still says after a newer one's first whole checkpoint is left out. */
function stepsOf(chunks: readonly DecodedDelta[], heads: readonly ShardHead[], { from, to }: Span) {
  const began = new Map<number, number>();
  for (const { epoch, at } of checkpointsOf(heads)) began.set(epoch, Math.min(at, began.get(epoch) ?? at));
  const endOf = (epoch: number): number =>
    Math.min(...[...began].filter(([other]) => other > epoch).map(([, at]) => at), Number.POSITIVE_INFINITY);
  return chunks
    .map(({ epoch, seq, table }) => {
      const end = endOf(epoch);
      return { epoch, seq, deltas: deltasOf(table).filter(({ at }) => at > from && at <= to && at < end) };
    })
    .filter(({ deltas }) => deltas.length > 0)
    .sort((a, b) => a.epoch - b.epoch || a.seq - b.seq);
}

export function hoursOf({ from, to }: Span): number[] {
  const hours: number[] = [];
  for (let hour = hourOf(from); hour <= hourOf(to); hour++) hours.push(hour);
  return hours;
}
