// The store of one machine: SQLite files in a folder, one writer thread, no other process.

import { DEFAULT_RETENTION } from '../keeping.ts';
import type { Retention, Store } from '../port.ts';
import { retentionCell } from '../retention-cell.ts';
import type { Rows } from '../rows.ts';
import { type Questions, storeOver } from '../store-over.ts';
import { clusterRows, leaseRows, markRows } from './embedded/always-rows.ts';
import { auditRows } from './embedded/audit-rows.ts';
import { chunkRows, seenRows } from './embedded/chunk-rows.ts';
import { files } from './embedded/files.ts';
import { type Folder, folderOf } from './embedded/folder.ts';
import { lockFolder } from './embedded/folder-lock.ts';
import { settleFormat } from './embedded/format.ts';
import { changeRows, coverageRows, eventRows } from './embedded/log-rows.ts';
import { objectRows } from './embedded/object-rows.ts';
import { enrolmentRows, peopleRows } from './embedded/people-rows.ts';
import { stateRows } from './embedded/state-rows.ts';
import { tokenRows } from './embedded/token-rows.ts';
import { upkeep } from './embedded/upkeep.ts';
import { writer } from './embedded/writer.ts';

/** Commits wait this long for company; those that arrive while one is on its way to the disk share the next. */
const COMMIT_AFTER_MS = 5;

export interface EmbeddedStoreOptions extends Pick<Questions, 'compression' | 'cache'> {
  readonly folder: string;
  readonly retention?: Retention;
  readonly now?: () => number;
  /** Where this process' page is, told to who finds the folder in use. May be told later by `announce`. */
  readonly url?: string;
  readonly commitAfterMs?: number;
  /** A file larger than this many pages of 16 KiB counts as a full disk: for tests. */
  readonly mostPages?: number;
  readonly log?: StoreLog;
}

/** The part of a log that a store speaks to. */
export interface StoreLog {
  info(event: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(event: string, facts?: Readonly<Record<string, unknown>>): void;
}

export interface EmbeddedStore extends Store {
  announce(url: string): void;
}

/** Makes the folder when missing. Throws `FolderInUse`, and `CannotWrite` when nothing can be written there. */
export async function embeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const { folder, compression, cache = true, retention = DEFAULT_RETENTION, now = Date.now, mostPages } = options;
  const lock = lockFolder(folder, options.url);
  const known = files(folder);
  const write = writer({
    commitAfterMs: options.commitAfterMs ?? COMMIT_AFTER_MS,
    ...(mostPages !== undefined && { mostPages }),
  });
  const close = async (): Promise<void> => {
    known.close();
    await write.close();
    lock.release();
  };
  try {
    const place = folderOf(known, write);
    await settleFormat(markRows(place), folder);
    const kept = retentionCell(retention, () => markRows(place));
    await kept.recall();
    const rows = rowsOf(place, options, kept.now, once(close));
    return { ...storeOver(rows, { compression, retention: kept, now, cache }), announce: (url) => lock.announce(url) };
  } catch (error) {
    await close();
    throw error;
  }
}

function rowsOf(
  place: Folder,
  { compression }: EmbeddedStoreOptions,
  retention: () => Retention,
  close: () => Promise<void>,
): Rows {
  return {
    clusters: clusterRows(place),
    objects: objectRows(place, compression),
    state: stateRows(place),
    events: eventRows(place),
    changes: changeRows(place),
    coverage: coverageRows(place),
    leases: leaseRows(place),
    chunks: chunkRows(place),
    seen: seenRows(place),
    tokens: tokenRows(place),
    people: peopleRows(place),
    enrolment: enrolmentRows(place),
    audit: auditRows(place),
    marks: markRows(place),
    ...upkeep(place, retention),
    health: async () => ({ ok: true }),
    close,
  };
}

/** Closing twice is closing once. */
function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= close();
    return closing;
  };
}
