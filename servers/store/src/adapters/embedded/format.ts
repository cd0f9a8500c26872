// Which format a data folder has: what a newer release wrote is left alone by an older one.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Rows } from '../../rows.ts';

/** The newest that this release reads. */
export const KNOWN_FORMAT = 1;

/** Marks the folder, which also tells whether it can be written. Throws when a newer release has written here. */
export async function settleFormat(marks: Rows['marks'], folder: string): Promise<void> {
  const isNew = !existsSync(join(folder, 'always.db'));
  const found = isNew ? KNOWN_FORMAT : Number((await marks.get('format')) ?? 0);
  if (found > KNOWN_FORMAT)
    throw new Error(
      `${folder} was written by a newer Mosaic (format ${found}, known is ${KNOWN_FORMAT}); start that one, or name another MOSAIC_DATA`,
    );
  await marks.set('format', String(KNOWN_FORMAT));
}
