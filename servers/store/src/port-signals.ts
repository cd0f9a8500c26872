// What is kept of logs, metrics and connections, by the question it answers. The same promises as port.ts: writes are repeat-safe, instants are epoch ms.

import type {
  Channel,
  ChunkHeader,
  Connection,
  EdgeLife,
  EdgeMinute,
  LogLevel,
  LogLine,
  LogStream,
  MetricSeries,
  Span,
} from '@mosaic/wire';
import type { Page, Paged } from './port.ts';

/** A chunk as it is filed: by its header alone, the body stays compressed. */
export interface FiledChunk {
  readonly header: ChunkHeader;
  readonly body: Uint8Array;
}

export interface LogQuery extends Span {
  /** `LogStream.id`s; all when absent, none when empty. */
  readonly streams?: readonly number[];
  readonly channel?: Channel;
  readonly levels?: readonly LogLevel[];
  /** Substring, case-insensitive (ASCII). Prunes by the chunks' Bloom filters where its tokens are whole. */
  readonly q?: string;
  /** A linear-time matcher, asked only about lines that pass all the rest. */
  readonly matches?: (text: string) => boolean;
  readonly pattern?: number;
  /** By instant, then stream, then place; default `asc`. */
  readonly order?: 'asc' | 'desc';
}

export interface FoundLine extends LogLine {
  readonly from: LogStream;
  /** Names the line: chunk and place in it. Opaque. */
  readonly id: string;
}

export interface LogPage extends Paged<FoundLine> {
  /** Lines looked at. A search that has looked at `mostScanned` lines stops with what it has, and `next` goes on. */
  readonly scanned: number;
}

export interface Logs {
  file(chunk: FiledChunk, receivedAt: number): Promise<void>;
  /** Whose output is kept from within the span. */
  streams(
    cluster: number,
    query: Span & { readonly namespace?: string; readonly pod?: string; readonly container?: string },
  ): Promise<readonly (LogStream & { readonly firstAt: number; readonly lastAt: number })[]>;
  /** Lines with instants in [from, to]; a cursor goes on exactly after the line it was given with, also when more arrives meanwhile. */
  search(
    cluster: number,
    query: LogQuery,
    page?: Page & { readonly mostScanned?: number; readonly signal?: AbortSignal },
  ): Promise<LogPage>;
  /** Up to so many lines of the same streams before and after a line, in time order, with it; undefined when it is not kept. */
  context(
    cluster: number,
    id: string,
    around: { readonly before: number; readonly after: number; readonly streams?: readonly number[] },
  ): Promise<readonly FoundLine[] | undefined>;
  /** Counts by template over the span, most frequent first; looks at no more than `mostScanned` lines and says so. */
  patterns(
    cluster: number,
    query: LogQuery,
    options?: { readonly mostScanned?: number },
  ): Promise<{ readonly items: readonly LogPattern[]; readonly lines: number; readonly isWhole: boolean }>;
  /** Lines per bucket of `stepMs` over [from, to) by level, from the index where it can. */
  histogram(
    cluster: number,
    query: Span & { readonly stepMs: number; readonly streams?: readonly number[] },
  ): Promise<readonly { readonly lines: number; readonly errors: number }[]>;
}

export interface LogPattern {
  readonly pattern: number;
  readonly template: string;
  readonly level: LogLevel;
  readonly count: number;
  readonly first: { readonly at: number; readonly nanos: number };
  readonly last: { readonly at: number; readonly nanos: number };
  readonly sample: string;
  readonly streams: readonly number[];
}

export const RESOLUTIONS = ['raw', '5m', '1h'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** One step of a roll-up. */
export interface Rolled {
  readonly at: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly last: number;
  readonly count: number;
}
export interface RolledSeries extends Omit<MetricSeries, 'at' | 'values'> {
  readonly steps: readonly Rolled[];
}

export interface Metrics {
  /** `wide` and `entity` chunks alike. */
  file(chunk: FiledChunk, receivedAt: number): Promise<void>;
  /** Series of an entity (or of all that `entity` is a prefix of, when it ends in `*`) with samples in the span. */
  series(
    cluster: number,
    query: Span & { readonly entity: string; readonly metric?: string },
  ): Promise<readonly Omit<MetricSeries, 'at' | 'values'>[]>;
  /** Raw samples in [from, to], each once, ascending. */
  samples(
    cluster: number,
    query: Span & { readonly entities: readonly string[]; readonly metrics?: readonly string[] },
  ): Promise<readonly MetricSeries[]>;
  /** The deriver's: a closed bucket of one entity, replaced whole. `start` is the UTC hour's (5m) or day's (1h) begin. */
  putRolled(
    cluster: number,
    resolution: Exclude<Resolution, 'raw'>,
    start: number,
    entity: string,
    series: readonly RolledSeries[],
  ): Promise<void>;
  rolled(
    cluster: number,
    resolution: Exclude<Resolution, 'raw'>,
    query: Span & { readonly entities: readonly string[]; readonly metrics?: readonly string[] },
  ): Promise<readonly (RolledSeries & { readonly entity: string })[]>;
  /** Entities with samples in the span, for roll-ups and search. */
  entities(cluster: number, span: Span): Promise<readonly string[]>;
}

export interface Flow extends Connection {
  readonly source: string;
  readonly boot: string;
  readonly seq: number;
}

export interface Connections {
  file(chunk: FiledChunk, receivedAt: number): Promise<void>;
  /** Observations whose window touches the span, in order of `at`. */
  between(cluster: number, span: Span): Promise<readonly Flow[]>;
}

export interface Edges {
  /** The deriver's: all edges of one minute, replaced whole. */
  put(cluster: number, minute: number, edges: readonly EdgeMinute[]): Promise<void>;
  /** Minutes in [from, to], ascending. Immutable once read: shared from a bounded cache. */
  between(
    cluster: number,
    span: Span,
  ): Promise<readonly { readonly minute: number; readonly edges: readonly EdgeMinute[] }[]>;
  /** Between workloads: when each was there, by UTC day, over the span. */
  lives(cluster: number, span: Span): Promise<readonly EdgeLife[]>;
  /** The deriver's: one UTC day of lives, merged with what is there. */
  putLives(cluster: number, day: number, lives: readonly EdgeLife[]): Promise<void>;
}

/** A bearer token with which others' tools write into one cluster. Only its hash is kept. */
export interface IntakeTokenRecord {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the token, hexadecimal. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly lastUsedAt?: number;
}

export interface Tokens {
  add(cluster: number, token: IntakeTokenRecord): Promise<void>;
  of(cluster: number): Promise<readonly IntakeTokenRecord[]>;
  /** Of all clusters: who presents this hash. */
  find(hash: string): Promise<{ readonly cluster: number; readonly token: IntakeTokenRecord } | undefined>;
  remove(cluster: number, id: string): Promise<boolean>;
  used(cluster: number, id: string, at: number): Promise<void>;
}
