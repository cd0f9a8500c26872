// A run's own folder: temporary and gone with it, or a given one that stays.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface RunFolder {
  readonly path: string;
  /** The path again when it goes with the run. */
  readonly temporary: string | undefined;
  remove(): void;
}

export function runFolder(name: string, given?: string): RunFolder {
  if (given !== undefined) {
    mkdirSync(given, { recursive: true });
    return { path: resolve(given), temporary: undefined, remove: () => {} };
  }
  const path = mkdtempSync(join(tmpdir(), `mosaic-${name}-`));
  return { path, temporary: path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A port that is written into the data: the one of the first start, as long as the folder lives. */
export function keptPort(folder: string, name: string, port: number): number {
  const path = join(folder, `${name}.port`);
  if (!existsSync(path)) writeFileSync(path, String(port));
  return Number(readFileSync(path, 'utf8'));
}
