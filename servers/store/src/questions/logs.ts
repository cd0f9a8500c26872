// Logs: chunks ruled out by their index, the rest looked into in the order of time.

import {
  type ChunkHeader,
  type Compression,
  filterOf,
  HOUR_MS,
  LOG_LEVELS,
  type LogStream,
  levelBit,
  Malformed,
} from '@mosaic/wire';
import { headOf, seenNames } from '../chunk-room.ts';
import type { Keeping } from '../keeping.ts';
import type { FiledChunk, FoundLine, LogPage, LogPattern, LogQuery, Logs } from '../port-signals.ts';
import type { Rows } from '../rows.ts';
import { cursorOf, type LinePlace, lineIdOf, placeOfCursor, placeOfLine } from './logs/line-place.ts';
import { logTables } from './logs/log-tables.ts';
import { patternTally } from './logs/pattern-tally.ts';
import { type Candidate, walk } from './logs/walk.ts';

const DEFAULT_LIMIT = 100;
const DEFAULT_SCANNED = 20_000_000;
const CONTEXT_REACH_MS = 6 * HOUR_MS;
const ERRORS = levelBit('error') | levelBit('fatal');

export function logs(rows: Pick<Rows, 'chunks' | 'seen'>, keep: Keeping, compression: Compression): Logs {
  const seen = seenNames(rows.seen, 'logs');
  const tables = logTables(rows.chunks, compression);
  const known = new Map<string, LogStream>();

  const streams: Logs['streams'] = async (cluster, { from, to, namespace, pod, container }) => {
    const met = await seen.between(cluster, Math.max(from, keep.from('logs')), to);
    return met.flatMap(({ about, firstAt, lastAt }) => {
      const stream = JSON.parse(about) as LogStream; // note wrote it
      remember(known, cluster, stream);
      const isMeant =
        (namespace === undefined || stream.namespace === namespace) &&
        (pod === undefined || stream.pod === pod) &&
        (container === undefined || stream.container === container);
      return isMeant ? [{ ...stream, firstAt, lastAt }] : [];
    });
  };

  /** Whose a line is; the names of its day are read when it is not known yet. */
  const fromOf = async (cluster: number, { line }: Candidate): Promise<LogStream> => {
    const key = `${cluster}/${line.stream}`;
    if (!known.has(key)) await streams(cluster, { from: line.at, to: line.at });
    return known.get(key) ?? nobody(line.stream);
  };

  const found = async (cluster: number, candidate: Candidate): Promise<FoundLine> => ({
    ...candidate.line,
    from: await fromOf(cluster, candidate),
    id: lineIdOf(candidate.place),
  });

  return {
    async file(chunk, receivedAt) {
      const index = indexOf(chunk);
      await seen.note(cluster(chunk), seenRowsOf(index.streams, chunk.header));
      const about = { s: index.streams.map(({ id }) => id), l: index.levels };
      await rows.chunks.put(
        'logs',
        cluster(chunk),
        headOf(chunk, receivedAt, { index: about, bloom: filterOf(index.bloom) }),
        chunk.body,
      );
    },
    streams,
    async search(cluster, query, page = {}): Promise<LogPage> {
      keep.check('logs', query.to);
      const { limit = DEFAULT_LIMIT, cursor, mostScanned = DEFAULT_SCANNED, signal } = page;
      const after = cursor === undefined ? undefined : placeOfCursor(cursor);
      const walked = await walk(tables, cluster, clipped(query, keep), { limit, after, mostScanned, signal });
      const items: FoundLine[] = [];
      for (const candidate of walked.found) items.push(await found(cluster, candidate));
      return { items, scanned: walked.scanned, ...(walked.next && { next: cursorOf(walked.next) }) };
    },
    async context(cluster, id, { before, after, streams: asked }) {
      const place = placeOfLine(id);
      const line = await tables.line(cluster, place);
      if (line === undefined) return undefined;
      const at: LinePlace = { ...place, at: line.line.at, nanos: line.line.nanos, stream: line.line.stream };
      const own = asked ?? [line.line.stream];
      const reach = (order: 'asc' | 'desc', limit: number) => {
        const span =
          order === 'asc'
            ? { from: at.at, to: at.at + CONTEXT_REACH_MS }
            : { from: at.at - CONTEXT_REACH_MS, to: at.at };
        const query: LogQuery = { ...span, streams: own, order };
        return limit === 0
          ? Promise.resolve({ found: [] })
          : walk(tables, cluster, clipped(query, keep), { limit, after: at, mostScanned: DEFAULT_SCANNED });
      };
      const [earlier, later] = await Promise.all([reach('desc', before), reach('asc', after)]);
      const all = [...earlier.found.toReversed(), { line: line.line, place: at }, ...later.found];
      return Promise.all(all.map((candidate) => found(cluster, candidate)));
    },
    async patterns(cluster, query, { mostScanned = DEFAULT_SCANNED } = {}) {
      keep.check('logs', query.to);
      const tally = patternTally();
      const walked = await walk(tables, cluster, clipped({ ...query, order: 'desc' }, keep), {
        limit: Number.POSITIVE_INFINITY,
        mostScanned,
        each: (candidate, table) => tally.add(candidate, table),
      });
      const items: readonly LogPattern[] = tally.items();
      return { items, lines: tally.lines(), isWhole: walked.next === undefined };
    },
    async histogram(cluster, { from, to, stepMs, streams: asked }) {
      const count = Math.max(0, Math.ceil((to - from) / stepMs));
      const buckets = Array.from({ length: count }, () => ({ lines: 0, errors: 0 }));
      const add = (at: number, lines: number, errors: number): void => {
        const bucket = buckets[Math.floor((at - from) / stepMs)];
        if (bucket === undefined) return;
        bucket.lines += lines;
        bucket.errors += errors;
      };
      const heads = await tables.heads(cluster, {
        from: Math.max(from, keep.from('logs')),
        to: to - 1,
        ...(asked && { streams: asked }),
      });
      for (const { head, index } of heads) {
        const isInOne = Math.floor((head.t0 - from) / stepMs) === Math.floor((head.t1 - from) / stepMs);
        if (isInOne && asked === undefined && (index.l & ERRORS) === 0) add(head.t0, head.count, 0);
        else await tables.each(cluster, head, index, asked, (at, isError) => add(at, 1, isError ? 1 : 0));
      }
      return buckets;
    },
  };
}

