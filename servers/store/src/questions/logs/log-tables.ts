// Chunks of logs: which of them may hold what is asked, and their lines. A chunk that cannot be read costs its own lines only.

import { type Compression, type LogLine, type LogTable, Malformed, readLogs, type Span } from '@mosaic/wire';
import { boundedCache } from '../../bounded-cache.ts';
import { inflatedBody } from '../../chunk-room.ts';
import type { ChunkHead, ChunkRows } from '../../rows.ts';
import type { LinePlace } from './line-place.ts';

/** Inflated bytes: a few dozen chunks, for pages of one search. */
const MOST_CACHED_BYTES = 24 * 1024 * 1024;
const LEVEL_ERROR = 5;

/** As `file` writes it. */
export interface LogHeadIndex {
  /** Stream ids, in the order the body counts them. */
  readonly s: readonly number[];
  /** Bits of the levels. */
  readonly l: number;
}
export interface IndexedHead {
  readonly head: ChunkHead;
  readonly index: LogHeadIndex;
}

export interface LogTables {
  /** By t0; those that hold one of `streams` when given. */
  heads(cluster: number, query: Span & { readonly streams?: readonly number[] }): Promise<readonly IndexedHead[]>;
  /** In the order asked; undefined for what is gone or cannot be read. */
  open(cluster: number, heads: readonly ChunkHead[]): Promise<readonly (LogTable | undefined)[]>;
  each(
    cluster: number,
    head: ChunkHead,
    index: LogHeadIndex,
    streams: readonly number[] | undefined,
    told: (at: number, isError: boolean) => void,
  ): Promise<void>;
  line(cluster: number, place: Pick<LinePlace, 't0' | 'chunk' | 'i'>): Promise<{ readonly line: LogLine } | undefined>;
}

export function logTables(rows: ChunkRows, compression: Compression): LogTables {
  const cache = boundedCache<LogTable>(MOST_CACHED_BYTES);

  const open: LogTables['open'] = async (cluster, heads) => {
    const keyOf = ({ t0, id }: ChunkHead): string => `${cluster}/${t0}/${id}`;
    const missing = heads.filter((head) => cache.get(keyOf(head)) === undefined);
    const bodies = missing.length === 0 ? [] : await rows.bodies('logs', cluster, missing);
    const read = new Map<string, LogTable>();
    missing.forEach((head, i) => {
      const body = bodies[i];
      const table = body === undefined ? undefined : tableOf(head, body, compression);
      if (table === undefined) return;
      read.set(keyOf(head), table);
      cache.set(keyOf(head), table, head.inflated);
    });
    return heads.map((head) => read.get(keyOf(head)) ?? cache.get(keyOf(head)));
  };

  const heads: LogTables['heads'] = async (cluster, { from, to, streams }) => {
    if (from > to) return [];
    const found = await rows.heads('logs', cluster, { from, to });
    const wanted = streams === undefined ? undefined : new Set(streams);
    return found.flatMap((head) => {
      const index = JSON.parse(head.index) as LogHeadIndex; // file wrote it
      return wanted === undefined || index.s.some((id) => wanted.has(id)) ? [{ head, index }] : [];
    });
  };

  return {
    heads,
    open,
    async each(cluster, head, index, streams, told) {
      const [table] = await open(cluster, [head]);
      if (table === undefined) return;
      const wanted = streams === undefined ? undefined : new Set(streams);
      for (let i = 0; i < table.count; i++) {
        if (wanted !== undefined && !wanted.has(index.s[table.stream(i)] ?? -1)) continue;
        told(table.at(i), table.levelPlace(i) >= LEVEL_ERROR);
      }
    },
    async line(cluster, { t0, chunk, i }) {
      const found = (await heads(cluster, { from: t0, to: t0 })).find(
        ({ head }) => head.t0 === t0 && head.id === chunk,
      );
      if (found === undefined) return undefined;
      const [table] = await open(cluster, [found.head]);
      return table === undefined || i >= table.count ? undefined : { line: lineAt(table, found.index, i) };
    },
  };
}

function tableOf(head: ChunkHead, body: Uint8Array, compression: Compression): LogTable | undefined {
  try {
    return readLogs(inflatedBody(head, body, compression));
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

export const lineAt = (table: LogTable, { s }: LogHeadIndex, i: number): LogLine => ({
  stream: s[table.stream(i)] ?? -1,
  at: table.at(i),
  nanos: table.nanos(i),
  channel: table.channel(i),
  level: table.level(i),
  pattern: table.pattern(i),
  text: table.text(i),
});
