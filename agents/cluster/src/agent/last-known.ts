// What was alive when an agent was last here, on its own disk: the next one finds by it what was deleted in between.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@mosaic/runtime';
import { type Compression, readSlims, type Slim, writeSlims } from '@mosaic/wire';

export interface LastKnown {
  /** Epoch ms: all of them were alive then. */
  readonly at: number;
  /** Of a kind, each told once. */
  take(group: string, kind: string): readonly Slim[];
}

const ZSTD = 1;
/** `at` as a float, then the inflated length. */
const HEAD_BYTES = 12;
const fileIn = (dir: string): string => join(dir, 'living');
const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
const keyOf = (group: string, kind: string): string => `${group}/${kind}`;

/** Empty where there is none, or none that can be read. */
export async function lastKnown(dir: string, compression: Compression, log: Log): Promise<LastKnown> {
  let at = 0;
  let byKind = new Map<string, Slim[]>();
  try {
    const bytes = await readFile(fileIn(dir));
    at = bytes.readDoubleBE(0);
    const slims = readSlims(compression.inflate(ZSTD, bytes.subarray(HEAD_BYTES), bytes.readUInt32BE(8)));
    byKind = Map.groupBy(slims, ({ apiVersion, kind }) => keyOf(groupOf(apiVersion), kind));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn('what was alive before cannot be read; deletions while no agent ran are not told', { error });
  }
  return {
    at,
    take(group, kind) {
      const key = keyOf(group, kind);
      const found = byKind.get(key) ?? [];
      byKind.delete(key);
      return found;
    },
  };
}

/** Whole or not at all. */
export async function keepLastKnown(
  dir: string,
  slims: readonly Slim[],
  at: number,
  compression: Compression,
): Promise<void> {
  const body = writeSlims(slims);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeDoubleBE(at, 0);
  head.writeUInt32BE(body.length, 8);
  await mkdir(dir, { recursive: true });
  await writeFile(`${fileIn(dir)}.tmp`, Buffer.concat([head, compression.compress(ZSTD, body)]));
  await rename(`${fileIn(dir)}.tmp`, fileIn(dir));
}
