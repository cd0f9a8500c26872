// Chunks that are being filled, one per UTC hour of the lines' instants, and which bytes of which files are in each.

import {
  hourOf,
  type LogIndex,
  type LogStream,
  type LogWriter,
  logIndexOf,
  logWriter,
  patterns,
  SEAL_AT_BYTES,
  scanLine,
} from '@mosaic/wire';
import type { Parts } from '../ports.ts';
import type { LogRecord } from './joiner.ts';
import type { Range } from './ranges.ts';

/** Inflated text of one chunk: ten times its goal on the wire, since lines shrink about so. */
const MOST_TEXT_BYTES = SEAL_AT_BYTES * 10;
const MOST_STREAMS = 500;
/** A header lists at most 1000 ranges, and has room for 256 KiB, a quarter of it for the filter. */
const MOST_RANGES = 900;
const MOST_LISTED_BYTES = 160 * 1024;
/** As JSON, apart from names. */
const RANGE_BYTES = 130;
const STREAM_BYTES = 220;
/** Hours open at once: now, the one before, and what old or skewed files bring. */
const MOST_HOURS = 4;

/** A file as a header names it, when the chunk is sealed. */
export interface Source {
  readonly stream: LogStream;
  readonly inode: number;
  readonly print: string;
}

export interface SealedChunk<F> {
  readonly parts: Parts;
  readonly body: Uint8Array;
  /** What the chunk holds of each file. */
  readonly ranges: ReadonlyMap<F, readonly Range[]>;
}

export interface OpenChunks<F> {
  add(record: LogRecord<F>): void;
  /** Seals what was begun at or before `began`. */
  due(began: number): void;
  /** Sealed ones in order, taken away. */
  take(): SealedChunk<F>[];
  readonly isEmpty: boolean;
}

interface Open<F> {
  readonly writer: LogWriter;
  readonly streams: LogStream[];
  readonly places: Map<number, number>;
  readonly ranges: Map<F, { from: number; to: number }[]>;
  rangeCount: number;
  /** About how much JSON streams and ranges will be. */
  listedBytes: number;
  hour: number;
  began: number;
}

export function openChunks<F extends Source>(now: () => number): OpenChunks<F> {
  const byHour = new Map<number, Open<F>>();
  const known = patterns();
  const spare: LogWriter[] = [];
  const scanned = { level: 0, template: 0 };
  let sealed: SealedChunk<F>[] = [];
  let recent: Open<F> | undefined;

  const seal = (open: Open<F>): void => {
    byHour.delete(open.hour);
    if (recent === open) recent = undefined;
    sealed.push(sealedOf(open));
    if (spare.length < MOST_HOURS) spare.push(open.writer);
  };

  const openFor = (at: number): Open<F> => {
    const hour = hourOf(at);
    if (recent?.hour === hour) return recent;
    const found = byHour.get(hour);
    recent = found ?? begin(hour);
    return recent;
  };

  const begin = (hour: number): Open<F> => {
    if (byHour.size >= MOST_HOURS) for (const oldest of [...byHour.values()].slice(0, 1)) seal(oldest);
    const writer = spare.pop() ?? logWriter();
    const open = {
      writer,
      streams: [],
      places: new Map(),
      ranges: new Map(),
      rangeCount: 0,
      listedBytes: 0,
      hour,
      began: now(),
    };
    byHour.set(hour, open);
    return open;
  };

  const roomFor = (record: LogRecord<F>, stream: number): Open<F> => {
    const open = openFor(record.at);
    const { writer, places, rangeCount, listedBytes } = open;
    const isFull =
      writer.bytes + record.to - record.from > MOST_TEXT_BYTES ||
      (places.size >= MOST_STREAMS && !places.has(stream)) ||
      rangeCount + record.pieces.length > MOST_RANGES ||
      listedBytes > MOST_LISTED_BYTES;
    if (writer.count === 0 || !isFull) return open;
    seal(open);
    return openFor(record.at);
  };

  return {
    add(whole) {
      const stream = whole.pieces[0]?.file.stream;
      if (stream === undefined) return;
      const record = whole.cut > 0 ? marked(whole) : whole;
      const open = roomFor(record, stream.id);
      const { writer } = open;
      const { at, nanos, channel, bytes, from, to } = record;
      scanLine(bytes, from, to, writer.tokens.add, scanned);
      const pattern = known.of(scanned.template, bytes, from, to);
      const place = pattern ? writer.template(pattern) : 0;
      writer.add(placeOf(open, stream), at, nanos, channel, scanned.level, place, bytes, from, to);
      for (const { file, from, to } of record.pieces) cover(open, file, from, to);
    },
    due(began) {
      for (const open of [...byHour.values()].sort((a, b) => a.hour - b.hour))
        if (open.began <= began || open.began > now()) seal(open);
    },
    take() {
      const taken = sealed;
      sealed = [];
      return taken;
    },
    get isEmpty() {
      return byHour.size === 0 && sealed.length === 0;
    },
  };
}

/** A line that was too long says so in its text. */
function marked<F>(record: LogRecord<F>): LogRecord<F> {
  const kept = Buffer.from(record.bytes.subarray(record.from, record.to));
  const bytes = Buffer.concat([kept, Buffer.from(` … ${record.cut} bytes more, cut off`)]);
  return { ...record, bytes, from: 0, to: bytes.length };
}

function placeOf<F>(open: Open<F>, stream: LogStream): number {
  const { places, streams } = open;
  const place = places.get(stream.id);
  if (place !== undefined) return place;
  places.set(stream.id, streams.length);
  const { namespace, pod, container, node, workload = '' } = stream;
  open.listedBytes += STREAM_BYTES + namespace.length + pod.length + container.length + node.length + workload.length;
  return streams.push(stream) - 1;
}

function cover<F>(open: Open<F>, file: F, from: number, to: number): void {
  const ranges = open.ranges.get(file);
  const last = ranges?.at(-1);
  if (last?.to === from) {
    last.to = to;
    return;
  }
  open.rangeCount++;
  open.listedBytes += RANGE_BYTES;
  if (ranges === undefined) open.ranges.set(file, [{ from, to }]);
  else ranges.push({ from, to });
}

function sealedOf<F extends Source>(open: Open<F>): SealedChunk<F> {
  const { writer, streams, places, ranges } = open;
  const body = writer.seal();
  const files: LogIndex['files'] = [...ranges].flatMap(([{ stream, inode, print }, all]) =>
    all.map(({ from, to }) => ({
      stream: places.get(stream.id) ?? 0,
      inode: Number.isSafeInteger(inode) ? inode : 0,
      print,
      from,
      to,
    })),
  );
  const { t0, t1, count } = body;
  return {
    parts: { signal: 'logs', t0, t1, count, logs: logIndexOf(body, streams, files) },
    body: body.body,
    ranges,
  };
}
