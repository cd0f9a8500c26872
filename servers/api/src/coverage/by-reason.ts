// Why something was not covered, each reason for as long as it held.

import type { CoverageSpan } from '@mosaic/store';
import { COVERAGE_PATIENCE_MS, type Span } from '@mosaic/wire';
import { AGENT_SILENT, NOT_WATCHING_YET } from '../asking/coverage-of.ts';

export interface Part extends Span {
  readonly reason: string;
}

/**
 * Parts a hole in what one stream covered: a reason holds until another is told, or until nothing was told any more for longer than the rhythm of records.
 * After `stopped` silence is what was announced.
 */
export function byReason(hole: Span, stream: readonly CoverageSpan[]): readonly Part[] {
  const told = stream
    .filter(({ state, from, to }) => state !== 'watching' && from <= hole.to && to >= hole.from)
    .toSorted((a, b) => a.from - b.from);
  const silent = stream.every(({ from }) => from >= hole.to) ? NOT_WATCHING_YET : AGENT_SILENT;
  const parts: Part[] = [];
  const add = (reason: string, from: number): void => {
    const last = parts.at(-1);
    if (last?.reason === reason) return;
    if (last) parts[parts.length - 1] = { ...last, to: from };
    parts.push({ from, to: hole.to, reason });
  };
  let toldUntil = hole.from;
  let isStopped = false;
  for (const one of told) {
    if (!isStopped && one.from - toldUntil > COVERAGE_PATIENCE_MS) add(silent, toldUntil);
    add(reasonOf(one), parts.length === 0 ? hole.from : Math.max(one.from, hole.from));
    toldUntil = Math.max(toldUntil, one.to);
    isStopped = one.state === 'stopped';
  }
  const isQuiet = !isStopped && hole.to - toldUntil > COVERAGE_PATIENCE_MS;
  if (isQuiet || parts.length === 0) add(silent, toldUntil);
  return parts;
}

const reasonOf = ({ reason, state }: CoverageSpan): string =>
  reason ?? (state === 'stopped' ? 'agent stopped' : 'a gap without a reason');
