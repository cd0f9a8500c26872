// Backup and restore of a keyspace: every table as compressed pieces of lines, restored under the schema they were saved under.

import type { ConnectionOptions } from 'node:tls';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { isKeyOnly, patiently, type RowLine, readSlice, slices, tablesOf } from '../adapters/cassandra/copying.ts';
import { writeLines } from '../adapters/cassandra/copying-back.ts';
import {
  createKeyspace,
  type Migration,
  migrate,
  migrationsIn,
  schemaFolder,
} from '../adapters/cassandra/migrations.ts';
import { numberOf, openSession, type Session, textOf } from '../adapters/cassandra/session.ts';
import { openWithKeyspace } from '../adapters/cassandra.ts';
import { DEFAULT_RETENTION } from '../keeping.ts';
import { BackupRefused, backupId, type CassandraManifest, type RowsFile, type TableShape } from './manifest.ts';
import type { BackupReader, BackupWriter } from './places/place.ts';
import type { Outcome, Told } from './progress.ts';

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

const SLICES = 16;
const SLICES_AT_ONCE = 4;
const FILES_AT_ONCE = 2;
/** Of lines, before they are compressed: what a piece takes in memory, a few times. */
const PIECE_BYTES = 4 * 2 ** 20;

/** Throws `BackupRefused` when the keyspace is not Mosaic's, `Unavailable` when Cassandra stays away. */
export async function backupKeyspace(place: CassandraPlace, to: BackupWriter, told: Told): Promise<CassandraManifest> {
  const madeAt = new Date().toISOString();
  const session = await openSession(place).catch((cause: unknown) => {
    if (!/keyspace .*does not exist/i.test(String(cause))) throw cause;
    throw new BackupRefused(`there is no keyspace ${place.keyspace}; is CASSANDRA_KEYSPACE right?`, { cause });
  });
  try {
    const migrations = await appliedIn(session, place.keyspace);
    if (migrations.length === 0) throw new BackupRefused(`the keyspace ${place.keyspace} holds no store of Mosaic`);
    const tables = await tablesOf(session, place.keyspace);
    const files: RowsFile[] = [];
    let longestTtl = 0;
    for (const [n, table] of tables.entries()) {
      const pieces = await saveTable(session, table, to);
      files.push(...pieces.files);
      longestTtl = Math.max(longestTtl, pieces.longestTtl);
      told({ doing: `saved ${table.name}`, done: n + 1, of: tables.length, unit: 'files' });
    }
    return { store: 'cassandra', madeAt, schema: Math.max(...migrations), migrations, tables, longestTtl, files };
  } finally {
    await session.close();
  }
}

async function appliedIn(session: Session, keyspace: string): Promise<number[]> {
  const cql = 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?';
  if ((await session.run(cql, [keyspace, 'migration'])).length === 0) return [];
  return (await session.run('SELECT n FROM migration')).map((row) => numberOf(row.n)).sort((a, b) => a - b);
}

/** Slices at once, pieces one after the other: a place takes one at a time. */
async function saveTable(session: Session, table: TableShape, to: BackupWriter) {
  const files: RowsFile[] = [];
  let longestTtl = 0;
  let adding: Promise<void> = Promise.resolve();
  let numbered = 0;
  const save = (lines: readonly RowLine[], readAt: number): Promise<void> => {
    const name = `${table.name}/${String(++numbered).padStart(6, '0')}.jsonl.zst`;
    const bytes = zstdCompressSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    adding = adding.then(async () => {
      files.push({ ...(await to.addBytes(name, bytes)), table: table.name, rows: lines.length, readAt });
    });
    return adding;
  };
  const ring = slices(SLICES).values();
  const drain = async (): Promise<void> => {
    for (const slice of ring) {
      for await (const { lines, readAt } of piecesOf(session, table, slice)) {
        for (const { c } of lines) for (const [, ttl] of c) longestTtl = Math.max(longestTtl, ttl);
        await save(lines, readAt);
      }
    }
  };
  await Promise.all(Array.from({ length: SLICES_AT_ONCE }, drain));
  return { files, longestTtl };
}

/** `readAt`: of the oldest page in it, so that nothing lives longer than it would have. */
async function* piecesOf(session: Session, table: TableShape, slice: readonly [string, string]) {
  let lines: RowLine[] = [];
  let bytes = 0;
  let readAt = Date.now();
  for await (const page of readSlice(session, table, slice)) {
    for (const line of page) {
      lines.push(line);
      bytes += JSON.stringify(line).length;
    }
    if (bytes < PIECE_BYTES) continue;
    yield { lines, readAt };
    lines = [];
    bytes = 0;
    readAt = Date.now();
  }
  if (lines.length > 0) yield { lines, readAt };
}

/**
 * Makes keyspace and schema as the backup had them; the next start of a server brings the schema up to date. Interrupted and run again it goes on where it
 * was. Throws `BackupRefused` when the keyspace holds rows of something else and `force` is not set.
 */
export async function restoreKeyspace(
  place: CassandraPlace,
  from: BackupReader,
  { force, told }: { readonly force: boolean; readonly told: Told },
): Promise<Outcome> {
  const manifest = cassandraOf(from);
  const { keyspace: _notYet, ...first } = place;
  const founding = await openSession(first);
  await createKeyspace(founding, place.keyspace, place.replication).finally(() => founding.close());
  const session = await openWithKeyspace(place);
  try {
    const done = await prepared(session, place.keyspace, manifest, force);
    const ended = await writeFiles(session, manifest, from, done, told);
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
  done: ReadonlySet<string>,
  told: Told,
): Promise<number> {
  const { files, tables, longestTtl } = manifest;
  const of = files.reduce((sum, { rows }) => sum + rows, 0);
  let [rows, ended] = [0, 0];
  const waiting = files.values();
  const drain = async (): Promise<void> => {
    for (const file of waiting) {
      const table = tables.find(({ name }) => name === file.table);
      if (table === undefined) throw new BackupRefused(`the backup says nothing of the table ${file.table}`);
      if (!done.has(file.name)) ended += await writeFile(session, table, file, await from.bytes(file), longestTtl);
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
  longest: number,
): Promise<number> {
  const text = zstdDecompressSync(bytes).toString();
  const lines = text.split('\n').filter((line) => line !== '');
  const elapsed = Math.max(0, Math.floor((Date.now() - file.readAt) / 1000));
  return writeLines(
    session,
    table,
    lines.map((line) => JSON.parse(line) as RowLine),
    {
      // we wrote them: their SHA-256 says so
      ...{ elapsed, longest: isKeyOnly(table) ? longest : 0, readAt: String(file.readAt * 1000) },
    },
  );
}
