// Bytes on their way, counted and hashed.

import { createHash } from 'node:crypto';
import { type BackupFile, BackupRefused } from '../manifest.ts';

export interface Weighed {
  readonly bytes: number;
  readonly sha256: string;
}

/** Hands every piece on, in order. */
export async function weighed(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  take: (piece: Uint8Array) => Promise<unknown> | undefined = () => undefined,
): Promise<Weighed> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
    await take(piece);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Throws `BackupRefused`. */
export function expectSame({ name, bytes, sha256 }: BackupFile, found: Weighed, where: string): void {
  if (found.bytes !== bytes)
    throw new BackupRefused(
      `${where}: ${name} has ${found.bytes} of ${bytes} bytes; it was cut short. Use another backup`,
    );
  if (found.sha256 !== sha256)
    throw new BackupRefused(
      `${where}: ${name} is damaged: its SHA-256 is not the one it was written with. Use another backup`,
    );
}
