// Where a store in Cassandra is, and which schema it has.

import type { ConnectionOptions } from 'node:tls';
import { numberOf, type Session } from '../adapters/cassandra/session.ts';

export interface CassandraPlace {
  readonly hosts: readonly string[];
  readonly port: number;
  readonly datacenter: string;
  readonly keyspace: string;
  /** Copies by data centre, for a keyspace that a restore makes. */
  readonly replication: Readonly<Record<string, number>>;
  readonly user?: string;
  readonly password?: string;
  readonly tls?: ConnectionOptions;
}

/** Steps of the schema that were taken; none where there is no store. */
export async function appliedIn(session: Session, keyspace: string): Promise<number[]> {
  const cql = 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?';
  if ((await session.run(cql, [keyspace, 'migration'])).length === 0) return [];
  return (await session.run('SELECT n FROM migration')).map((row) => numberOf(row.n)).sort((a, b) => a - b);
}
