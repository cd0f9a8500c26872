// What was watched, as spans: records every ten seconds are joined, holes between them stay holes.

import { type CoverageRecord, DAY_MS, dayOf } from '@mosaic/wire';
import type { Keeping } from '../keeping.ts';
import type { Coverage, CoverageSpan } from '../port.ts';
import type { CoverageRow, CoverageRows } from '../rows.ts';

export function coverage(rows: CoverageRows, keep: Keeping): Coverage {
  return {
    write: (cluster, records, receivedAt) =>
      records.length === 0
        ? Promise.resolve()
        : rows.put(
            cluster,
            records.flatMap((record) => piecesOf(record, receivedAt)),
          ),
    async between(cluster, query) {
      keep.check('coverage', query.to);
      return joinSpans(await rows.between(cluster, query));
    },
  };
}

/** A record cut at every midnight it crosses: rows are filed by day. */
export function piecesOf(record: CoverageRecord, receivedAt: number): CoverageRow[] {
  const { source, boot, signal, kind, state, reason, from, coveredTo } = record;
  const about = { source, boot, signal, kind, state, ...(reason !== undefined && { reason }) };
  const skewMs = receivedAt - coveredTo;
  const pieces: CoverageRow[] = [];
  let begun = Math.min(from, coveredTo);
  do {
    const end = Math.min(coveredTo, (dayOf(begun) + 1) * DAY_MS);
    pieces.push({ ...about, from: begun, to: end, skewMs });
    begun = end;
  } while (begun < coveredTo);
  return pieces;
}

export const joinKey = ({
  source,
  boot,
  signal,
  kind,
  state,
  reason,
}: Omit<CoverageSpan, 'from' | 'to' | 'skewMs'>): string => JSON.stringify([source, boot, signal, kind, state, reason]);

/** Touching or overlapping spans of one (source, boot, signal, kind, state, reason) become one; oldest first. */
export function joinSpans(spans: readonly CoverageSpan[]): CoverageSpan[] {
  const open = new Map<string, CoverageSpan>();
  const closed: CoverageSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const key = joinKey(span);
    const before = open.get(key);
    if (before && span.from <= before.to) open.set(key, joined(before, span));
    else {
      if (before) closed.push(before);
      open.set(key, span);
    }
  }
  return [...closed, ...open.values()].sort((a, b) => a.from - b.from || (joinKey(a) < joinKey(b) ? -1 : 1));
}

const joined = (a: CoverageSpan, b: CoverageSpan): CoverageSpan => ({
  ...a,
  to: Math.max(a.to, b.to),
  skewMs: b.to >= a.to ? b.skewMs : a.skewMs,
});
