// A data folder: where each row goes, and how to read it back.

import { dayOf } from '@mosaic/wire';
import type { Files, Reader } from './files.ts';
import type { Family, Write } from './sql.ts';
import type { Writer } from './writer.ts';

export interface Folder {
  readonly files: Files;
  readonly alwaysFile: Pick<Write, 'kind' | 'path'>;
  /** Where a row of that instant is written. */
  day(family: Family, at: number): Pick<Write, 'kind' | 'path'>;
  /** Resolves when it is on disk, and from then on it can be read. */
  write(writes: readonly Write[]): Promise<void>;
  /** Undefined when the day has no file. */
  reader(family: Family, day: number): Reader | undefined;
  always(): Reader;
  closeFile(path: string): Promise<void>;
}

export function folderOf(files: Files, writer: Writer): Folder {
  const days = new Map<string, { readonly kind: Family; readonly path: string; readonly day: number }>();
  const dayFile = (family: Family, day: number) => {
    const key = `${family}-${day}`;
    const known = days.get(key);
    if (known) return known;
    const file = { kind: family, path: files.path(family, day), day };
    days.set(key, file);
    return file;
  };
  const byPath = (path: string) => [...days.values()].find((file) => file.path === path);
  return {
    files,
    alwaysFile: { kind: 'always', path: files.always },
    day: (family, at) => dayFile(family, dayOf(at)),
    async write(writes) {
      await writer.write(writes);
      for (const path of new Set(writes.map((write) => write.path))) {
        const file = byPath(path);
        if (file) files.added(file.kind, file.day);
      }
    },
    reader(family, day) {
      if (files.days(family, day, day).length === 0) return undefined;
      return files.reader(dayFile(family, day).path);
    },
    always() {
      const reader = files.reader(files.always);
      if (reader === undefined) throw new Error(`${files.always} has gone; was the data folder removed?`);
      return reader;
    },
    closeFile: (path) => writer.closeFile(path),
  };
}
