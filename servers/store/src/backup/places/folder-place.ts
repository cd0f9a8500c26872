// A backup as a folder: a file per file, and the manifest.

import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BackupFile, BackupRefused, MANIFEST_NAME, manifestText, readManifest } from '../manifest.ts';
import { expectSame, weighed } from './hashing.ts';
import type { BackupReader, BackupWriter } from './place.ts';

/** Throws `BackupRefused` when something is there already. */
export async function folderWriter(path: string): Promise<BackupWriter> {
  if (existsSync(path) && readdirSync(path).length > 0)
    throw new BackupRefused(`${path} is not empty; name a new folder`);
  const unfinished = `${path}.part`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });

  const placeOf = async (name: string): Promise<string> => {
    const place = join(unfinished, name);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    return place;
  };
  return {
    scratch: (name) => join(unfinished, `${name}.scratch`),
    async addFile(name, from) {
      const place = await placeOf(name);
      await rename(from, place);
      await synced(place);
      return { name, ...(await weighed(createReadStream(place))) };
    },
    async addBytes(name, bytes) {
      await written(await placeOf(name), [bytes]);
      return { name, ...(await weighed([bytes])) };
    },
    async finish(manifest) {
      await written(join(unfinished, MANIFEST_NAME), [Buffer.from(manifestText(manifest))]);
      await rm(path, { recursive: true, force: true }); // it is empty, or not there
      await rename(unfinished, path);
    },
    abandon: () => rm(unfinished, { recursive: true, force: true }),
  };
}

/** Throws `BackupRefused` when it is none. */
export async function folderReader(path: string): Promise<BackupReader> {
  const text = await readFile(join(path, MANIFEST_NAME), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new BackupRefused(`${path} is no backup of Mosaic: it has no ${MANIFEST_NAME}`, { cause });
  });
  const read = (file: BackupFile): AsyncIterable<Uint8Array> => {
    if (!existsSync(join(path, file.name)))
      throw new BackupRefused(`${path}: ${file.name} is missing; use another backup`);
    return createReadStream(join(path, file.name));
  };
  return { manifest: readManifest(text, path), ...reading(read, path), close: async () => {} };
}

/** What both kinds of places do with the bytes of a file. */
export function reading(
  read: (file: BackupFile) => AsyncIterable<Uint8Array>,
  where: string,
): Pick<BackupReader, 'bytes' | 'extract' | 'check'> {
  return {
    async bytes(file) {
      const pieces: Uint8Array[] = [];
      expectSame(file, await weighed(read(file), (piece) => void pieces.push(piece)), where);
      return Buffer.concat(pieces);
    },
    async extract(file, to) {
      expectSame(file, await written(to, read(file)), where);
    },
    async check(file) {
      expectSame(file, await weighed(read(file)), where);
    },
  };
}

/** On disk when it resolves, and its owner's alone. */
async function written(path: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const file = await open(path, 'w', 0o600);
  try {
    const found = await weighed(pieces, (piece) => file.writeFile(piece));
    await file.sync();
    return found;
  } finally {
    await file.close();
  }
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.chmod(0o600);
  await file.sync();
  await file.close();
}
