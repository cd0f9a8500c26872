// Each leadership and boot of a cluster's agent has a greater epoch than every one before, also when its data folder is lost.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `at`: the clock (epoch ms), the floor under a lost counter. */
export async function nextEpoch(dir: string, at: number): Promise<number> {
  const path = join(dir, 'epoch');
  await mkdir(dir, { recursive: true });
  const before = Number(await readFile(path, 'utf8').catch(() => '0'));
  const epoch = Math.max((Number.isSafeInteger(before) ? before : 0) + 1, Math.floor(at));
  await writeFile(`${path}.tmp`, String(epoch));
  await rename(`${path}.tmp`, path);
  return epoch;
}

/** Whether `name` was done here before; marks it done. */
export async function isFirstTime(dir: string, name: string): Promise<boolean> {
  await mkdir(dir, { recursive: true });
  try {
    await writeFile(join(dir, name), '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
