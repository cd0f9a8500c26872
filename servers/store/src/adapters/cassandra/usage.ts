// What Cassandra says it holds: an estimate from its own size estimates, and its health.

import type { Rows } from '../../rows.ts';
import { numberOf, type Session } from './session.ts';

const FAMILY_OF: Readonly<Record<string, string>> = {
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

/** Per family, told under today: Cassandra does not know days. */
export function usageOf(session: Session, keyspace: string, now: () => number): Rows['usage'] {
  return async () => {
    const cql =
      'SELECT table_name, mean_partition_size, partitions_count FROM system.size_estimates WHERE keyspace_name = ?';
    const bytes = new Map<string, number>();
    for (const row of await session.run(cql, [keyspace])) {
      const family = FAMILY_OF[String(row.table_name)];
      if (family === undefined) continue;
      const size = numberOf(row.mean_partition_size) * numberOf(row.partitions_count);
      bytes.set(family, (bytes.get(family) ?? 0) + size);
    }
    const day = new Date(now()).toISOString().slice(0, 10);
    return [...bytes].map(([family, size]) => ({ family, day, bytes: size }));
  };
}
