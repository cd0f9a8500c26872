// Restore of a keyspace: under the schema it was saved under, with every row's own instants and what is left of its lifetime.

import { zstdDecompressSync } from 'node:zlib';
import { isKeyOnly, patiently, type RowLine, tablesOf } from '../adapters/cassandra/copying.ts';
import { writeLines } from '../adapters/cassandra/copying-back.ts';
import {
  createKeyspace,
  type Migration,
  migrate,
  migrationsIn,
  schemaFolder,
} from '../adapters/cassandra/migrations.ts';
import { openSession, type Session, textOf } from '../adapters/cassandra/session.ts';
import { openWithKeyspace } from '../adapters/cassandra.ts';
import { DEFAULT_RETENTION } from '../keeping.ts';
import { appliedIn, type CassandraPlace } from './keyspace.ts';
import { BackupRefused, backupId, type CassandraManifest, type RowsFile, type TableShape } from './manifest.ts';
import type { BackupReader } from './places/place.ts';
import type { Outcome, Told } from './progress.ts';
import { verified } from './verify.ts';

const FILES_AT_ONCE = 2;

/**
 * Reads the backup whole, then makes keyspace and schema as it had them; the next start of a server brings the schema up to date. Interrupted and run again it goes on where it
 * was. Throws `BackupRefused` when the keyspace holds rows of something else and `force` is not set.
 */
export async function restoreKeyspace(
  place: CassandraPlace,
  from: BackupReader,
  { force, told, now }: { readonly force: boolean; readonly told: Told; readonly now: () => number },
): Promise<Outcome> {
  const manifest = cassandraOf(from);
  await verified(from, told); // before anything is given up
  const { keyspace: _notYet, ...first } = place;
  const founding = await openSession(first);
  await createKeyspace(founding, place.keyspace, place.replication).finally(() => founding.close());
  const session = await openWithKeyspace(place);
  try {
    const done = await prepared(session, place.keyspace, manifest, force);
    const ended = await writeFiles(session, manifest, from, { done, told, now });
    await patiently(() => session.run('DROP TABLE IF EXISTS restore_progress'));
    const { files } = manifest;
    const sum = (of: (file: RowsFile) => number): number => files.reduce((total, file) => total + of(file), 0);
    const notes = [
      ...(done.size > 0
        ? [`${done.size} of ${files.length} files were there from a restore that was interrupted`]
        : []),
      ...(ended > 0 ? [`${ended} rows were left out: their retention ended since the backup`] : []),
    ];
    return {
      store: 'cassandra',
      files: files.length,
      bytes: sum(({ bytes }) => bytes),
      rows: sum(({ rows }) => rows),
      notes,
    };
  } finally {
    await session.close();
  }
}

function cassandraOf({ manifest }: BackupReader): CassandraManifest {
  if (manifest.store !== 'cassandra')
    throw new BackupRefused('this backup is of an embedded store; restore it with --store embedded');
  const known = new Set(ownMigrations().map(({ n }) => n));
  const newer = manifest.migrations.find((n) => !known.has(n));
  if (newer !== undefined)
    throw new BackupRefused(
      `this backup was made by a newer Mosaic: its schema has step ${newer}, known are ${[...known].join(', ')}; restore it with that one`,
    );
  return manifest;
}

const ownMigrations = (): Migration[] => migrationsIn(schemaFolder(), DEFAULT_RETENTION);

