// One log file that is followed, by its first bytes rather than by its name: renamed, copied or compressed it is still the same.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import type { Channel, LogStream } from '@mosaic/wire';
import type { Unpacking } from './gzip.ts';
import type { FoundFile } from './log-folders.ts';
import { PRINT_BYTES, printOf } from './print.ts';
import { prefixOf, type Ranges, union } from './ranges.ts';

/** Compressed bytes that hold the first inflated ones. */
const GZIP_HEAD_BYTES = 4096;

export interface Tail {
  readonly stream: LogStream;
  inode: number;
  print: string;
  head: Uint8Array;
  path: string;
  isGzip: boolean;
  /** No file of a listing is this one. */
  isGone: boolean;
  /** Its file holds other bytes now. */
  isDetached: boolean;
  fd: number | undefined;
  /** An archive that is read in turns. */
  unpacking: Unpacking | undefined;
  /** Inflated. */
  size: number;
  /** Read up to here; what is held by the joiner is read too. */
  at: number;
  /** What an earlier run sent of what comes after `at`. */
  skips: Ranges;
  /** In chunks that are safe. */
  covered: Ranges;
  /** The size at which the last look found half a line. */
  stuckAt: number;
  grewAt: number;
  /** The last reading failed; the next listing tries again. */
  hasFailed: boolean;
  /** Inside a line longer than the buffer. */
  long: LongLine | undefined;
}

export interface LongLine {
  readonly channel: Channel;
  readonly isPartial: boolean;
  readonly at: number;
  readonly nanos: number;
}

export function tailOf(stream: LogStream, file: FoundFile, head: Uint8Array, covered: Ranges, now: number): Tail {
  const at = prefixOf(covered);
  return {
    stream,
    ...attachment(file),
    print: printOf(head),
    head: head.slice(0, PRINT_BYTES),
    isDetached: false,
    fd: undefined,
    unpacking: undefined,
    at,
    skips: covered.filter(({ to }) => to > at),
    covered,
    stuckAt: -1,
    grewAt: now,
    hasFailed: false,
    long: undefined,
  };
}

const attachment = ({ inode, path, isGzip, size }: FoundFile) => ({
  inode,
  path,
  isGzip,
  size: isGzip ? inflatedSize(path, size) : size,
  isGone: false,
});

/** The same bytes are in another file now. */
export function attach(tail: Tail, file: FoundFile): void {
  closeTail(tail);
  Object.assign(tail, attachment(file), { isDetached: false, stuckAt: -1, hasFailed: false });
}

export function closeTail(tail: Tail): void {
  if (tail.fd !== undefined) closeSync(tail.fd);
  tail.fd = undefined;
  tail.unpacking?.close();
  tail.unpacking = undefined;
}

/** Takes back the size from the open file. */
export function look(tail: Tail, now: number): void {
  if (tail.fd === undefined || tail.isGzip) return;
  grown(tail, fstatSync(tail.fd).size, now);
}

export function grown(tail: Tail, size: number, now: number): void {
  if (size !== tail.size) tail.grewAt = now;
  tail.size = size;
}

/** Throws as `fs` does. */
export function openTail(tail: Tail): number {
  tail.fd ??= openSync(tail.path, 'r');
  return tail.fd;
}

const headBuffer = new Uint8Array(PRINT_BYTES);

/** Whether the open file still begins as it did; a longer beginning is remembered. */
export function isStillItself(tail: Tail, fd: number): boolean {
  const length = readSync(fd, headBuffer, 0, PRINT_BYTES, 0);
  const known = tail.head;
  if (length < known.length) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== headBuffer[i]) return false;
  if (length > known.length) {
    tail.head = headBuffer.slice(0, length);
    tail.print = printOf(tail.head);
  }
  return true;
}

/** The first bytes of a file, inflated. Throws as `fs` does; a torn archive has none. */
export function headOf({ path, isGzip }: FoundFile): Uint8Array {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(isGzip ? GZIP_HEAD_BYTES : PRINT_BYTES);
    const head = bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
    return isGzip ? inflatedHead(head) : head;
  } finally {
    closeSync(fd);
  }
}

function inflatedHead(packed: Uint8Array): Uint8Array {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, PRINT_BYTES);
  } catch {
    return new Uint8Array(0);
  }
}

/** The last four bytes of an archive: its length modulo 2^32 (RFC 1952). */
function inflatedSize(path: string, size: number): number {
  if (size < 18) return 0;
  const fd = openSync(path, 'r');
  try {
    const last = Buffer.alloc(4);
    readSync(fd, last, 0, 4, size - 4);
    return last.readUInt32LE(0);
  } finally {
    closeSync(fd);
  }
}

/** A chunk with these bytes is safe. */
export function commit(tail: Tail, ranges: Ranges): void {
  tail.covered = union(tail.covered, ranges);
}
