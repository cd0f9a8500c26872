// Coverage as a person sees it: per signal of a cluster, which stretches of the window were watched wholly, partly, or not at all.

import type { CoverageReport } from '@mosaic/wire';
import type { Span } from '../../state/url-state.ts';

export interface Stretch extends Span {
  readonly watched: 'whole' | 'part' | 'none';
}
export interface Strip {
  readonly signal: string;
  readonly stretches: readonly Stretch[];
  /** Share of time and sources that was watched, 0…1. */
  readonly share: number;
}

const BUCKETS = 160;
type Item = CoverageReport['items'][number];

const spans = ({ covered }: Item): Span[] =>
  covered.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));

/** Milliseconds of [from, to] that lie in one of the spans; spans do not overlap. */
const within = (all: readonly Span[], { from, to }: Span): number =>
  all.reduce((sum, s) => sum + Math.max(0, Math.min(s.to, to) - Math.max(s.from, from)), 0);

function stripOf(signal: string, items: readonly Item[], window: Span): Strip {
  const width = (window.to - window.from) / BUCKETS;
  const covered = items.map(spans);
  const stretches: Stretch[] = [];
  let sum = 0;
  for (let i = 0; i < BUCKETS; i++) {
    const bucket = { from: window.from + i * width, to: window.from + (i + 1) * width };
    const shares = covered.map((all) => within(all, bucket) / width);
    sum += shares.reduce((a, b) => a + b, 0) / shares.length;
    const watched = shares.every((s) => s > 0.98) ? 'whole' : shares.some((s) => s > 0.02) ? 'part' : 'none';
    const last = stretches.at(-1);
    if (last?.watched === watched) stretches[stretches.length - 1] = { ...last, to: bucket.to };
    else stretches.push({ ...bucket, watched });
  }
  return { signal, stretches, share: sum / BUCKETS };
}

/** By signal; none for what no agent of the cluster ever sent. O(items · buckets). */
export function stripsOf(report: CoverageReport, cluster: number, window: Span): Map<string, Strip> {
  if (window.to <= window.from) return new Map();
  const own = report.items.filter((item) => item.cluster === cluster);
  const bySignal = Map.groupBy(own, ({ signal }) => signal as string);
  return new Map([...bySignal].map(([signal, items]) => [signal, stripOf(signal, items, window)]));
}
