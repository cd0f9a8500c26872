// One process at a time; a lock whose holder is gone is nobody's.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { birthOf } from './pid-files.ts';

const LOOK_AGAIN_MS = 500;

export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  while (!taken(path)) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function taken(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid} ${birthOf(process.pid) ?? ''}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isHeld(path)) rmSync(path, { force: true });
    return false;
  }
}

function isHeld(path: string): boolean {
  try {
    const [pid, birth] = readFileSync(path, 'utf8').split(' ');
    return pid === '' || birthOf(Number(pid)) === birth; // empty: its holder is just writing it
  } catch {
    return false;
  }
}
