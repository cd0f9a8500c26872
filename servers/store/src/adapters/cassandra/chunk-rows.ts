// Chunks and names met, in Cassandra.

import { type Codec, HOUR_MS, hourOf } from '@mosaic/wire';
import {
  CHUNK_GROUPS,
  type ChunkFamily,
  type ChunkHead,
  type ChunkRows,
  type SeenRow,
  type SeenRows,
} from '../../rows.ts';
import type { Filled, Lifetimes, Write } from './keeping-rows.ts';
import { bytesOf, numberOf, type Row, type Session, textOf, type Value } from './session.ts';
import type { Written } from './usage.ts';

const TABLES: Readonly<Record<ChunkFamily, string>> = {
  logs: 'log',
  metrics: 'metric',
  connections: 'flow',
  edges: 'edge',
  rolled: 'rolled',
};
const PLACE = 'cluster_id, hour, grp, t0, id';
const BODIES_AT_ONCE = 32;

export function chunkRows(session: Session, lives: Lifetimes, filled: Filled, written: Written): ChunkRows {
  return {
    async put(family, cluster, head, body) {
      const ttl = lives.ttl(family, head.t1);
      if (ttl === undefined) return;
      const table = TABLES[family];
      const { t0, t1, id, group, codec, inflated, count, bytes, receivedAt, index, bloom } = head;
      const hour = hourOf(t0);
      const place: Value[] = [cluster, hour, group, t0, id];
      // The body first: an index row promises it.
      await session.run(`INSERT INTO ${table}_chunk (${PLACE}, body) VALUES (?, ?, ?, ?, ?, ?) USING TTL ?`, [
        ...place,
        body,
        ttl,
      ]);
      const columns = `${PLACE}, t1, codec, inflated, n, bytes, received, idx, bloom`;
      const values: Value[] = [...place, t1, codec, inflated, count, bytes, receivedAt, index, bloom, ttl];
      const row: Write = [
        `INSERT INTO ${table}_idx (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?`,
        values,
      ];
      await filled.write([row], [{ cluster, family, bucket: hour * CHUNK_GROUPS + group, ttl }]);
      written.add(family, t0, cluster, bytes + bloom.length + index.length);
    },
    async heads(family, cluster, { from, to }) {
      const buckets = await filled.between(
        cluster,
        family,
        hourOf(from) * CHUNK_GROUPS,
        hourOf(to) * CHUNK_GROUPS + CHUNK_GROUPS - 1,
      );
      const cql = `SELECT * FROM ${TABLES[family]}_idx WHERE cluster_id = ? AND hour = ? AND grp = ? AND t0 <= ?`;
      const found = await Promise.all(
        buckets.map((bucket) => {
          const hour = Math.floor(bucket / CHUNK_GROUPS);
          return session.run(cql, [cluster, hour, bucket % CHUNK_GROUPS, Math.min(to, (hour + 1) * HOUR_MS)]);
        }),
      );
      return found
        .flat()
        .map(headOf)
        .filter(({ t1 }) => t1 >= from)
        .sort((a, b) => a.t0 - b.t0 || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    },
    async bodies(family, cluster, heads) {
      const cql = `SELECT body FROM ${TABLES[family]}_chunk WHERE cluster_id = ? AND hour = ? AND grp = ? AND t0 = ? AND id = ?`;
      const bodies: (Uint8Array | undefined)[] = [];
      for (let i = 0; i < heads.length; i += BODIES_AT_ONCE) {
        const batch = heads.slice(i, i + BODIES_AT_ONCE).map(async ({ t0, group, id }) => {
          const [row] = await session.run(cql, [cluster, hourOf(t0), group, t0, id]);
          return row === undefined ? undefined : bytesOf(row.body);
        });
        bodies.push(...(await Promise.all(batch)));
      }
      return bodies;
    },
  };
}

const headOf = (row: Row): ChunkHead => ({
  ...{ t0: numberOf(row.t0), t1: numberOf(row.t1), id: textOf(row.id), group: numberOf(row.grp) },
  codec: numberOf(row.codec) as Codec, // only a Codec is ever written
  ...{ inflated: numberOf(row.inflated), count: numberOf(row.n), bytes: numberOf(row.bytes) },
  ...{ receivedAt: numberOf(row.received), index: textOf(row.idx), bloom: bytesOf(row.bloom) },
});

const MICROS = 1000;

export function seenRows(session: Session, lives: Lifetimes): SeenRows {
  const cql =
    'INSERT INTO seen (cluster_id, family, day, key, about, last_ts) VALUES (?, ?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?';
  // The earliest sight wins: its timestamp falls as the instant grows.
  const first =
    'INSERT INTO seen (cluster_id, family, day, key, first_ts) VALUES (?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?';
  const FAR = 4e15;
  return {
    put: (family, cluster, day, rows) =>
      session.runAll(
        rows.flatMap(({ key, about, firstAt, lastAt }) => {
          const ttl = lives.ttl(family, (day + 1) * 24 * HOUR_MS);
          if (ttl === undefined) return [];
          const place = [cluster, family, day, key];
          return [
            [cql, [...place, about, lastAt, ttl, lastAt * MICROS]] as const,
            [first, [...place, firstAt, ttl, FAR - firstAt * MICROS]] as const,
          ];
        }),
      ),
    async of(family, cluster, day) {
      const rows = await session.run('SELECT * FROM seen WHERE cluster_id = ? AND family = ? AND day = ?', [
        cluster,
        family,
        day,
      ]);
      return rows.map((row): SeenRow => {
        const lastAt = row.last_ts === null ? 0 : numberOf(row.last_ts);
        const firstAt = row.first_ts === null ? lastAt : numberOf(row.first_ts);
        return { key: textOf(row.key), about: textOf(row.about), firstAt, lastAt };
      });
    },
  };
}
