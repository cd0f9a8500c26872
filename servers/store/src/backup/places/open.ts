// Which kind of place a path means.

import { statSync } from 'node:fs';
import { BackupRefused } from '../manifest.ts';
import { folderReader, folderWriter } from './folder-place.ts';
import type { BackupReader, BackupWriter } from './place.ts';
import { tarReader, tarWriter } from './tar-place.ts';

/** A name that ends in `.tar` is a file; every other is a folder. */
export const writerAt = (path: string): Promise<BackupWriter> =>
  path.endsWith('.tar') ? tarWriter(path) : folderWriter(path.replace(/\/+$/, ''));

/** Throws `BackupRefused` when there is no backup. */
export async function readerAt(path: string): Promise<BackupReader> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new BackupRefused(`${path} is not there`);
  return found.isDirectory() ? folderReader(path) : tarReader(path);
}
