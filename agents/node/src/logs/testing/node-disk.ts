// A machine's log folder that tests write as a runtime does, and an agent's other side that reads chunks as the server does.

import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Clock, type Covering, nodeCompression, silentLog } from '@mosaic/runtime';
import {
  type Channel,
  type ChunkHeader,
  headerSchema,
  inflateBody,
  type LogIndex,
  type LogLevel,
  readChunk,
  readLogs,
  sealChunk,
} from '@mosaic/wire';
import type { Host, Outgoing, PodOnNode, Pods } from '../../ports.ts';
import { type LogTailer, type LogTailerOptions, logTailer } from '../log-tailer.ts';

export interface Arrived {
  readonly stream: string;
  readonly channel: Channel;
  readonly at: number;
  readonly nanos: number;
  readonly level: LogLevel;
  readonly text: string;
}

export interface FakeOutgoing extends Outgoing {
  readonly lines: Arrived[];
  readonly headers: ChunkHeader[];
  readonly covered: Covering[];
  /** Of chunks as the spool has them. */
  readonly indexes: LogIndex[];
}

/** Seals for real, and reads the chunk back. */
export function fakeOutgoing(): FakeOutgoing {
  const lines: Arrived[] = [];
  const headers: ChunkHeader[] = [];
  const covered: Covering[] = [];
  const indexes: LogIndex[] = [];
  return {
    lines,
    headers,
    covered,
    indexes,
    async send(parts, sections) {
      const about = { cluster: 1, source: 'node/a', boot: 'b', epoch: 0, seq: headers.length, sealedAt: 0 };
      const sealed = sealChunk({ header: { ...about, ...parts }, ...sections }, nodeCompression);
      const chunk = readChunk(sealed.bytes, nodeCompression);
      const { logs } = headerSchema.parse(chunk.header);
      if (logs === undefined) throw new Error('a logs chunk without its index');
      const table = readLogs(inflateBody(chunk, nodeCompression));
      headers.push(chunk.header);
      indexes.push(logs);
      for (let i = 0; i < table.count; i++) {
        const { namespace, pod, container, restart } = logs.streams[table.stream(i)] ?? {};
        lines.push({
          stream: `${namespace}/${pod}/${container}/${restart}`,
          channel: table.channel(i),
          at: table.at(i),
          nanos: table.nanos(i),
          level: table.level(i),
          text: table.text(i),
        });
      }
    },
    cover: (covering) => covered.push(covering),
  };
}

export const podsOf = (...pods: readonly Partial<PodOnNode>[]): Pods => {
  const all = pods.map(
    (pod): PodOnNode => ({
      uid: '',
      namespace: 'shop',
      name: '',
      ips: [],
      hostNetwork: false,
      annotations: {},
      containers: [],
      ports: [],
      ...pod,
    }),
  );
  return {
    all: () => all,
    byUid: (uid) => all.find((pod) => pod.uid === uid || pod.mirror === uid),
    byContainer: (id) => all.find(({ containers }) => containers.some((each) => each.id === id)),
  };
};

export interface TurnedClock extends Clock {
  turn(ms: number): void;
}

export function turnedClock(began = Date.UTC(2026, 10, 21, 3, 0, 0)): TurnedClock {
  let at = began;
  return {
    now: () => at,
    sleep: async () => undefined,
    turn(ms) {
      at += ms;
    },
  };
}

export interface NodeDisk extends Disposable {
  readonly host: Host;
  readonly root: string;
  path(name: string): string;
  append(name: string, text: string | Uint8Array): void;
  has(name: string): boolean;
  rename(from: string, to: string): void;
  copy(from: string, to: string): void;
  truncate(name: string): void;
  remove(name: string): void;
  compress(name: string): void;
}

export const hostAt = (root: string): Host => ({
  root,
  proc: `${root}/proc`,
  log: `${root}/var/log`,
  cgroup: `${root}/sys/fs/cgroup`,
});

export function nodeDisk(): NodeDisk {
  const root = mkdtempSync(join(tmpdir(), 'mosaic-logs-'));
  const path = (name: string): string => join(root, name);
  return {
    root,
    host: hostAt(root),
    path,
    append(name, text) {
      mkdirSync(dirname(path(name)), { recursive: true });
      appendFileSync(path(name), text);
    },
    has: (name) => existsSync(path(name)),
    rename: (from, to) => renameSync(path(from), path(to)),
    copy: (from, to) => copyFileSync(path(from), path(to)),
    truncate: (name) => truncateSync(path(name), 0),
    remove: (name) => rmSync(path(name), { recursive: true, force: true }),
    compress(name) {
      writeFileSync(path(`${name}.gz.tmp`), gzipSync(readFileSync(path(name))));
      renameSync(path(`${name}.gz.tmp`), path(`${name}.gz`));
      rmSync(path(name));
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

export const tailerOn = (
  disk: Pick<NodeDisk, 'host' | 'path'>,
  out: Outgoing,
  clock: Clock,
  more: Partial<LogTailerOptions> = {},
): LogTailer =>
  logTailer({
    host: disk.host,
    pods: podsOf(),
    out,
    node: 'a',
    clock,
    log: silentLog,
    positionsFile: disk.path('agent/positions.json'),
    listEveryMs: 0,
    strangerWaitMs: 0,
    ...more,
  });
