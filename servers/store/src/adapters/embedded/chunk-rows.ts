// Chunks of logs, metrics, connections, edges and roll-ups, a file per family and day: index and bodies apart, so that ruling out reads no body.

import { type Codec, dayOf, HOUR_MS, hourOf } from '@mosaic/wire';
import type { ChunkFamily, ChunkHead, ChunkRows, SeenRow, SeenRows } from '../../rows.ts';
import type { Folder } from './folder.ts';
import type { WriteName } from './sql.ts';

/** Replaced when they come again; the others stay as they came first. */
const REPLACED: ReadonlySet<ChunkFamily> = new Set(['edges', 'rolled']);

export function chunkRows(folder: Folder): ChunkRows {
  return {
    put(family, cluster, head, body) {
      const to = folder.day(family, head.t0);
      const [headStatement, bodyStatement]: WriteName[] = REPLACED.has(family)
        ? ['chunkHeadAnew', 'chunkBodyAnew']
        : ['chunkHead', 'chunkBody'];
      const { t0, t1, id, codec, inflated, count, bytes, receivedAt, index, bloom } = head;
      return folder.write([
        { ...to, statement: bodyStatement as WriteName, values: [cluster, t0, id, body] }, // both are named above
        {
          ...to,
          statement: headStatement as WriteName,
          values: [cluster, hourOf(t0), t0, id, t1, codec, inflated, count, bytes, receivedAt, index, bloom],
        },
      ]);
    },
    async heads(family, cluster, { from, to }) {
      // A chunk lies in the hour of its first instant and never leaves it.
      const first = hourOf(from) * HOUR_MS;
      const days = folder.files.days(family, dayOf(first), dayOf(to)).reverse();
      const sql =
        'SELECT * FROM chunk WHERE cluster = ? AND hour >= ? AND hour <= ? AND t0 <= ? AND t1 >= ? ORDER BY hour, t0, id';
      return days.flatMap((day) => {
        const reader = folder.reader(family, day);
        const rows = reader?.prepare(sql).all(cluster, hourOf(from), hourOf(to), to, from) ?? [];
        return rows.map((row) => headOf(row as unknown as HeadRow)); // SELECT * FROM chunk
      });
    },
    async bodies(family, cluster, heads) {
      const sql = 'SELECT body FROM body WHERE cluster = ? AND t0 = ? AND id = ?';
      return heads.map(({ t0, id }) => {
        const body = folder.reader(family, dayOf(t0))?.prepare(sql).get(cluster, t0, id)?.body;
        return body instanceof Uint8Array ? body : undefined;
      });
    },
  };
}

interface HeadRow extends Omit<ChunkHead, 'group' | 'receivedAt' | 'index' | 'codec'> {
  readonly codec: number;
  readonly received: number;
  readonly idx: string;
}

const headOf = ({ t0, t1, id, codec, inflated, count, bytes, received, idx, bloom }: HeadRow): ChunkHead => ({
  ...{ t0, t1, id, group: 0, inflated, count, bytes, receivedAt: received, index: idx, bloom },
  codec: codec as Codec, // only a Codec is ever written
});

export function seenRows(folder: Folder): SeenRows {
  return {
    put: (family, cluster, day, rows) =>
      folder.write(
        rows.map(({ key, about, firstAt, lastAt }) => ({
          ...folder.day(family, day * 24 * HOUR_MS),
          statement: 'seen',
          values: [cluster, key, about, firstAt, lastAt],
        })),
      ),
    async of(family, cluster, day) {
      const rows = folder.reader(family, day)?.prepare('SELECT * FROM seen WHERE cluster = ?').all(cluster) ?? [];
      return rows.map((row): SeenRow => {
        const { key, about, first_at, last_at } = row as {
          key: string;
          about: string;
          first_at: number;
          last_at: number;
        }; // SELECT *
        return { key, about, firstAt: first_at, lastAt: last_at };
      });
    },
  };
}
