// Checkpoint shards and deltas by day, in SQLite: heads for choosing, bodies for reading.

import { type Codec, dayOf, HOUR_MS, hourOf, type Span } from '@mosaic/wire';
import { latestOf } from '../../latest.ts';
import type { DeltaRow, ShardHead, ShardRow, StateRows } from '../../rows.ts';
import type { Folder } from './folder.ts';
import type { Value, Write } from './sql.ts';

const dayOfHour = (hour: number): number => dayOf(hour * HOUR_MS);

export function stateRows(folder: Folder): StateRows {
  const allDays = (): number[] => folder.files.days('state', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return {
    async putShard(cluster, row) {
      const to = folder.day('state', row.at);
      const { at, epoch, shard, body } = row;
      await folder.write([
        { ...to, statement: 'shard', values: [cluster, at, epoch, shard, body] },
        { ...to, statement: 'head', values: [cluster, hourOf(at), ...headValues(row)] },
      ]);
    },
    putDelta: (cluster, { t0, t1, epoch, seq, codec, inflated, body }) =>
      folder.write([
        {
          ...folder.day('state', t0),
          statement: 'delta',
          values: [cluster, t0, epoch, seq, t1, codec, inflated, body],
        },
      ]),
    heads: async (cluster, hours) =>
      hours.flatMap((hour) => {
        const reader = folder.reader('state', dayOfHour(hour));
        const rows = reader?.prepare('SELECT * FROM head WHERE cluster = ? AND hour = ?').all(cluster, hour) ?? [];
        return rows.map((row) => headOf(row as unknown as HeadRow)); // SELECT * FROM head
      }),
    async shards(cluster, hour, refs) {
      const reader = folder.reader('state', dayOfHour(hour));
      const one = reader?.prepare(
        'SELECT h.*, s.body FROM head h JOIN shard s USING (cluster, at, epoch, shard) WHERE h.cluster = ? AND h.hour = ? AND h.at = ? AND h.epoch = ? AND h.shard = ?',
      );
      return refs.flatMap(({ at, epoch, shard }) => {
        const row = one?.get(cluster, hour, at, epoch, shard);
        return row ? [shardOf(row as unknown as ShardSqlRow)] : []; // the columns selected above
      });
    },
    async deltas(cluster, { from, to, epoch }) {
      const days = folder.files.days('state', dayOf(from), dayOf(to)).reverse();
      const sql =
        'SELECT t0, t1, epoch, seq, codec, inflated, body FROM delta WHERE cluster = ?1 AND t0 >= ?2 AND t0 <= ?3 AND (?4 IS NULL OR epoch = ?4) ORDER BY t0, epoch, seq';
      return days.flatMap((day) => {
        const rows =
          folder
            .reader('state', day)
            ?.prepare(sql)
            .all(cluster, from, to, epoch ?? null) ?? [];
        return rows as unknown as DeltaRow[]; // its columns bear the names of its fields
      });
    },
    async hourBefore(cluster, hour) {
      const days = folder.files.days('state', Number.NEGATIVE_INFINITY, dayOfHour(hour));
      for (const day of days) {
        const sql = 'SELECT max(hour) AS hour FROM head WHERE cluster = ? AND hour <= ?';
        const found = folder.reader('state', day)?.prepare(sql).get(cluster, hour)?.hour;
        if (typeof found === 'number') return found;
      }
      return undefined;
    },
    async latest(cluster) {
      const rows = folder.always().prepare('SELECT * FROM latest WHERE cluster = ?').all(cluster);
      return rows.map((row) => shardOf(row as unknown as ShardSqlRow)); // SELECT * FROM latest
    },
    async extent(cluster) {
      const days = allDays();
      const newest = firstOf(days, (day) => extentOf(folder, day, cluster));
      const oldest = firstOf(days.reverse(), (day) => extentOf(folder, day, cluster));
      return newest && oldest && { from: oldest.from, to: newest.to };
    },
  };
}

function firstOf<T>(days: readonly number[], read: (day: number) => T | undefined): T | undefined {
  for (const day of days) {
    const found = read(day);
    if (found !== undefined) return found;
  }
  return undefined;
}

function extentOf(folder: Folder, day: number, cluster: number): Span | undefined {
  const sql = `SELECT min(first) AS first, max(last) AS last FROM (
    SELECT min(at) AS first, max(at) AS last FROM head WHERE cluster = ?1 UNION ALL SELECT min(t0), max(t1) FROM delta WHERE cluster = ?1)`;
  const { first, last } = folder.reader('state', day)?.prepare(sql).get(cluster) ?? {};
  return typeof first === 'number' && typeof last === 'number' ? { from: first, to: last } : undefined;
}

/** What must be copied out of a day's file before it goes, so that the last state of a silent cluster stays. */
export function latestWrites(folder: Folder, day: number): Write[] {
  const reader = folder.reader('state', day);
  const clusters = reader?.prepare('SELECT DISTINCT cluster FROM head').all() ?? [];
  return clusters.flatMap(({ cluster }) => {
    if (typeof cluster !== 'number' || hasNewer(folder, day, cluster)) return [];
    const sql =
      'SELECT h.*, s.body FROM head h JOIN shard s USING (cluster, at, epoch, shard) WHERE h.cluster = ? AND h.at >= ? AND h.epoch = ?';
    const rows = reader?.prepare('SELECT * FROM head WHERE cluster = ?').all(cluster) ?? [];
    const latest = latestOf(rows.map((row) => headOf(row as unknown as HeadRow))); // SELECT * FROM head
    if (latest === undefined) return [];
    const kept = reader?.prepare(sql).all(cluster, latest.from, latest.epoch) ?? [];
    const to = folder.alwaysFile;
    return [
      { ...to, statement: 'forgetLatest', values: [cluster] },
      ...kept.map((row): Write => {
        const shard = shardOf(row as unknown as ShardSqlRow); // the columns selected above
        return { ...to, statement: 'latest', values: [cluster, ...headValues(shard), shard.body] };
      }),
    ];
  });
}

const hasNewer = (folder: Folder, day: number, cluster: number): boolean =>
  folder.files
    .days('state', day + 1, Number.POSITIVE_INFINITY)
    .some((newer) =>
      folder.reader('state', newer)?.prepare('SELECT 1 FROM head WHERE cluster = ? LIMIT 1').get(cluster),
    );

const headValues = (row: ShardHead): Value[] => [
  ...[row.at, row.epoch, row.shard, row.shards, row.watermark, row.seq, row.base ?? null, row.sameAs ?? null],
  ...[row.codec, row.inflated],
];

interface HeadRow extends Omit<ShardHead, 'base' | 'sameAs'> {
  readonly base: number | null;
  readonly same_as: number | null;
}
interface ShardSqlRow extends HeadRow {
  readonly body: Uint8Array;
}

function headOf({ at, epoch, shard, shards, watermark, seq, base, same_as, codec, inflated }: HeadRow): ShardHead {
  return {
    ...{ at, epoch, shard, shards, watermark, seq, codec: codec as Codec, inflated }, // only a Codec is ever written
    ...(base !== null && { base }),
    ...(same_as !== null && { sameAs: same_as }),
  };
}

const shardOf = (row: ShardSqlRow): ShardRow => ({ ...headOf(row), body: row.body });
