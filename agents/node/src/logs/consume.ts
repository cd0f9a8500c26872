// Bytes of a file, as they were read, cut into lines and handed to the joiner. What an earlier run has sent is passed over.

import { type ReadLine, readCri, readLine } from './cri.ts';
import { readDocker } from './docker-json.ts';
import type { Joiner } from './joiner.ts';
import { nextHole } from './ranges.ts';
import { commit, type Tail } from './tail.ts';

const BREAK = 0x0a;
const BRACE = 0x7b;

export interface Consumer {
  /** Of `length` bytes that stand at `tail.at`: how many were taken. `isEnd`: nothing follows, half a line is one. `isFull`: a line that does not end here is longer than the buffer. */
  consume(tail: Tail, joiner: Joiner<Tail>, bytes: Buffer, length: number, isFull: boolean, isEnd: boolean): number;
  readonly lines: number;
}

export function consumer(now: () => number): Consumer {
  const read = readLine();
  let lines = 0;
  let last = { at: 0, nanos: 0 };

  /** A line that no runtime writes is text of the moment of the one before it. */
  const parse = (bytes: Uint8Array, from: number, to: number): ReadLine => {
    const isRead = bytes[from] === BRACE ? readDocker(bytes, from, to, read) : readCri(bytes, from, to, read);
    if (isRead) {
      last.at = read.at;
      last.nanos = read.nanos;
      return read;
    }
    const { at, nanos } = last.at === 0 ? { at: now(), nanos: 0 } : last;
    return Object.assign(read, { at, nanos, channel: 'stdout' as const, isPartial: false, bytes, from, to });
  };

  const whole = (
    tail: Tail,
    joiner: Joiner<Tail>,
    bytes: Buffer,
    from: number,
    to: number,
    next: number,
    base: number,
  ) => {
    if (from === to) {
      commit(tail, [{ from: base + from, to: base + next }]);
      return;
    }
    lines++;
    joiner.line(parse(bytes, from, to), tail, base + from, base + next);
  };

  const longer = (tail: Tail, joiner: Joiner<Tail>, bytes: Buffer, length: number, isEnd: boolean): number => {
    const found = bytes.subarray(0, length).indexOf(BREAK);
    const isOver = found >= 0 || isEnd;
    const to = found >= 0 ? found : length;
    const next = found >= 0 ? found + 1 : length;
    if (tail.long === undefined) {
      const { channel, isPartial, at, nanos } = parse(bytes, 0, to);
      tail.long = { channel, isPartial, at, nanos };
    } else Object.assign(read, tail.long, { bytes, from: 0, to });
    read.isPartial = isOver ? tail.long.isPartial : true;
    joiner.line(read, tail, tail.at, tail.at + next);
    if (isOver) {
      tail.long = undefined;
      lines++;
    }
    return next;
  };

  return {
    consume(tail, joiner, bytes, length, isFull, isEnd) {
      last = { at: 0, nanos: 0 };
      const base = tail.at;
      let start = tail.long === undefined ? 0 : longer(tail, joiner, bytes, length, isEnd);
      while (start < length && tail.long === undefined) {
        const hole = tail.skips.length === 0 ? undefined : nextHole(tail.skips, base + start);
        if (hole !== undefined && hole.from > base + start) {
          start = Math.min(length, hole.from - base);
          continue;
        }
        const end = bytes.indexOf(BREAK, start);
        if (end < 0 || end >= length) break;
        whole(tail, joiner, bytes, start, end, end + 1, base);
        start = end + 1;
      }
      if (start < length && isEnd && tail.long === undefined) {
        whole(tail, joiner, bytes, start, length, length, base);
        start = length;
      }
      if (start === 0 && isFull) start = longer(tail, joiner, bytes, length, false);
      tail.at = base + start;
      if (tail.skips.length > 0) tail.skips = tail.skips.filter(({ to }) => to > tail.at);
      return start;
    },
    get lines() {
      return lines;
    },
  };
}
