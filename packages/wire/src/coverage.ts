// Not knowing is data: what each source has seen, said every 10 s even when idle. What no record covers is a gap.

import type { Signal } from './chunk.ts';
import { type Columns, dictionary, integers, maybeDictionary, readColumns, writeColumns } from './columns.ts';

export const COVERAGE_EVERY_MS = 10_000;
/** A record later than this after the one before leaves a gap between them. */
export const COVERAGE_PATIENCE_MS = 3 * COVERAGE_EVERY_MS;

export interface CoverageRecord {
  readonly source: string;
  readonly boot: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly signal: Signal;
  /** Per kind for objects (`apps/v1/Deployment`), else empty. */
  readonly kind: string;
  /** Covered since the record before, and up to when, epoch ms. */
  readonly from: number;
  readonly coveredTo: number;
  /** `watching`: everything in [from, coveredTo] was seen. `gap`: known not to have been, for `reason`. `stopped`: said goodbye. */
  readonly state: 'watching' | 'gap' | 'stopped';
  /** `forbidden: missing list,watch on secrets`, `overflow`, `skew`, `agent stopped`, … */
  readonly reason?: string;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Gap extends Span {
  readonly cluster: number;
  readonly source?: string;
  readonly signal: Signal;
  readonly kind?: string;
  readonly reason: string;
}

const columns: Columns<CoverageRecord> = {
  source: dictionary,
  boot: dictionary,
  epoch: integers,
  sequence: integers,
  signal: dictionary as Columns<CoverageRecord>['signal'], // only signals are ever written; the receiver checks
  kind: dictionary,
  from: integers,
  coveredTo: integers,
  state: dictionary as Columns<CoverageRecord>['state'],
  reason: maybeDictionary,
};

/** The rows section of a `coverage` chunk. */
export const writeCoverage = (records: readonly CoverageRecord[]): Uint8Array => writeColumns(columns, records);

/** Throws `Malformed`. */
export const readCoverage = (bytes: Uint8Array): CoverageRecord[] => readColumns(columns, bytes);

/** Union of spans, sorted and merged; touching ones become one. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** What of [from, to] no span covers; holes shorter than `patienceMs` are the rhythm of the records, not gaps. */
export function holesIn(covered: readonly Span[], from: number, to: number, patienceMs = 0): Span[] {
  const holes: Span[] = [];
  let reached = from;
  for (const span of mergeSpans(covered)) {
    if (span.to <= reached) continue;
    if (span.from >= to) break;
    if (span.from - reached > patienceMs) holes.push({ from: reached, to: span.from });
    reached = Math.max(reached, span.to);
  }
  if (to - reached > patienceMs) holes.push({ from: reached, to });
  return holes;
}