const MOST_KNOWN = 200_000;

function remember(known: Map<string, LogStream>, cluster: number, stream: LogStream): void {
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(`${cluster}/${stream.id}`, stream);
}

const nobody = (id: number): LogStream => ({
  id,
  namespace: '',
  pod: '',
  podUid: '',
  container: '',
  restart: 0,
  node: '',
});

/** What is older than retention is not answered, even where the store still has it. */
const clipped = (query: LogQuery, keep: Keeping): LogQuery => ({
  ...query,
  from: Math.max(query.from, keep.from('logs')),
});

const cluster = ({ header }: FiledChunk): number => header.cluster;

/** Throws `Malformed` for what is no chunk of logs. */
function indexOf({ header }: FiledChunk): NonNullable<ChunkHeader['logs']> {
  if (header.signal !== 'logs' || header.logs === undefined)
    throw new Malformed(`a chunk of ${header.signal} without an index of logs`);
  return header.logs;
}

const seenRowsOf = (streams: readonly LogStream[], { t0, t1 }: Pick<ChunkHeader, 't0' | 't1'>) =>
  streams.map((stream) => ({ key: String(stream.id), about: JSON.stringify(stream), firstAt: t0, lastAt: t1 }));

/** Levels asked for, as bits; all when none are named. */
export const levelsMask = (levels: LogQuery['levels']): number =>
  levels === undefined ? (1 << LOG_LEVELS.length) - 1 : levels.reduce((mask, level) => mask | levelBit(level), 0);
