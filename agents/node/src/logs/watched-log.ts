// One container's run and its files: which of a listing's files is which one known before, and which is read next.

import type { LogStream } from '@mosaic/wire';
import type { Joiner } from './joiner.ts';
import type { FoundFile, FoundLog } from './log-folders.ts';
import type { Position } from './positions.ts';
import { bears, isTelling } from './print.ts';
import { type Ranges, union } from './ranges.ts';
import { attach, closeTail, grown, headOf, isStillItself, type Tail, tailOf } from './tail.ts';

/** Half a line at the end of a file that nobody writes to any more is one after so long. */
export const TORN_MS = 5000;

export interface WatchedLog {
  readonly key: string;
  readonly stream: LogStream;
  readonly joiner: Joiner<Tail>;
  /** Oldest first. */
  tails: Tail[];
  /** Positions of an earlier run whose files were not met yet. */
  positions: readonly Position[];
  /** A later run of the container writes elsewhere, or the log's files are gone. */
  isOver: boolean;
  seenAt: number;
}

/** Takes in what a listing found. `trouble` is told files that cannot be read. */
export function adopt(
  log: WatchedLog,
  found: FoundLog,
  now: number,
  trouble: (path: string, cause: unknown) => void,
): void {
  log.seenAt = now;
  for (const { inode, size, isGzip } of found.files) {
    const tail = knownBy(log, inode, isGzip);
    if (tail !== undefined && !isGzip && wasEmptied(tail, size)) detach(tail, now);
  }
  const inOrder: Tail[] = [];
  for (const file of found.files) {
    const tail = tailFor(log, file, found.files, now, trouble);
    if (tail !== undefined && !inOrder.includes(tail)) inOrder.push(tail);
  }
  const gone = log.tails.filter((tail) => !inOrder.includes(tail));
  for (const tail of gone) leave(tail, now);
  log.tails = [...gone, ...inOrder];
}

function tailFor(
  log: WatchedLog,
  file: FoundFile,
  all: readonly FoundFile[],
  now: number,
  trouble: (path: string, cause: unknown) => void,
): Tail | undefined {
  const known = knownBy(log, file.inode, file.isGzip);
  if (known !== undefined) {
    known.path = file.path;
    known.isGone = false;
    if (known.hasFailed) Object.assign(known, { hasFailed: false, stuckAt: -1 });
    if (!known.isGzip) grown(known, file.size, now);
    return known;
  }
  try {
    const head = headOf(file);
    if (!isTelling(head)) return undefined;
    const same = log.tails.find((tail) => bears(head, tail.print));
    if (same !== undefined) return reattached(same, file, all);
    const tail = tailOf(log.stream, file, head, positionIn(log.positions, head), now);
    log.tails.push(tail);
    return tail;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') trouble(file.path, cause); // what fs throws
    return undefined;
  }
}

/** A copy of a file that is there, or is still read to its end, adds nothing. */
function reattached(tail: Tail, file: FoundFile, all: readonly FoundFile[]): Tail {
  const isThere = !tail.isDetached && all.some(({ inode, isGzip }) => inode === tail.inode && isGzip === tail.isGzip);
  const isBeingRead = tail.fd !== undefined && !tail.isGzip && tail.at < tail.size;
  if (!isThere && !isBeingRead) attach(tail, file);
  return tail;
}

function positionIn(positions: readonly Position[], head: Uint8Array): Ranges {
  return positions
    .filter(({ print }) => bears(head, print))
    .reduce<Ranges>((all, { ranges }) => union(all, ranges), []);
}

/** It may have grown to the same size again. */
const wasEmptied = (tail: Tail, size: number): boolean =>
  size < tail.at || (tail.fd !== undefined && !isStillItself(tail, tail.fd));

const knownBy = (log: WatchedLog, inode: number, isGzip: boolean): Tail | undefined =>
  log.tails.find((tail) => tail.inode === inode && tail.isGzip === isGzip && !tail.isDetached);

/** No file of a listing is this one. */
export function leave(tail: Tail, now: number): void {
  if (!tail.isGone) tail.grewAt = now;
  tail.isGone = true;
}

/** The file under it was emptied or replaced: only a copy elsewhere can go on. */
export function detach(tail: Tail, now: number): void {
  closeTail(tail);
  tail.isDetached = true;
  leave(tail, now);
}

/** Bytes that are known to be there and cannot be reached. */
export const isUnreachable = (tail: Tail): boolean => tail.isDetached || (tail.isGone && tail.fd === undefined);

export interface Turn {
  readonly tail: Tail;
  /** Half a line at its end is one. */
  readonly isEnd: boolean;
}

/** The oldest file with something new; a newer one waits for it. */
export function nextTurn(log: WatchedLog, now: number): Turn | undefined {
  for (const [i, tail] of log.tails.entries()) {
    if (tail.at >= tail.size || tail.hasFailed || isUnreachable(tail)) continue;
    if (tail.stuckAt !== tail.size) return { tail, isEnd: false };
    const isLast = i === log.tails.length - 1 && !tail.isGone && !log.isOver;
    return isLast || now - tail.grewAt < TORN_MS ? undefined : { tail, isEnd: true };
  }
  return undefined;
}

/** All that its files held was read. */
export const isRead = (log: WatchedLog): boolean =>
  log.tails.every((tail) => tail.at >= tail.size || isUnreachable(tail));
