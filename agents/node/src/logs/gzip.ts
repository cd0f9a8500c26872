// A rotation that the kubelet has compressed: inflated piece by piece and read like any file.

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Tail } from './tail.ts';

/** Takes lines off the front of the buffer, that begins at `tail.at`, and answers how many bytes they were. */
export type Take = (length: number, isFull: boolean, isLast: boolean) => number;

/** Everything after `tail.at`, to its end. `between` lets sealed chunks go. Throws as `fs` and zlib do. */
export async function inflate(tail: Tail, buffer: Buffer, take: Take, between: () => Promise<void>): Promise<number> {
  const began = tail.at;
  let filled = 0;
  let passed = 0;
  const taken = (isLast: boolean): void => {
    const length = take(filled, filled === buffer.length, isLast);
    buffer.copyWithin(0, length, filled);
    filled -= length;
  };
  await pipeline(createReadStream(tail.path), createGunzip(), async (inflated: AsyncIterable<Buffer>) => {
    for await (const piece of inflated) {
      let from = Math.min(piece.length, Math.max(0, began - passed));
      passed += piece.length;
      while (from < piece.length) {
        const copied = piece.copy(buffer, filled, from);
        filled += copied;
        from += copied;
        if (filled === buffer.length) taken(false);
      }
      await between();
    }
  });
  while (filled > 0) taken(true);
  tail.size = tail.at;
  return tail.at - began;
}
