// One process per data folder. The lock is SQLite's own on a small file, so it ends with its process however that dies;
// who holds it is told in a note beside it.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process keeps its data in this folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  readonly folder: string;
  readonly pid: number | undefined;
  readonly url: string | undefined;
  constructor(folder: string, { pid, url }: { readonly pid?: number; readonly url?: string }) {
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    super(`${folder} is in use by ${who}${url ? `, whose page is ${url}` : ''}; stop it or choose another folder`);
    this.folder = folder;
    this.pid = pid;
    this.url = url;
  }
}

export interface FolderLock {
  /** Where the holder's page is, for who comes second. */
  announce(url: string): void;
  release(): void;
}

/** Throws `FolderInUse`. */
export function lockFolder(folder: string, url?: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const note = join(folder, 'store.lock.json');
  const db = new DatabaseSync(join(folder, 'store.lock'));
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    if ((cause as { errcode?: number }).errcode !== 5) throw cause; // 5: SQLITE_BUSY
    throw new FolderInUse(folder, readNote(note));
  }
  const announce = (where?: string): void =>
    writeFileSync(note, JSON.stringify({ pid: process.pid, ...(where && { url: where }) }));
  announce(url);
  return { announce, release: () => db.close() };
}

function readNote(path: string): { pid?: number; url?: string } {
  try {
    const { pid, url } = JSON.parse(readFileSync(path, 'utf8')) as { pid?: unknown; url?: unknown }; // checked below
    return { ...(typeof pid === 'number' && { pid }), ...(typeof url === 'string' && { url }) };
  } catch {
    return {}; // the holder may not have written it yet
  }
}
