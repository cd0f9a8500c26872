// What Cassandra holds: what was written, by day and cluster. Of what an earlier version wrote without counting, Cassandra's own estimate, told under today.

import { DAY_MS, dayOf } from '@mosaic/wire';
import { RETAINED, type Retained, type Retention, type Usage } from '../../port.ts';
import { numberOf, type Session, type Value } from './session.ts';

const FAMILY_OF: Readonly<Record<string, Retained>> = {
  object_rev: 'objects',
  object_name: 'objects',
  state_index: 'state',
  state_ckpt: 'state',
  state_delta: 'state',
  event_by_time: 'events',
  event_by_obj: 'events',
  change_log: 'changes',
  coverage: 'coverage',
};
const NUMBER_BYTES = 8;
const FLUSH_MS = 10_000;

/** Bytes written, counted in memory and added up in the database now and then: an estimate worth one write in ten seconds, not one per chunk. */
export interface Written {
  add(family: Retained, at: number, cluster: number, bytes: number): void;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Of a row's cells, before Cassandra compresses them. */
export const bytesOfCells = (values: readonly Value[]): number =>
  values.reduce<number>((sum, value) => sum + bytesOfCell(value), 0);

function bytesOfCell(value: Value): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  return typeof value === 'object' ? bytesOfCells(Object.values(value)) : NUMBER_BYTES;
}

export function writtenTally(session: Session): Written {
  let waiting = new Map<string, { family: Retained; day: number; cluster: number; bytes: number }>();
  let timer: NodeJS.Timeout | undefined;
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const due = [...waiting.values()];
    waiting = new Map();
    const cql = 'UPDATE written SET bytes = bytes + ? WHERE family = ? AND day = ? AND cluster_id = ?';
    for (const { family, day, cluster, bytes } of due) await session.count(cql, [bytes, family, day, cluster]);
  };
  return {
    add(family, at, cluster, bytes) {
      const day = dayOf(at);
      const key = `${family}/${day}/${cluster}`;
      waiting.set(key, { family, day, cluster, bytes: (waiting.get(key)?.bytes ?? 0) + bytes });
      // An estimate that cannot be written is no reason to fail anything.
      timer ??= setTimeout(() => void flush().catch(() => {}), FLUSH_MS).unref();
    },
    flush,
    stop: () => flush().catch(() => {}),
  };
}

export function usageOf(
  session: Session,
  keyspace: string,
  retention: () => Retention,
  written: Written,
  now: () => number,
): () => Promise<readonly Usage[]> {
  return async () => {
    await written.flush();
    const counted = await countedUsage(session, retention(), now());
    const known = new Set(counted.map(({ family }) => family));
    const estimated = await estimatedUsage(session, keyspace, now());
    return [...counted, ...estimated.filter(({ family }) => !known.has(family))];
  };
}

const dayName = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

async function countedUsage(session: Session, { days }: Retention, now: number): Promise<Usage[]> {
  const found = await Promise.all(
    RETAINED.map(async (family) => {
      const cql = 'SELECT day, cluster_id, bytes FROM written WHERE family = ? AND day >= ?';
      const rows = await session.run(cql, [family, dayOf(now) - Math.ceil(days[family])]);
      const byDay = Map.groupBy(rows, (row) => numberOf(row.day));
      return [...byDay].map(([day, of]): Usage => {
        const clusters = Object.fromEntries(of.map((row) => [numberOf(row.cluster_id), numberOf(row.bytes)]));
        return {
          family,
          day: dayName(day),
          bytes: Object.values(clusters).reduce((sum, bytes) => sum + bytes, 0),
          clusters,
        };
      });
    }),
  );
  return found.flat();
}

/** Cassandra refreshes its estimates every few minutes, and knows neither days nor clusters. */
async function estimatedUsage(session: Session, keyspace: string, now: number): Promise<Usage[]> {
  const cql =
    'SELECT table_name, mean_partition_size, partitions_count FROM system.size_estimates WHERE keyspace_name = ?';
  const bytes = new Map<Retained, number>();
  for (const row of await session.run(cql, [keyspace])) {
    const family = FAMILY_OF[String(row.table_name)];
    if (family === undefined) continue;
    bytes.set(family, (bytes.get(family) ?? 0) + numberOf(row.mean_partition_size) * numberOf(row.partitions_count));
  }
  return RETAINED.filter((family) => bytes.has(family)).map((family) => ({
    ...{ family, day: dayName(dayOf(now)), bytes: bytes.get(family) ?? 0, clusters: {} },
  }));
}
