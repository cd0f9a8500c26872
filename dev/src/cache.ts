// Where programs are kept between runs: `.cache/` of the repository, or the folder in MOSAIC_DEV_CACHE.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root: the same from sources and from a bundle in `dist/`. */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isRoot(folder)) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('dev/ is not inside a checkout of Mosaic; run it from one');
    folder = parent;
  }
  return folder;
}

function isRoot(folder: string): boolean {
  const path = join(folder, 'package.json');
  return existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).name === 'mosaic';
}

export const cacheFolder = (): string => resolve(process.env.MOSAIC_DEV_CACHE ?? join(repositoryRoot(), '.cache'));

/** A file that is committed in `dev/`. */
export const devFile = (...parts: string[]): string => join(repositoryRoot(), 'dev', ...parts);
