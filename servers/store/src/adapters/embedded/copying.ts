// Copies of a data folder's files while a product writes them: each of one moment, the recent ones all of the same.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { DAY_MS } from '@mosaic/wire';
import { RETAINED } from '../../port.ts';

/** 16 MiB between two words of progress. */
const PAGES_A_STEP = 1024;
const FILE_NAME = new RegExp(`^(?:${RETAINED.join('|')})-(\\d{4}-\\d{2}-\\d{2})\\.db$`);
/** Younger files are written all the time, so they are held still together; older ones only by what comes late. */
const RECENT_MS = 2 * DAY_MS;

export interface Copyable {
  readonly name: string;
  readonly bytes: number;
  /** A whole file of its own, checked. False when retention took the file meanwhile. Throws when it is damaged. */
  copy(to: string, told: (share: number) => void): Promise<boolean>;
}

export interface Copying {
  /** As the folder says it of itself. */
  readonly format: number;
  /** What does not go by day comes first: its watermarks must not be ahead of what they tell of. */
  readonly files: readonly Copyable[];
  close(): void;
}

/** Undefined when there is no store in that folder. */
export function copying(folder: string, now: number): Copying | undefined {
  const always = join(folder, 'always.db');
  if (!existsSync(always)) return undefined;
  const held = new Map<string, DatabaseSync>();
  const hold = (name: string): DatabaseSync => {
    const db = new DatabaseSync(join(folder, name));
    db.exec('PRAGMA query_only = 1; PRAGMA busy_timeout = 5000; BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get(); // from the first read on, this connection sees one moment
    held.set(name, db);
    return db;
  };
  const format = formatOf(hold('always.db'));
  const days = readdirSync(folder).filter((name) => FILE_NAME.test(name));
  for (const name of days.filter((each) => now - dayOfName(each) < RECENT_MS)) hold(name);
  const fileOf = (name: string): Copyable => ({
    name,
    bytes: sizeOf(join(folder, name)),
    async copy(to, told) {
      if (!held.has(name) && !existsSync(join(folder, name))) return false;
      const source = held.get(name) ?? hold(name);
      await backup(source, to, {
        rate: PAGES_A_STEP,
        progress: ({ totalPages, remainingPages }) => told(1 - remainingPages / Math.max(1, totalPages)),
      });
      source.close();
      held.delete(name);
      checkWhole(to, name);
      return true;
    },
  });
  return {
    format,
    files: ['always.db', ...days.sort()].map(fileOf),
    close() {
      for (const db of held.values()) db.close();
      held.clear();
    },
  };
}

const dayOfName = (name: string): number => Date.parse(FILE_NAME.exec(name)?.[1] ?? '');

const sizeOf = (path: string): number =>
  ['', '-wal'].reduce((sum, end) => sum + (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0), 0);

function formatOf(always: DatabaseSync): number {
  const row = always.prepare("SELECT value FROM mark WHERE name = 'format'").get();
  return Number(row?.value ?? 1);
}

/** As one file, without a log beside it. The store switches its log on again when it opens the file. */
function checkWhole(path: string, name: string): void {
  const copy = new DatabaseSync(path);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
    const [first] = copy.prepare('PRAGMA quick_check(1)').all();
    if (first?.quick_check !== 'ok') throw new Error(`${name} is damaged in the store itself: ${first?.quick_check}`);
  } finally {
    copy.close();
  }
}
