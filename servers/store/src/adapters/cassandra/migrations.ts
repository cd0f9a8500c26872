// The schema, step by step: numbered files with their reason on top, applied in order by one process under a lock, and recorded.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Unavailable } from '@mosaic/wire';
import type { Retention } from '../../port.ts';
import type { StoreLog } from '../embedded.ts';
import { windowsOf } from './retaining.ts';
import type { Session } from './session.ts';

/** A process that dies while it holds the lock frees it after this. */
const LOCK_SECONDS = 120;
const LOCK_TRIES = 240;
const LOCK_PAUSE_MS = 500;

export interface Migration {
  readonly n: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** Beside the sources, or copied beside the bundle. */
export function schemaFolder(): string {
  const places = import.meta.url.endsWith('.ts') ? ['../../../schema/'] : ['./schema/', '../schema/'];
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`the schema's files are not at ${paths.join(' or ')}`);
  return found;
}

export function migrationsIn(folder: string, retention: Retention): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{3}-.+\.cql$/.test(name))
    .sort()
    .map((name) => ({
      n: Number(name.slice(0, 3)),
      name: name.slice(4, -4),
      statements: statementsOf(readFileSync(`${folder}/${name}`, 'utf8'), retention),
    }));
}

function statementsOf(text: string, retention: Retention): string[] {
  return text
    .replace(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim().replace(/\$TWCS\((\w+)\)/g, (_, family: string) => windows(family, retention)))
    .filter((statement) => statement !== '');
}

const windows = (family: string, { days }: Retention): string =>
  windowsOf((days as Readonly<Record<string, number>>)[family] ?? 14); // families are named in the schema's files

/** Tables whose rows end, with the family they live as long as. */
export function familiesIn(folder: string): ReadonlyMap<string, string> {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.cql'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  const found = texts.flatMap((text) => [...text.matchAll(/CREATE TABLE (\w+)[^;]*\$TWCS\((\w+)\)/g)]);
  return new Map(found.map(([, table = '', family = '']) => [table, family]));
}

/** By data centre, or one copy in the given one. */
export async function createKeyspace(
  session: Session,
  keyspace: string,
  replication: Readonly<Record<string, number>>,
): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(keyspace))
    throw new RangeError(`CASSANDRA_KEYSPACE is ${JSON.stringify(keyspace)}; small letters, digits and _ are expected`);
  const known = await session.run('SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?', [
    keyspace,
  ]);
  if (known.length > 0) return;
  const copies = Object.entries(replication).map(
    ([place, count]) => `'${place.replaceAll("'", "''")}': ${Number(count)}`,
  );
  await session.run(
    `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy', ${copies.join(', ')}}`,
  );
}

export async function migrate(
  session: Session,
  migrations: readonly Migration[],
  keyspace: string,
  log?: StoreLog,
): Promise<void> {
  await ensureTables(session, keyspace);
  if ((await missing(session, migrations)).length === 0) return;
  const owner = crypto.randomUUID();
  await lock(session, owner);
  try {
    for (const { n, name, statements } of await missing(session, migrations)) {
      for (const statement of statements) await session.run(afresh(statement));
      await session.run('INSERT INTO migration (n, name, applied_at) VALUES (?, ?, ?)', [n, name, Date.now()]);
      log?.info('schema migrated', { keyspace, migration: n, name });
    }
  } finally {
    await session.decide('DELETE FROM migration_lock WHERE id = 1 IF owner = ?', [owner]);
  }
}

/** A migration that was cut short is begun again: what it had made already stays. */
const afresh = (statement: string): string =>
  statement.replace(/^CREATE TABLE (?!IF NOT EXISTS)/i, 'CREATE TABLE IF NOT EXISTS ');

async function ensureTables(session: Session, keyspace: string): Promise<void> {
  const known = await session.run('SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?', [keyspace]);
  const names = new Set(known.map((row) => String(row.table_name)));
  if (!names.has('migration'))
    await session.run('CREATE TABLE IF NOT EXISTS migration (n int PRIMARY KEY, name text, applied_at timestamp)');
  if (!names.has('migration_lock'))
    await session.run('CREATE TABLE IF NOT EXISTS migration_lock (id int PRIMARY KEY, owner text)');
}

async function missing(session: Session, migrations: readonly Migration[]): Promise<Migration[]> {
  const applied = new Set((await session.run('SELECT n FROM migration')).map((row) => Number(row.n)));
  return migrations.filter(({ n }) => !applied.has(n));
}

async function lock(session: Session, owner: string): Promise<void> {
  for (let tried = 0; tried < LOCK_TRIES; tried++) {
    const { applied } = await session.decide(
      `INSERT INTO migration_lock (id, owner) VALUES (1, ?) IF NOT EXISTS USING TTL ${LOCK_SECONDS}`,
      [owner],
    );
    if (applied) return;
    await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
  }
  throw new Unavailable('another process has been migrating the schema for two minutes');
}
