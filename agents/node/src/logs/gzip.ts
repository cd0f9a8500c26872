// A rotation that the kubelet has compressed: inflated piece by piece and read like any file, in turns with the others. It stays open between its turns.

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Tail } from './tail.ts';

/** Takes lines off the front of the buffer, that begins at `tail.at`, and answers how many bytes they were. */
export type Take = (length: number, isFull: boolean, isLast: boolean) => number;

export interface Unpacking {
  /** About a megabyte of lines, or the last ones. Answers how many bytes were taken; 0 only at the end. Throws as `fs` and zlib do. */
  turn(buffer: Buffer, take: Take): Promise<number>;
  /** Whether it stands where this tail is read next: the tail may have been told of another file, or read elsewhere meanwhile. */
  fits(tail: Tail): boolean;
  close(): void;
}

const TURN_BYTES = 1024 * 1024;

/** From `tail.at` on; what is before is inflated and passed over in the first turn. */
export function unpack(tail: Tail): Unpacking {
  const { inode, at: began } = tail;
  const inflating = createGunzip();
  pipeline(createReadStream(tail.path), inflating, () => {}); // a failure is told where the pieces are read
  const pieces = inflating[Symbol.asyncIterator]() as AsyncIterator<Buffer>; // gunzip gives Buffers
  let passed = 0;
  let rest: Buffer = Buffer.alloc(0);
  /** Of the shared buffer, what was no whole line when the turn ended. */
  let held: Buffer = Buffer.alloc(0);
  let expected = began;

  /** The next piece after what was read in earlier runs; undefined at the end. */
  const nextPiece = async (): Promise<Buffer | undefined> => {
    for (;;) {
      const { done, value } = await pieces.next();
      if (done === true) return undefined;
      const from = Math.min(value.length, Math.max(0, began - passed));
      passed += value.length;
      if (from < value.length) return value.subarray(from);
    }
  };

  return {
    fits: (one) => one.inode === inode && one.at === expected,
    close: () => void inflating.destroy(),
    async turn(buffer, take) {
      const first = tail.at;
      let filled = held.copy(buffer);
      const taken = (isLast: boolean): void => {
        const length = take(filled, filled === buffer.length, isLast);
        buffer.copyWithin(0, length, filled);
        filled -= length;
      };
      let isOver = false;
      while (!isOver && tail.at - first < TURN_BYTES) {
        if (rest.length === 0) rest = (await nextPiece()) ?? rest;
        isOver = rest.length === 0;
        const copied = rest.copy(buffer, filled);
        rest = rest.subarray(copied);
        filled += copied;
        if (filled === buffer.length) taken(false);
      }
      while (isOver && filled > 0) taken(true);
      held = Buffer.from(buffer.subarray(0, filled));
      expected = tail.at;
      // An archive tells its length modulo 4 GiB: that it goes on is known only at its end.
      tail.size = isOver ? tail.at : Math.max(tail.size, tail.at + 1);
      return tail.at - first;
    },
  };
}
