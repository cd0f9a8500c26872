// Everything a backup holds, read once more and held against its manifest.

import type { BackupReader } from './places/place.ts';
import type { Outcome, Told } from './progress.ts';

/** Throws `BackupRefused` at the first file that is not what was written. */
export async function verified({ manifest, check }: BackupReader, told: Told): Promise<Outcome> {
  const { files, store } = manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  for (const file of files) {
    await check(file);
    done += file.bytes;
    told({ doing: `checked ${file.name}`, done, of: bytes, unit: 'bytes' });
  }
  const rows = manifest.store === 'cassandra' && { rows: manifest.files.reduce((sum, each) => sum + each.rows, 0) };
  return { store, files: files.length, bytes, ...rows, notes: [] };
}
