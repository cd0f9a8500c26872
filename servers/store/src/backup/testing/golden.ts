// What the store of the first release wrote, saved as a backup, with the answers it gave. Never made anew: later releases must read it.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

export interface Golden {
  /** A backup, unpacked. */
  readonly path: string;
  readonly cluster: number;
  /** Rows that end by themselves had their time left then. */
  readonly savedAt: number;
  readonly answers: Readonly<Record<string, unknown>>;
}

export function golden(kind: 'embedded' | 'cassandra'): Golden {
  const read = (end: string): Buffer => readFileSync(new URL(`../../../golden/${kind}-v1${end}`, import.meta.url));
  const path = join(mkdtempSync(join(tmpdir(), 'mosaic-golden-')), `${kind}.tar`);
  writeFileSync(path, zstdDecompressSync(read('.tar.zst')));
  const told = JSON.parse(read('.json').toString()) as Omit<Golden, 'path'>; // written with the backup
  return { ...told, path };
}

/** As they look in the file: without what is undefined. */
export const asWritten = (answers: unknown): unknown => JSON.parse(JSON.stringify(answers));
