// Checkpoint shards and deltas by hour, in Cassandra: a row per checkpoint for choosing, a row per shard for reading.

import { type Codec, hourOf } from '@mosaic/wire';
import type { DeltaRow, ShardHead, ShardRef, ShardRow, StateRows } from '../../rows.ts';
import type { Filled, Lifetimes, Write } from './keeping-rows.ts';
import { bytesOf, maybeNumber, numberOf, type Row, type Session, textOf, type Value } from './session.ts';
import { bytesOfCells, type Written } from './usage.ts';

const MICROS = 1000;
const FIRST_HOURS = 200;
/** Bodies outlive what leans on them: a base stands in the same hour. */
const LEAN_SECONDS = 3600;

export function stateRows(session: Session, lives: Lifetimes, filled: Filled, written: Written): StateRows {
  const extent = extentOf(session, filled);
  return {
    async putShard(cluster, row) {
      const { at, epoch, shard, body } = row;
      const hour = hourOf(at);
      const ttl = lives.ttl('state', at);
      const kept = [...latestWrites(cluster, row), lastWrite(cluster, at)];
      if (ttl === undefined) return session.runAll(kept);
      const bodyCql =
        'INSERT INTO state_ckpt (cluster_id, hour, ts, epoch, shard, head, body) VALUES (?, ?, ?, ?, ?, ?, ?) USING TTL ?';
      await session.runAll([
        [bodyCql, [cluster, hour, at, epoch, shard, packHead(row), body, ttl + LEAN_SECONDS]],
        ...kept,
      ]);
      // The index comes last: a shard that can be chosen can be read.
      const index: Write = [
        'UPDATE state_index USING TTL ? SET heads = heads + ? WHERE cluster_id = ? AND hour = ? AND ts = ? AND epoch = ?',
        [ttl, { [shard]: packHead(row) }, cluster, hour, at, epoch],
      ];
      await filled.write([index], [{ cluster, family: 'state', bucket: hour, ttl }]);
      written.add('state', at, cluster, bytesOfCells([...index[1], packHead(row), body]));
    },
    async putDelta(cluster, { t0, t1, epoch, seq, codec, inflated, body }) {
      const ttl = lives.ttl('state', t0);
      if (ttl === undefined) return;
      const cql =
        'INSERT INTO state_delta (cluster_id, hour, t0, epoch, seq, t1, codec, inflated, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?';
      await session.runAll([
        [cql, [cluster, hourOf(t0), t0, epoch, seq, t1, codec, inflated, body, ttl]],
        lastWrite(cluster, t1),
      ]);
      written.add('state', t0, cluster, bytesOfCells([cluster, t0, epoch, seq, t1, codec, inflated, body]));
    },
    async heads(cluster, hours) {
      const cql = 'SELECT ts, epoch, heads FROM state_index WHERE cluster_id = ? AND hour = ?';
      const found = await Promise.all(hours.map((hour) => session.run(cql, [cluster, hour])));
      return found.flat().flatMap(headsOf);
    },
    async shards(cluster, hour, refs) {
      const byCheckpoint = Map.groupBy(refs, ({ at, epoch }) => `${at}/${epoch}`);
      const read = [...byCheckpoint.values()].map((some) => readShards(session, cluster, hour, some));
      return (await Promise.all(read)).flat();
    },
    async deltas(cluster, { from, to, epoch }) {
      const cql =
        'SELECT t0, t1, epoch, seq, codec, inflated, body FROM state_delta WHERE cluster_id = ? AND hour = ? AND t0 >= ? AND t0 <= ?';
      const hours = await hoursWithin(filled, cluster, from, to);
      const found = await Promise.all(hours.map((hour) => session.run(cql, [cluster, hour, from, to])));
      const rows = found.flat().map(deltaOf);
      return epoch === undefined ? rows : rows.filter((row) => row.epoch === epoch);
    },
    hourBefore: (cluster, hour) => filled.newest(cluster, 'state', hour),
    latest: (cluster) => readLatest(session, cluster),
    extent,
  };
}

/** Deltas may lie in an hour that has no checkpoint, so short spans read every hour, long ones the filled hours and their neighbours. */
async function hoursWithin(filled: Filled, cluster: number, from: number, to: number): Promise<number[]> {
  const first = hourOf(from);
  const last = hourOf(to);
  if (last - first < 4) return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  const known = await filled.between(cluster, 'state', first - 1, last);
  return [...new Set(known.flatMap((hour) => [hour, hour + 1]))]
    .filter((hour) => hour >= first && hour <= last)
    .sort((a, b) => a - b);
}

// An entry of `heads`: the numbers of a shard's head, apart by spaces; `-` for none. Small enough to read a dozen checkpoints at once.

const packHead = ({ shards, watermark, seq, base, sameAs, codec, inflated }: ShardHead): string =>
  [shards, watermark, seq, base ?? '-', sameAs ?? '-', codec, inflated].join(' ');

function headsOf(row: Row): ShardHead[] {
  const at = numberOf(row.ts);
  const epoch = numberOf(row.epoch);
  const packed = Object.entries((row.heads ?? {}) as Record<string, string>); // a map<smallint, text>
  return packed.map(([shard, head]) => headOf({ at, epoch, shard: Number(shard) }, head));
}

function headOf(ref: ShardRef, packed: string): ShardHead {
  const [shards, watermark, seq, base, sameAs, codec, inflated] = packed.split(' ');
  return {
    ...{ ...ref, shards: Number(shards), watermark: Number(watermark), seq: Number(seq) },
    ...{ codec: Number(codec) as Codec, inflated: Number(inflated) }, // only a Codec is ever written
    ...(base !== '-' && { base: Number(base) }),
    ...(sameAs !== '-' && { sameAs: Number(sameAs) }),
  };
}

