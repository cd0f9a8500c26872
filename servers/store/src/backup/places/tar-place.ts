// A backup as one file: a tar, the manifest last. Sizes are known only behind the bytes, so each header is written after its content.

import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { type BackupFile, BackupRefused, MANIFEST_NAME, manifestText, readManifest } from '../manifest.ts';
import { reading } from './folder-place.ts';
import { type Weighed, weighed } from './hashing.ts';
import type { BackupReader, BackupWriter } from './place.ts';
import { BLOCK, padding, readTarHeader, tarHeader } from './tar.ts';

/** Throws `BackupRefused` when something is there already. */
export async function tarWriter(path: string): Promise<BackupWriter> {
  if (existsSync(path)) throw new BackupRefused(`${path} is there already; name a new file`);
  const unfinished = `${path}.part`;
  const file = await open(unfinished, 'w', 0o600);
  const scratches = new Set<string>();
  let end = 0;

  const add = async (name: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<BackupFile> => {
    const began = end;
    let at = began + BLOCK;
    const found: Weighed = await weighed(pieces, async (piece) => {
      await writeAt(file, piece, at);
      at += piece.length;
    });
    await writeAt(file, tarHeader({ name, bytes: found.bytes }), began);
    await writeAt(file, Buffer.alloc(padding(found.bytes)), at);
    end = at + padding(found.bytes);
    return { name, ...found };
  };
  const clean = () => Promise.all([...scratches].map((scratch) => rm(scratch, { force: true })));
  return {
    scratch(name) {
      const scratch = `${unfinished}.${name}`;
      scratches.add(scratch);
      return scratch;
    },
    async addFile(name, from) {
      const added = await add(name, createReadStream(from));
      await rm(from);
      return added;
    },
    addBytes: (name, bytes) => add(name, [bytes]),
    async finish(manifest) {
      await add(MANIFEST_NAME, [Buffer.from(manifestText(manifest))]);
      await writeAt(file, Buffer.alloc(2 * BLOCK), end);
      await file.sync();
      await file.close();
      await rename(unfinished, path);
      await clean();
    },
    async abandon() {
      await file.close().catch(() => {}); // closed when it failed while finishing
      await rm(unfinished, { force: true });
      await clean();
    },
  };
}

/** Throws `BackupRefused` when it is none, or was cut short. */
export async function tarReader(path: string): Promise<BackupReader> {
  const file = await open(path, 'r');
  try {
    const entries = await entriesOf(file, path);
    const read = ({ name }: Pick<BackupFile, 'name'>): AsyncIterable<Uint8Array> => {
      const entry = entries.get(name);
      if (entry === undefined) throw new BackupRefused(`${path}: ${name} is missing; use another backup`);
      if (entry.bytes === 0) return nothing();
      return createReadStream(path, { start: entry.at, end: entry.at + entry.bytes - 1 });
    };
    const last: Uint8Array[] = [];
    for await (const piece of read({ name: MANIFEST_NAME })) last.push(piece);
    const manifest = readManifest(Buffer.concat(last).toString(), path);
    return { manifest, ...reading(read, path), close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function entriesOf(file: FileHandle, path: string) {
  const { size } = await file.stat();
  const entries = new Map<string, { readonly at: number; readonly bytes: number }>();
  for (let at = 0; at + BLOCK <= size; ) {
    const { buffer } = await file.read(Buffer.alloc(BLOCK), 0, BLOCK, at);
    if (buffer.every((byte) => byte === 0)) break;
    const entry = readTarHeader(buffer);
    if (entry === undefined && at === 0) throw new BackupRefused(`${path} is no backup of Mosaic`);
    if (entry === undefined) throw new BackupRefused(`${path} is damaged at byte ${at}; use another backup`);
    if (at + BLOCK + entry.bytes > size)
      throw new BackupRefused(`${path} was cut short in ${entry.name}; use another backup`);
    entries.set(entry.name, { at: at + BLOCK, bytes: entry.bytes });
    at += BLOCK + entry.bytes + padding(entry.bytes);
  }
  if (!entries.has(MANIFEST_NAME))
    throw new BackupRefused(
      entries.size === 0
        ? `${path} is no backup of Mosaic`
        : `${path} has no ${MANIFEST_NAME}: it is no backup of Mosaic, or was cut short`,
    );
  return entries;
}

async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
