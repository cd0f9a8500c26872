// Lines in hand as chunks: what intakes and the playground use. The node agent writes bytes directly.

import { type Chunk, type LogIndex, SEAL_AT_BYTES, sealChunk } from './chunk.ts';
import { hourOf } from './ids.ts';
import { type Channel, LOG_LEVELS, type LogLevel, type LogStream, streamId } from './log.ts';
import { filterText } from './log-bloom.ts';
import { type Patterns, patterns } from './log-patterns.ts';
import { scanLine } from './log-scan.ts';
import { type LogBody, type LogWriter, logWriter } from './log-writer.ts';
import type { Compression, Signer } from './ports.ts';

export interface SentLine {
  readonly stream: Omit<LogStream, 'id'>;
  readonly channel: Channel;
  readonly at: number;
  readonly nanos: number;
  readonly text: string;
  /** Told by who sent it; else it is read from the text. */
  readonly level?: LogLevel;
}

/** Inflated text of one chunk: ten times its goal on the wire, since lines shrink about so. */
const MOST_TEXT_BYTES = SEAL_AT_BYTES * 10;
const MOST_STREAMS = 500;
const encoder = new TextEncoder();

/** The part of a header that lets a search pass a chunk by. */
export const logIndexOf = (
  { levels, bytes, bloom }: Pick<LogBody, 'levels' | 'bytes' | 'bloom'>,
  streams: readonly LogStream[],
  files?: LogIndex['files'],
): LogIndex => ({ streams: [...streams], levels, bytes, bloom: filterText(bloom), ...(files && { files }) });

export interface LogSealing {
  readonly cluster: number;
  readonly source: string;
  readonly boot: string;
  readonly epoch: number;
  /** Of the first chunk; the next ones follow. */
  readonly seq: number;
  readonly sealedAt: number;
}

/** Chunks of at most 640 KiB of text and one UTC hour each, in the order of the lines. */
export function sealLogs(
  lines: readonly SentLine[],
  about: LogSealing,
  compression: Compression,
  signer?: Signer,
  known: Patterns = patterns(),
): Chunk[] {
  const chunks: Chunk[] = [];
  const writer = logWriter();
  let streams = new Map<number, { place: number; stream: LogStream }>();
  let hour = 0;
  const seal = (): void => {
    if (writer.count === 0) return;
    const body = writer.seal();
    const index = logIndexOf(
      body,
      [...streams.values()].map(({ stream }) => stream),
    );
    const { seq, ...head } = about;
    const header = {
      ...head,
      signal: 'logs' as const,
      seq: seq + chunks.length,
      t0: body.t0,
      t1: body.t1,
      count: body.count,
      logs: index,
    };
    chunks.push(sealChunk({ header, body: body.body }, compression, signer));
    streams = new Map();
  };
  for (const line of lines) {
    const isFull = writer.bytes >= MOST_TEXT_BYTES || streams.size >= MOST_STREAMS;
    if (writer.count > 0 && (isFull || hourOf(line.at) !== hour)) seal();
    hour = hourOf(line.at);
    const id = streamId(line.stream);
    const place = streams.get(id)?.place ?? streams.size;
    if (place === streams.size) streams.set(id, { place, stream: { id, ...line.stream } });
    addLine(writer, known, place, line);
  }
  seal();
  return chunks;
}

const scanned = { level: 0, template: 0 };

function addLine(
  writer: LogWriter,
  known: Patterns,
  place: number,
  { channel, at, nanos, text, level }: SentLine,
): void {
  const bytes = encoder.encode(text);
  scanLine(bytes, 0, bytes.length, writer.tokens.add, scanned);
  const pattern = known.of(scanned.template, bytes, 0, bytes.length);
  const told = level === undefined ? scanned.level : LOG_LEVELS.indexOf(level);
  writer.add(place, at, nanos, channel, told, pattern ? writer.template(pattern) : 0, bytes, 0, bytes.length);
}
