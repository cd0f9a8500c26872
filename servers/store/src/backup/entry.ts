// What `mosaic backup` and `mosaic restore` run: bundled as dist/backup.mjs, so that the command line loads no database driver.

import { rm } from 'node:fs/promises';
import { backupKeyspace } from './cassandra-backup.ts';
import { restoreKeyspace } from './cassandra-restore.ts';
import { backupFolder, restoreFolder } from './embedded.ts';
import type { CassandraPlace } from './keyspace.ts';
import { readerAt, writerAt } from './places/open.ts';
import type { Outcome, Told } from './progress.ts';
import { verified } from './verify.ts';

export interface Request {
  /** A name that ends in `.tar` is a file; every other is a folder. */
  readonly path: string;
  readonly store:
    | { readonly kind: 'embedded'; readonly folder: string }
    | ({ readonly kind: 'cassandra' } & CassandraPlace);
  /** Of a restore: replace what is there. */
  readonly force: boolean;
  /** Of a restore: read the backup and restore nothing. */
  readonly check?: boolean;
  readonly told: Told;
  /** Of a restore: the clock that lifetimes are counted by. */
  readonly now?: () => number;
}

/** Reads back what it wrote. Throws `BackupRefused`, and whatever the store throws; then there is no backup under that name. */
export async function backup({ path, store, told }: Request): Promise<Outcome> {
  const writer = await writerAt(path);
  let notes: readonly string[] = [];
  try {
    if (store.kind === 'embedded') {
      const made = await backupFolder(store.folder, writer, told);
      notes = made.notes;
      await writer.finish(made.manifest);
    } else await writer.finish(await backupKeyspace(store, writer, told));
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const reader = await readerAt(path);
  try {
    return { ...(await verified(reader, told)), notes };
  } catch (error) {
    await rm(path, { recursive: true, force: true }); // what does not read back is none
    throw error;
  } finally {
    await reader.close();
  }
}

/** Throws `BackupRefused`, `FolderInUse` and `Unavailable`. */
export async function restore({ path, store, force, check, told, now = Date.now }: Request): Promise<Outcome> {
  const reader = await readerAt(path);
  try {
    if (check) return await verified(reader, told);
    if (store.kind === 'embedded') return await restoreFolder(reader, store.folder, { force, told });
    return await restoreKeyspace(store, reader, { force, told, now });
  } finally {
    await reader.close();
  }
}
