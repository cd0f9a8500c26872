// Backup of a keyspace: every table as compressed pieces of lines, in bounded memory, while servers write it.

import { zstdCompressSync } from 'node:zlib';
import { readSlice, slices, tablesOf } from '../adapters/cassandra/copying.ts';
import { openSession, type Session } from '../adapters/cassandra/session.ts';
import { appliedIn, type CassandraPlace } from './keyspace.ts';
import { BackupRefused, type CassandraManifest, type RowsFile, type TableShape } from './manifest.ts';
import type { BackupWriter } from './places/place.ts';
import type { Told } from './progress.ts';

const SLICES = 16;
const SLICES_AT_ONCE = 4;
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

/** Slices at once, pieces one after the other: a place takes one at a time. */
async function saveTable(session: Session, table: TableShape, to: BackupWriter) {
  const files: RowsFile[] = [];
  let longestTtl = 0;
  let adding: Promise<void> = Promise.resolve();
  let numbered = 0;
  const save = ({ lines, readAt }: Piece): Promise<void> => {
    const name = `${table.name}/${String(++numbered).padStart(6, '0')}.jsonl.zst`;
    const bytes = zstdCompressSync(lines.join(''));
    adding = adding.then(async () => {
      files.push({ ...(await to.addBytes(name, bytes)), table: table.name, rows: lines.length, readAt });
    });
    return adding;
  };
  const ring = slices(SLICES).values();
  const drain = async (): Promise<void> => {
    for (const slice of ring) {
      for await (const piece of piecesOf(session, table, slice)) {
        longestTtl = Math.max(longestTtl, piece.longestTtl);
        await save(piece);
      }
    }
  };
  await Promise.all(Array.from({ length: SLICES_AT_ONCE }, drain));
  return { files, longestTtl };
}

interface Piece {
  readonly lines: readonly string[];
  /** Of its first page, so that nothing lives longer than it would have. */
  readonly readAt: number;
  readonly longestTtl: number;
}

async function* piecesOf(session: Session, table: TableShape, slice: readonly [string, string]): AsyncGenerator<Piece> {
  let lines: string[] = [];
  let [bytes, longestTtl, readAt] = [0, 0, Date.now()];
  for await (const page of readSlice(session, table, slice)) {
    for (const line of page) {
      const text = `${JSON.stringify(line)}\n`;
      lines.push(text);
      bytes += text.length;
      longestTtl = Math.max(longestTtl, ...line.c.map(([, ttl]) => ttl));
    }
    if (bytes < PIECE_BYTES) continue;
    yield { lines, readAt, longestTtl };
    lines = [];
    [bytes, longestTtl, readAt] = [0, 0, Date.now()];
  }
  if (lines.length > 0) yield { lines, readAt, longestTtl };
}
