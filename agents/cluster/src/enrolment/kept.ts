// What the agent was told when its cluster joined, kept in its folder: it joins once.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type EnrolledAnswer, enrolledSchema } from '@mosaic/wire';

export interface Kept extends EnrolledAnswer {
  /** SHA-256 of the token it joined by, hexadecimal: another token means to join anew. */
  readonly tokenHash: string;
}

export async function keptAt(path: string): Promise<Kept | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const told = JSON.parse(text) as { readonly tokenHash?: unknown }; // the rest is read by its schema
    return { ...enrolledSchema.parse(told), tokenHash: String(told.tokenHash ?? '') };
  } catch (cause) {
    throw new Error(`${path} cannot be read; remove it and give a new join token`, { cause });
  }
}

export async function keepAt(path: string, kept: Kept): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