/** The schema of the backup and nothing in it but what an interrupted restore of the very same backup brought: the names of those files. */
async function prepared(
  session: Session,
  keyspace: string,
  manifest: CassandraManifest,
  force: boolean,
): Promise<Set<string>> {
  const id = backupId(manifest);
  const begun = await begunIn(session, keyspace);
  if (begun.has(id)) return begun.get(id) ?? new Set();
  const tables = await tablesOf(session, keyspace);
  if (!force) {
    if (begun.size > 0)
      throw new BackupRefused(
        `another backup was being restored into ${keyspace} and was interrupted; run that one again, or --force this one`,
      );
    const filled = await firstFilled(session, tables);
    if (filled)
      throw new BackupRefused(
        `the keyspace ${keyspace} is not empty (${filled} has rows); --force replaces it, CASSANDRA_KEYSPACE names another`,
      );
  }
  const wanted = ownMigrations().filter(({ n }) => manifest.migrations.includes(n));
  const applied = await appliedIn(session, keyspace);
  if (force || begun.size > 0 || applied.some((n) => !manifest.migrations.includes(n)))
    for (const name of [...tables.map((table) => table.name), 'migration', 'migration_lock', 'restore_progress'])
      await patiently(() => session.run(`DROP TABLE IF EXISTS "${name}"`));
  await patiently(() => migrate(session, wanted, keyspace));
  await session.run(
    'CREATE TABLE IF NOT EXISTS restore_progress (backup text, file text, PRIMARY KEY ((backup), file))',
  );
  await session.run('INSERT INTO restore_progress (backup, file) VALUES (?, ?)', [id, '']);
  return new Set();
}

async function begunIn(session: Session, keyspace: string): Promise<Map<string, Set<string>>> {
  const cql = 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?';
  if ((await session.run(cql, [keyspace, 'restore_progress'])).length === 0) return new Map();
  const begun = new Map<string, Set<string>>();
  for (const { backup, file } of await session.run('SELECT backup, file FROM restore_progress')) {
    const files = begun.get(textOf(backup)) ?? new Set<string>();
    if (textOf(file) !== '') files.add(textOf(file));
    begun.set(textOf(backup), files);
  }
  return begun;
}

async function firstFilled(session: Session, tables: readonly TableShape[]): Promise<string | undefined> {
  for (const table of tables) {
    const [row] = await patiently(() => session.run(`SELECT * FROM "${table.name}" LIMIT 1`));
    if (row) return table.name;
  }
  return undefined;
}

/** Returns how many rows had ended. */
async function writeFiles(
  session: Session,
  manifest: CassandraManifest,
  from: BackupReader,
  { done, told, now }: { readonly done: ReadonlySet<string>; readonly told: Told; readonly now: () => number },
): Promise<number> {
  const { files, tables, longestTtl } = manifest;
  const of = files.reduce((sum, { rows }) => sum + rows, 0);
  let [rows, ended] = [0, 0];
  const waiting = files.values();
  const drain = async (): Promise<void> => {
    for (const file of waiting) {
      const table = tables.find(({ name }) => name === file.table);
      if (table === undefined) throw new BackupRefused(`the backup says nothing of the table ${file.table}`);
      if (!done.has(file.name)) {
        const late = await writeFile(session, table, file, await from.bytes(file), { longestTtl, now: now() });
        ended += late;
      }
      const cql = 'INSERT INTO restore_progress (backup, file) VALUES (?, ?)';
      await patiently(() => session.run(cql, [backupId(manifest), file.name]));
      rows += file.rows;
      told({ doing: `restored ${file.name}`, done: rows, of, unit: 'rows' });
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, drain));
  return ended;
}

async function writeFile(
  session: Session,
  table: TableShape,
  file: RowsFile,
  bytes: Uint8Array,
  { longestTtl, now }: { readonly longestTtl: number; readonly now: number },
): Promise<number> {
  const text = zstdDecompressSync(bytes).toString();
  const lines = text.split('\n').filter((line) => line !== '');
  const elapsed = Math.max(0, Math.floor((now - file.readAt) / 1000));
  const rows = lines.map((line) => JSON.parse(line) as RowLine); // we wrote them: their SHA-256 says so
  const longest = isKeyOnly(table) ? longestTtl : 0;
  return writeLines(session, table, rows, { elapsed, longest, readAt: String(file.readAt * 1000) });
}
