// A container that writes its log as a runtime does, in pieces of any size, and what has to arrive of it.

import type { Channel } from '@mosaic/wire';
import type { NodeDisk } from './node-disk.ts';

export type Style = 'renamed' | 'copied';
export type Kind = 'plain' | 'blank' | 'parts' | 'java' | 'python' | 'go' | 'bytes';

export interface Expected {
  readonly channel: Channel;
  readonly text: string;
}

export interface WrittenLog {
  /** Queues one record, in lines as the runtime would. */
  say(kind: Kind, channel: Channel): void;
  /** Writes so many of the queued bytes. */
  write(bytes: number): void;
  writeAll(): void;
  rotate(style: Style): void;
  compress(): void;
  /** The container begins anew, in another file. */
  restart(): void;
  readonly expected: Expected[];
}

const RECORDS: Readonly<Record<Exclude<Kind, 'parts' | 'bytes'>, (n: number) => string[]>> = {
  plain: (n) => [`GET /cart/${n} took ${n} ms`],
  blank: () => [''],
  java: (n) => [`java.lang.IllegalStateException: ${n}`, '\tat a.B.c(B.java:1)', 'Caused by: x.Y: z', '\t... 3 more'],
  python: (n) => ['Traceback (most recent call last):', '  File "a.py", line 1, in f', `ValueError: ${n}`],
  go: (n) => [`panic: ${n}`, '', 'goroutine 1 [running]:', 'main.f(0x0)', '\t/a/b.go:1 +0x1'],
};

const BEGAN = Date.UTC(2026, 10, 21, 3);

/** `minutes` lie between its lines. */
export function writtenLog(disk: NodeDisk, folder: string, minutes: number): WrittenLog {
  let restart = 0;
  let current = `${folder}/0.log`;
  const expected: Expected[] = [];
  const rotations: string[] = [];
  let rotated = 0;
  let copies = 0;
  let queued = Buffer.alloc(0);
  let count = 0;
  let isMidLine = false;

  const put = (channel: Channel, text: string | Buffer, tag = 'F'): void => {
    const minute = new Date(BEGAN + count * minutes * 60_000).toISOString().slice(0, 16);
    const instant = `${minute}:00.${String(count++).padStart(9, '0')}Z`;
    const head = Buffer.from(`${instant} ${channel} ${tag} `);
    queued = Buffer.concat([queued, head, Buffer.from(text), Buffer.from('\n')]);
  };
  const write = (bytes: number): void => {
    const now = queued.subarray(0, bytes);
    if (now.length === 0) return;
    disk.append(current, now);
    isMidLine = now.at(-1) !== 0x0a;
    queued = queued.subarray(now.length);
  };
  const endLine = (): void => {
    if (isMidLine) write(queued.indexOf('\n') + 1);
  };

  return {
    expected,
    say(kind, channel) {
      const n = count;
      if (kind === 'parts') {
        for (const part of ['one ', 'two ']) put(channel, `${part}${n} `, 'P');
        put(channel, 'three');
        expected.push({ channel, text: `one ${n} two ${n} three` });
        return;
      }
      if (kind === 'bytes') {
        put(channel, Buffer.from([0x62, 0xff, 0x00, 0x80, 0x30 + (n % 10)]));
        expected.push({ channel, text: `b\ufffd\u0000\ufffd${n % 10}` });
        return;
      }
      const lines = RECORDS[kind](n);
      for (const text of lines) put(channel, text);
      expected.push({ channel, text: lines.join('\n') });
    },
    write,
    writeAll: () => write(queued.length),
    rotate(style) {
      endLine();
      if (count === 0 || !disk.has(current)) return;
      const name = `${current}.20261121-${String(rotated++).padStart(6, '0')}`;
      if (style === 'renamed') {
        disk.rename(current, name);
        rotations.push(name);
        return;
      }
      for (let n = copies; n > 0; n--) disk.rename(`${current}.${n}`, `${current}.${n + 1}`);
      disk.copy(current, `${current}.1`);
      disk.truncate(current);
      copies++;
    },
    restart() {
      write(queued.length);
      rotations.length = 0;
      copies = 0;
      current = `${folder}/${++restart}.log`;
    },
    compress() {
      const name = rotations.shift();
      if (name !== undefined) disk.compress(name);
    },
  };
}
