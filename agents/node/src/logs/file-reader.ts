// One turn at one file: a piece of it is read, checked to be of the file it was taken for, and cut into lines.

import { read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { consumer } from './consume.ts';
import { unpack } from './gzip.ts';
import { closeTail, isStillItself, openTail, type Tail } from './tail.ts';
import type { Trouble } from './trouble.ts';
import { detach, type Turn, type WatchedLog } from './watched-log.ts';

export interface FileReader {
  /** Bytes taken. 0 when there was nothing whole, when it cannot be read, and when the file is another one now: then `replaced` is told. */
  turn(log: WatchedLog, turn: Turn): Promise<number>;
  readonly lines: number;
}

export interface Reading {
  readonly now: () => number;
  readonly trouble: Trouble;
  readonly replaced: () => void;
}

const BUFFER_BYTES = 256 * 1024;
/** So much was just written and lies in memory: a turn of the thread pool would cost more than reading it. */
const READ_AT_ONCE_BYTES = 64 * 1024;
/** Archives that stay open between their turns, 150 KB each; one more is read to its end in one turn. */
const MOST_ARCHIVES = 32;
const readAt = promisify(read);

/** All files share one buffer: they take turns. */
export function fileReader({ now, trouble, replaced }: Reading): FileReader {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const lines = consumer(now);
  let opened: readonly Tail[] = [];

  const piece = async ({ joiner }: WatchedLog, { tail, isEnd }: Turn): Promise<number> => {
    const fd = openTail(tail);
    const isLittle = tail.size - tail.at <= READ_AT_ONCE_BYTES;
    const bytesRead = isLittle
      ? readSync(fd, buffer, 0, BUFFER_BYTES, tail.at)
      : (await readAt(fd, buffer, 0, BUFFER_BYTES, tail.at)).bytesRead;
    if (!isStillItself(tail, fd)) {
      detach(tail, now());
      replaced();
      return 0;
    }
    const isAtEnd = isEnd && tail.at + bytesRead >= tail.size;
    const taken = lines.consume(tail, joiner, buffer, bytesRead, bytesRead === BUFFER_BYTES, isAtEnd);
    if (bytesRead === 0) tail.size = tail.at;
    if (taken === 0) tail.stuckAt = tail.size;
    return taken;
  };

  const archive = async ({ joiner }: WatchedLog, { tail }: Turn): Promise<number> => {
    if (tail.unpacking?.fits(tail) !== true) {
      closeTail(tail);
      tail.unpacking = unpack(tail);
      opened = opened.filter((one) => one !== tail && one.unpacking !== undefined).concat(tail);
    }
    const isPatient = opened.indexOf(tail) < MOST_ARCHIVES;
    let bytes = 0;
    do
      bytes += await tail.unpacking.turn(buffer, (length, isFull, isLast) =>
        lines.consume(tail, joiner, buffer, length, isFull, isLast),
      );
    while (!isPatient && tail.at < tail.size);
    if (tail.at >= tail.size) closeTail(tail);
    return bytes;
  };

  const failed = (tail: Tail, cause: unknown): void => {
    const { code = '' } = cause as NodeJS.ErrnoException; // what fs and zlib throw
    if (tail.isGzip) closeTail(tail);
    if (tail.isGzip && code.startsWith('Z_')) {
      trouble.lost(tail.path, Math.max(0, tail.size - tail.at));
      tail.size = tail.at;
      return;
    }
    tail.stuckAt = tail.size;
    tail.hasFailed = true;
    if (code !== 'ENOENT') trouble.unreadable(tail.path, cause);
  };

  return {
    async turn(log, turn) {
      try {
        return await (turn.tail.isGzip ? archive(log, turn) : piece(log, turn));
      } catch (cause) {
        failed(turn.tail, cause);
        return 0;
      }
    },
    get lines() {
      return lines.lines;
    },
  };
}
