// The store of many machines: Cassandra. Nothing but it holds state, so any number of receivers and APIs may open it.

import type { ConnectionOptions } from 'node:tls';
import { Unavailable } from '@mosaic/wire';
import { DEFAULT_RETENTION } from '../keeping.ts';
import type { Retention, Store } from '../port.ts';
import { retentionCell } from '../retention-cell.ts';
import type { Rows } from '../rows.ts';
import { type Questions, storeOver } from '../store-over.ts';
import { clusterRows, leaseRows, markRows } from './cassandra/always-rows.ts';
import { auditRows } from './cassandra/audit-rows.ts';
import { chunkRows, seenRows } from './cassandra/chunk-rows.ts';
import { eventRows } from './cassandra/event-rows.ts';
import { filledBuckets, lifetimes } from './cassandra/keeping-rows.ts';
import { changeRows, coverageRows } from './cassandra/log-rows.ts';
import { createKeyspace, familiesIn, migrate, migrationsIn, schemaFolder } from './cassandra/migrations.ts';
import { objectRows } from './cassandra/object-rows.ts';
import { enrolmentRows, peopleRows } from './cassandra/people-rows.ts';
import { fitWindows, type Retaining, retaining } from './cassandra/retaining.ts';
import { openSession, type Session } from './cassandra/session.ts';
import { stateRows } from './cassandra/state-rows.ts';
import { tokenRows } from './cassandra/token-rows.ts';
import { usageOf, type Written, writtenTally } from './cassandra/usage.ts';
import type { StoreLog } from './embedded.ts';

export interface CassandraStoreOptions extends Pick<Questions, 'compression' | 'cache'> {
  /** Names or addresses, each with a port of its own if it has one: `10.0.0.1`, `db:9042`. */
  readonly hosts: readonly string[];
  /** For hosts without one. Default 9042. */
  readonly port?: number;
  readonly datacenter: string;
  readonly keyspace: string;
  /** Copies by data centre, for a keyspace that is not there yet. Default one copy in `datacenter`. */
  readonly replication?: Readonly<Record<string, number>>;
  readonly user?: string;
  readonly password?: string;
  readonly tls?: ConnectionOptions;
  readonly retention?: Retention;
  readonly now?: () => number;
  readonly log?: StoreLog;
}

const DEFAULT_PORT = 9042;
const KEYSPACE_TRIES = 20;
const KEYSPACE_PAUSE_MS = 250;

/** Makes keyspace and tables when missing. Throws `Unavailable` when no host answers. */
export async function cassandraStore(options: CassandraStoreOptions): Promise<Store> {
  const { datacenter, keyspace, compression, cache = true, retention = DEFAULT_RETENTION, now = Date.now } = options;
  if (options.hosts.length === 0) throw new RangeError('CASSANDRA_HOSTS is empty; set it or use STORE=embedded');
  const connection = { ...options, port: options.port ?? DEFAULT_PORT };
  const { keyspace: _notYet, ...first } = connection;
  const founding = await openSession(first);
  try {
    await createKeyspace(founding, keyspace, options.replication ?? { [datacenter]: 1 });
  } finally {
    await founding.close();
  }
  const session = await openWithKeyspace(connection);
  try {
    await migrate(session, migrationsIn(schemaFolder(), retention), keyspace, options.log);
  } catch (error) {
    await session.close();
    throw error;
  }
  const written = writtenTally(session);
  const cell = retentionCell(retention, () => markRows(session));
  const kept = retaining({
    ...{ cell, now, log: options.log },
    usage: usageOf(session, keyspace, cell.now, written, now),
    fit: (said) => fitWindows(session, keyspace, familiesIn(schemaFolder()), said),
  });
  await kept.start();
  return storeOver(rowsOf(session, options, { kept, written, now }), { compression, retention: kept, now, cache });
}

/** Another process may be making the keyspace this very moment: its rows are seen before it can be used. */
export async function openWithKeyspace(connection: Parameters<typeof openSession>[0]): Promise<Session> {
  for (let tried = 1; ; tried++) {
    try {
      return await openSession(connection);
    } catch (error) {
      if (tried >= KEYSPACE_TRIES || !/keyspace .*does not exist/i.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, KEYSPACE_PAUSE_MS));
    }
  }
}

interface Upkeeping {
  readonly kept: Retaining;
  readonly written: Written;
  readonly now: () => number;
}

function rowsOf(
  session: Session,
  { compression, keyspace }: CassandraStoreOptions,
  { kept, written, now }: Upkeeping,
): Rows {
  const retention = kept.now;
  const lives = lifetimes(kept.forNewRows, now);
  const filled = filledBuckets(session);
  return {
    clusters: clusterRows(session),
    objects: objectRows(session, { lives, retention, now, written }, compression),
    state: stateRows(session, lives, filled, written),
    events: eventRows(session, lives, filled, written),
    changes: changeRows(session, { lives, filled, written }, compression),
    coverage: coverageRows(session, { lives, written }, retention),
    leases: leaseRows(session, lives),
    chunks: chunkRows(session, lives, filled, written),
    seen: seenRows(session, lives),
    tokens: tokenRows(session),
    people: peopleRows(session),
    enrolment: enrolmentRows(session),
    audit: auditRows(session),
    marks: markRows(session),
    keptFrom: () => 0,
    // Rows end by their own TTL.
    sweep: async () => ({ removedBytes: 0 }),
    usage: usageOf(session, keyspace, retention, written, now),
    freeBytes: async () => undefined,
    health: () => healthOf(session),
    async close() {
      kept.stop();
      await written.stop();
      await session.close();
    },
  };
}

async function healthOf(session: Session): Promise<{ ok: boolean; detail?: string }> {
  try {
    await session.run('SELECT release_version FROM system.local');
    return { ok: true };
  } catch (error) {
    if (error instanceof Unavailable) return { ok: false, detail: error.message };
    throw error;
  }
}