async function readShards(
  session: Session,
  cluster: number,
  hour: number,
  refs: readonly ShardRef[],
): Promise<ShardRow[]> {
  const [first] = refs;
  if (first === undefined) return [];
  const { at, epoch } = first;
  const place = [cluster, hour, at, epoch];
  const wanted = new Set(refs.map(({ shard }) => shard));
  const where = 'cluster_id = ? AND hour = ? AND ts = ? AND epoch = ?';
  const rows = await session.run(`SELECT shard, head, body FROM state_ckpt WHERE ${where}`, place);
  return rows
    .filter((row) => wanted.has(numberOf(row.shard)))
    .map((row) => ({
      ...headOf({ at, epoch, shard: numberOf(row.shard) }, textOf(row.head)),
      body: bytesOf(row.body),
    }));
}

const deltaOf = (row: Row): DeltaRow => ({
  ...{ t0: numberOf(row.t0), t1: numberOf(row.t1), epoch: numberOf(row.epoch), seq: numberOf(row.seq) },
  ...{ codec: numberOf(row.codec) as Codec, inflated: numberOf(row.inflated), body: bytesOf(row.body) }, // only a Codec is ever written
});

function extentOf(session: Session, filled: Filled): StateRows['extent'] {
  return async (cluster) => {
    const [last] = await session.run('SELECT last_ts FROM state_extent WHERE cluster_id = ?', [cluster]);
    const hours = await filled.between(cluster, 'state', 0, 2 ** 31 - 1);
    if (last === undefined) return undefined;
    for (const hour of hours.slice(-FIRST_HOURS).reverse()) {
      const cql = 'SELECT min(ts) AS first FROM state_index WHERE cluster_id = ? AND hour = ?';
      const first = maybeNumber((await session.run(cql, [cluster, hour]))[0]?.first);
      if (first !== undefined) return { from: first, to: Math.max(first, numberOf(last.last_ts)) };
    }
    return undefined;
  };
}

const lastWrite = (cluster: number, at: number): readonly [string, readonly Value[]] => [
  'INSERT INTO state_extent (cluster_id, last_ts) VALUES (?, ?) USING TIMESTAMP ?',
  [cluster, at, at * MICROS],
];

/** Ordered by the checkpoint's instant, not by arrival: timestamps are its own. */
function latestWrites(cluster: number, row: ShardRow): (readonly [string, readonly Value[]])[] {
  const { at, epoch, shard, shards, watermark, seq, base, sameAs, codec, inflated, body } = row;
  const head = 'cluster_id, role, shard, ts, epoch, shards, watermark, seq, same_as';
  const headValues = (role: number): Value[] => [
    cluster,
    role,
    shard,
    at,
    epoch,
    shards,
    watermark,
    seq,
    sameAs ?? null,
  ];
  if (sameAs !== undefined)
    return [
      [
        `INSERT INTO state_latest (${head}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`,
        [...headValues(1), at * MICROS],
      ],
    ];
  const cql = `INSERT INTO state_latest (${head}, body_ts, base, codec, inflated, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`;
  const whole = (role: number, own: Uint8Array | null): readonly [string, readonly Value[]] => [
    cql,
    [...headValues(role), at, base ?? null, codec, inflated, own, at * MICROS],
  ];
  return base === undefined ? [whole(0, body), whole(1, null)] : [whole(1, body)];
}

/** Rows that lean on nothing that is missing; otherwise none of that shard, so that the checkpoint does not count as whole. */
async function readLatest(session: Session, cluster: number): Promise<ShardRow[]> {
  const rows = await session.run('SELECT * FROM state_latest WHERE cluster_id = ?', [cluster]);
  const byShard = Map.groupBy(rows, (row) => numberOf(row.shard));
  return [...byShard.values()].flatMap((pair) => {
    const alone = pair.find((row) => numberOf(row.role) === 0);
    const newest = pair.find((row) => numberOf(row.role) === 1);
    return newest ? leaning(newest, alone) : [];
  });
}

function leaning(newest: Row, alone: Row | undefined): ShardRow[] {
  const aloneAt = maybeNumber(alone?.body_ts);
  const bodyAt = maybeNumber(newest.body_ts);
  const base = maybeNumber(newest.base);
  const sameAs = maybeNumber(newest.same_as);
  if (bodyAt === undefined || (base !== undefined && base !== aloneAt)) return [];
  if (base === undefined && bodyAt !== aloneAt) return [];
  if (sameAs !== undefined && sameAs < bodyAt) return [];
  const own: ShardRow[] = base === undefined ? [] : [shardAt(newest, bodyAt, { base, body: bytesOf(newest.body) })];
  const stands: ShardRow[] =
    alone && aloneAt !== undefined ? [shardAt(alone, aloneAt, { body: bytesOf(alone.body) })] : [];
  const at = numberOf(newest.ts);
  const same: ShardRow[] = at === bodyAt ? [] : [shardAt(newest, at, { sameAs: bodyAt, body: new Uint8Array(0) })];
  return [...stands, ...own, ...same];
}

function shardAt(row: Row, at: number, lean: Pick<ShardRow, 'body' | 'base' | 'sameAs'>): ShardRow {
  return {
    ...{ at, epoch: numberOf(row.epoch), shard: numberOf(row.shard), shards: numberOf(row.shards) },
    ...{ watermark: numberOf(row.watermark), seq: numberOf(row.seq), codec: numberOf(row.codec) as Codec }, // only a Codec is ever written
    inflated: lean.sameAs === undefined ? numberOf(row.inflated) : 0,
    ...lean,
  };
}
