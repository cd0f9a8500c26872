// Backup and restore of a data folder: its SQLite files as they are, each of one moment, while the product runs.

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { copying } from '../adapters/embedded/copying.ts';
import { lockFolder } from '../adapters/embedded/folder-lock.ts';
import { KNOWN_FORMAT } from '../adapters/embedded/format.ts';
import { type BackupFile, BackupRefused, type EmbeddedManifest } from './manifest.ts';
import type { BackupReader, BackupWriter } from './places/place.ts';
import type { Outcome, Told } from './progress.ts';

/** `folder`: of the store. Throws `BackupRefused` when there is none. */
export async function backupFolder(
  folder: string,
  to: BackupWriter,
  told: Told,
  now = Date.now(),
): Promise<{ readonly manifest: EmbeddedManifest; readonly notes: readonly string[] }> {
  const source = copying(folder, now);
  if (source === undefined) throw new BackupRefused(`${folder} holds no store; is --data right?`);
  try {
    const of = source.files.reduce((sum, { bytes }) => sum + bytes, 0);
    const files: BackupFile[] = [];
    let done = 0;
    for (const { name, bytes, copy } of source.files) {
      const scratch = to.scratch(name);
      const tell = (share: number) => told({ doing: `copied ${name}`, done: done + share * bytes, of, unit: 'bytes' });
      if (await copy(scratch, tell)) files.push(await to.addFile(name, scratch));
      done += bytes;
      tell(0);
    }
    const manifest = { madeAt: new Date(now).toISOString(), schema: source.format, files };
    return { manifest: { store: 'embedded', ...manifest }, notes: leftOut(source.files.length - files.length) };
  } finally {
    source.close();
  }
}

const leftOut = (count: number): string[] =>
  count === 0
    ? []
    : [
        `${count} ${count === 1 ? 'file ended with its' : 'files ended with their'} retention meanwhile and ${count === 1 ? 'is' : 'are'} not in it`,
      ];

/**
 * Replaces the store in `folder` with the backup's, all or nothing: what is there stays until the new one is whole and checked. Interrupted and run
 * again it goes on. Throws `FolderInUse` while a process has it, `BackupRefused` when it is not empty and `force` is not set.
 */
export async function restoreFolder(
  from: BackupReader,
  folder: string,
  { force, told }: { readonly force: boolean; readonly told: Told },
): Promise<Outcome> {
  const manifest = embeddedOf(from);
  const [coming, leaving] = [`${folder}.restoring`, `${folder}.replaced`];
  const lock = existsSync(folder) ? lockFolder(folder) : undefined;
  try {
    if (lock && !force && holdsData(folder))
      throw new BackupRefused(`${folder} holds a store already; --force replaces it, --data names another folder`);
    await mkdir(coming, { recursive: true, mode: 0o700 });
    await fill(coming, from, manifest, told);
    await rm(leaving, { recursive: true, force: true });
    if (lock) await rename(folder, leaving);
    await rename(coming, folder);
  } finally {
    lock?.release();
  }
  await rm(leaving, { recursive: true, force: true });
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  return { store: 'embedded', files: manifest.files.length, bytes, notes: [] };
}

function embeddedOf({ manifest }: BackupReader): EmbeddedManifest {
  if (manifest.store !== 'embedded')
    throw new BackupRefused('this backup is of a store in Cassandra; restore it with --store cassandra');
  if (manifest.schema > KNOWN_FORMAT)
    throw new BackupRefused(
      `this backup was made by a newer Mosaic (format ${manifest.schema}, known is ${KNOWN_FORMAT}); restore it with that one`,
    );
  return manifest;
}

const holdsData = (folder: string): boolean => readdirSync(folder).some((name) => !name.startsWith('store.lock'));

/** What an interrupted run brought already is kept when it is whole. */
async function fill(folder: string, from: BackupReader, { files }: EmbeddedManifest, told: Told): Promise<void> {
  const wanted = new Set(files.map(({ name }) => name));
  for (const name of readdirSync(folder)) if (!wanted.has(name)) await rm(join(folder, name), { recursive: true });
  const of = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of files) {
    const to = join(folder, file.name);
    if (!(await isThere(to, file))) await from.extract(file, to);
    done += file.bytes;
    told({ doing: `restored ${file.name}`, done, of, unit: 'bytes' });
  }
}

async function isThere(path: string, { sha256 }: BackupFile): Promise<boolean> {
  if (!existsSync(path)) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === sha256;
}
