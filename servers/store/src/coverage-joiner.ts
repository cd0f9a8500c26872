// Coverage said every ten seconds becomes few rows: a record that continues an open span extends its row.
// Forgetting the open spans (a restart) costs a row more, never a wrong answer: spans that touch are joined when read.

import { dayOf } from '@mosaic/wire';
import type { CoverageRow } from './rows.ts';

const MOST_OPEN_SPANS = 50_000;

/** Gives each row the beginning of the span it continues. Rows never leave the day of their beginning. */
export function coverageJoiner(): (cluster: number, rows: readonly CoverageRow[]) => CoverageRow[] {
  const open = new Map<string, { from: number; to: number }>();
  return (cluster, rows) =>
    rows.map((row) => {
      const { source, boot, signal, kind, state, reason, from, to } = row;
      const key = JSON.stringify([cluster, source, boot, signal, kind, state, reason]);
      const span = open.get(key);
      if (span && from >= span.from && from <= span.to && dayOf(span.from) === dayOf(from)) {
        span.to = Math.max(span.to, to);
        return { ...row, from: span.from };
      }
      if (open.size >= MOST_OPEN_SPANS) open.clear();
      if (span === undefined || to > span.to) open.set(key, { from, to });
      return row;
    });
}
