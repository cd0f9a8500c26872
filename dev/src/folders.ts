// A run's own folder: temporary and gone with it, or a given one that stays.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
