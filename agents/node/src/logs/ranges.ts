// Bytes of a file that were taken care of: sorted ranges that touch nowhere. What is held back (half a line, a trace that
// may go on) leaves a hole, so that a restart reads exactly the holes again.

export interface Range {
  readonly from: number;
  readonly to: number;
}
export type Ranges = readonly Range[];

/** Union, sorted, touching ones made one. */
export function union(a: Ranges, b: Ranges): Ranges {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...a, ...b].sort((x, y) => x.from - y.from)) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else if (to > from) merged.push({ from, to });
  }
  return merged;
}

/** Everything before it is covered. */
export const prefixOf = (ranges: Ranges): number => (ranges[0]?.from === 0 ? ranges[0].to : 0);

/** Where to go on reading at or after `at`, and how far that is uncovered. */
export function nextHole(ranges: Ranges, at: number): Range {
  let from = at;
  for (const range of ranges) {
    if (range.to <= from) continue;
    if (range.from > from) return { from, to: range.from };
    from = range.to;
  }
  return { from, to: Number.MAX_SAFE_INTEGER };
}
