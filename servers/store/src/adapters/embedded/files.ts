// The files of a data folder: which days there are, and connections for reading them.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DAY_MS } from '@mosaic/wire';
import { boundedCache } from '../../bounded-cache.ts';
import { RETAINED } from '../../port.ts';
import type { Family } from './sql.ts';

const MOST_OPEN_FILES = 96;
const FAMILIES: readonly Family[] = RETAINED;
const FILE_NAME = new RegExp(`^(${FAMILIES.join('|')})-(\\d{4}-\\d{2}-\\d{2})\\.db$`);

/** Rows from all over the file: mapped, it would come into memory whole, and days of it with it. */
const READ_IN_PIECES = /^(objects|state)-/;

export interface Reader {
  /** Prepared once per connection. */
  prepare(sql: string): StatementSync;
  /** Many reads of one moment of the file, which is locked and looked at once for all of them. */
  together<T>(read: () => T): T;
}

export interface Files {
  path(family: Family, day: number): string;
  readonly always: string;
  /** Days that have a file, newest first, within [first, last]. */
  days(family: Family, first: number, last: number): number[];
  /** Undefined while nothing was ever written to that file. */
  reader(path: string): Reader | undefined;
  added(family: Family, day: number): void;
  remove(family: Family, day: number): Promise<number>;
  usage(): { readonly family: Family; readonly day: number; readonly bytes: number }[];
  close(): void;
}

export const dayName = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

export function files(folder: string): Files {
  const known = new Map<Family, Set<number>>(FAMILIES.map((family) => [family, new Set()]));
  for (const name of readdirSync(folder)) {
    const [, family, date] = FILE_NAME.exec(name) ?? [];
    if (family && date) known.get(family as Family)?.add(Date.parse(date) / DAY_MS); // one of the pattern's words
  }
  const open = boundedCache<Connection>(MOST_OPEN_FILES, (connection) => connection.close());
  const path = (family: Family, day: number): string => join(folder, `${family}-${dayName(day)}.db`);

  return {
    path,
    always: join(folder, 'always.db'),
    days: (family, first, last) =>
      [...(known.get(family) ?? [])].filter((day) => day >= first && day <= last).sort((a, b) => b - a),
    reader(file) {
      const connected = open.get(file);
      if (connected) return connected;
      if (!existsSync(file)) return undefined;
      const connection = connect(file);
      open.set(file, connection, 1);
      return connection;
    },
    added: (family, day) => void known.get(family)?.add(day),
    async remove(family, day) {
      const file = path(family, day);
      const bytes = sizeOf(file);
      known.get(family)?.delete(day);
      open.delete(file);
      await Promise.all(['', '-wal', '-shm'].map((end) => rm(file + end, { force: true })));
      return bytes;
    },
    usage: () =>
      FAMILIES.flatMap((family) =>
        [...(known.get(family) ?? [])].map((day) => ({ family, day, bytes: sizeOf(path(family, day)) })),
      ),
    close: () => open.clear(),
  };
}

type Connection = Reader & { close(): void };

function connect(file: string): Connection {
  const db = new DatabaseSync(file);
  const access = READ_IN_PIECES.test(basename(file))
    ? 'mmap_size = 0; PRAGMA cache_size = -8192'
    : 'mmap_size = 268435456';
  db.exec(`PRAGMA query_only = 1; PRAGMA busy_timeout = 5000; PRAGMA ${access}`);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    prepare,
    together(read) {
      prepare('BEGIN').run();
      try {
        return read();
      } finally {
        prepare('COMMIT').run();
      }
    },
    close: () => db.close(),
  };
}

const sizeOf = (file: string): number =>
  ['', '-wal'].reduce((sum, end) => sum + (statSync(file + end, { throwIfNoEntry: false })?.size ?? 0), 0);
