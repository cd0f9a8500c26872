// Lines of many chunks in the order of time. Chunks overlap: a line is given when no chunk unopened can hold one before it.

import { foldedBytes, type LogLine, type LogTable, mayHold, wholeTokens } from '@mosaic/wire';
import type { LogQuery } from '../../port-signals.ts';
import { levelsMask } from '../logs.ts';
import { comparePlaces, type LinePlace } from './line-place.ts';
import { type IndexedHead, type LogHeadIndex, type LogTables, lineAt } from './log-tables.ts';

/** Bodies are asked for so many at a time: a round trip is shared, and little is read in vain. */
const BATCH = 8;
/** Longer than this without a pause would be felt by others. */
const YIELD_AFTER_MS = 10;

export interface Candidate {
  readonly line: LogLine;
  readonly place: LinePlace;
}

export interface Walking {
  readonly limit: number;
  /** Only what comes after this line, in the query's order. */
  readonly after?: LinePlace | undefined;
  readonly mostScanned: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of every line instead of collecting them: order does not matter then. */
  readonly each?: (candidate: Candidate, table: LogTable) => void;
}

export interface Walked {
  readonly found: readonly Candidate[];
  readonly scanned: number;
  /** Where to go on: the last line given, or how far was looked. */
  readonly next?: LinePlace;
}

export async function walk(tables: LogTables, cluster: number, query: LogQuery, how: Walking): Promise<Walked> {
  const isUp = query.order !== 'desc';
  const sign = isUp ? 1 : -1;
  const { from, to } = reachOf(query, how.after, isUp);
  const all = await tables.heads(cluster, { from, to, ...(query.streams && { streams: query.streams }) });
  const heads = ruledIn(all, query).sort((a, b) => (isUp ? a.head.t0 - b.head.t0 : b.head.t1 - a.head.t1));
  const sift = sieve(query, how.after, sign);
  const pending = queue(sign);
  const found: Candidate[] = [];
  let scanned = 0;
  let next = 0;
  let paused = performance.now();
  while (found.length < how.limit) {
    const edge = heads[next];
    const frontier = edge === undefined ? undefined : isUp ? edge.head.t0 : edge.head.t1;
    pending.take(found, how.limit, frontier);
    if (found.length >= how.limit || edge === undefined) break;
    if (scanned >= how.mostScanned) return { found, scanned, next: stoppedAt(frontier ?? to, isUp) };
    how.signal?.throwIfAborted();
    const batch = heads.slice(next, next + BATCH);
    const opened = await tables.open(
      cluster,
      batch.map(({ head }) => head),
    );
    next += batch.length;
    batch.forEach(({ head, index }, i) => {
      const table = opened[i];
      if (table === undefined) return;
      scanned += table.count;
      const hits = sift(table, index, head.t0, head.id);
      if (how.each) for (const hit of hits) how.each(hit, table);
      else pending.put(hits);
    });
    if (performance.now() - paused > YIELD_AFTER_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      paused = performance.now();
    }
  }
  const last = found.at(-1);
  const isMore = found.length >= how.limit && last !== undefined && (pending.size() > 0 || next < heads.length);
  return { found, scanned, ...(isMore && { next: last.place }) };
}

/** The span that is left after the line a page ended with. */
function reachOf({ from, to }: LogQuery, after: LinePlace | undefined, isUp: boolean) {
  if (after === undefined) return { from, to };
  return isUp ? { from: Math.max(from, after.at), to } : { from, to: Math.min(to, after.at) };
}

/** By streams (done by `heads`), levels and the filter of words. */
function ruledIn(heads: readonly IndexedHead[], { levels, q }: LogQuery): IndexedHead[] {
  const mask = levelsMask(levels);
  const tokens = q === undefined ? [] : wholeTokens(q);
  return heads.filter(({ head, index }) => (index.l & mask) !== 0 && mayHold(head.bloom, tokens));
}

/** Before or after every line of that instant. */
const stoppedAt = (at: number, isUp: boolean): LinePlace => ({
  ...{ at, t0: at, chunk: '' },
  ...(isUp ? { nanos: -1, stream: -1, i: -1 } : { nanos: 1_000_000, stream: Number.MAX_SAFE_INTEGER, i: 9_999_999 }),
});

type Sieve = (table: LogTable, index: LogHeadIndex, t0: number, chunk: string) => Candidate[];

/** What of a chunk is asked for, cheapest test first. */
function sieve(
  { from, to, streams, channel, levels, q, matches, pattern }: LogQuery,
  after: LinePlace | undefined,
  sign: number,
): Sieve {
  const needle = q === undefined || q === '' ? undefined : foldedBytes(q);
  const mask = levelsMask(levels);
  const wanted = streams === undefined ? undefined : new Set(streams);
  return (table, index, t0, chunk) => {
    const isWanted = index.s.map((id) => wanted === undefined || wanted.has(id));
    const hits: Candidate[] = [];
    const step = (i: number): number => (needle === undefined ? i : table.find(needle, i));
    for (let i = step(0); i < table.count; i = step(i + 1)) {
      const at = table.at(i);
      if (at < from || at > to || isWanted[table.stream(i)] !== true) continue;
      if (((1 << table.levelPlace(i)) & mask) === 0) continue;
      if (channel !== undefined && table.channel(i) !== channel) continue;
      if (pattern !== undefined && table.pattern(i) !== pattern) continue;
      const line = lineAt(table, index, i);
      const place: LinePlace = { at, nanos: line.nanos, stream: line.stream, t0, chunk, i };
      if (after !== undefined && sign * comparePlaces(place, after) <= 0) continue;
      if (matches !== undefined && !matches(line.text)) continue;
      hits.push({ line, place });
    }
    return hits;
  };
}

/** Candidates in order, given up to a frontier that an unopened chunk may still reach. */
function queue(sign: number) {
  let waiting: Candidate[] = [];
  let isSorted = true;
  return {
    size: () => waiting.length,
    put(hits: readonly Candidate[]): void {
      if (hits.length === 0) return;
      for (const hit of hits) waiting.push(hit);
      isSorted = false;
    },
    take(into: Candidate[], limit: number, frontier: number | undefined): void {
      if (!isSorted) {
        waiting.sort((a, b) => sign * comparePlaces(a.place, b.place));
        isSorted = true;
      }
      let count = 0;
      while (count < waiting.length && into.length < limit) {
        const candidate = waiting[count] as Candidate; // within the list
        const isSafe = frontier === undefined || sign * (candidate.place.at - frontier) < 0;
        if (!isSafe) break;
        into.push(candidate);
        count++;
      }
      if (count > 0) waiting = waiting.slice(count);
    },
  };
}
