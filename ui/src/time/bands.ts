// What the bar shows, from the timeline's buckets: spans of one health, bars of events, gaps, the step from one change to the next.

import type { TimelineAnswer } from '@mosaic/wire';
import type { Span } from '../state/url-state.ts';

export type BandHealth = TimelineAnswer['health'][number];
export interface Band extends Span {
  readonly health: BandHealth;
}

/** Neighbouring buckets of one health are one span. */
export function bands({ from, stepMs, health }: TimelineAnswer): Band[] {
  const start = Date.parse(from);
  const all: Band[] = [];
  health.forEach((h, i) => {
    const last = all.at(-1);
    const to = start + (i + 1) * stepMs;
    if (last !== undefined && last.health === h) all[all.length - 1] = { ...last, to };
    else all.push({ from: start + i * stepMs, to, health: h });
  });
  return all;
}

export interface EventBar {
  readonly at: number;
  readonly normal: number;
  readonly warning: number;
}

/** Buckets put together until they are `count` or fewer. */
export function eventBars({ from, stepMs, events }: TimelineAnswer, count: number): EventBar[] {
  const start = Date.parse(from);
  const per = Math.max(1, Math.ceil(events.length / Math.max(1, count)));
  const bars: EventBar[] = [];
  for (let i = 0; i < events.length; i += per) {
    const some = events.slice(i, i + per);
    bars.push({
      at: start + i * stepMs,
      normal: some.reduce((s, e) => s + e.normal, 0),
      warning: some.reduce((s, e) => s + e.warning, 0),
    });
  }
  return bars;
}

/** Width of one bar of `eventBars` in ms. */
export const barWidthMs = ({ stepMs, events }: TimelineAnswer, count: number): number =>
  stepMs * Math.max(1, Math.ceil(events.length / Math.max(1, count)));

export interface GapSpan extends Span {
  readonly reason: string;
}

/** Gaps of all sources over the same stretch are one hatching with all their reasons. */
export function gapSpans(timeline: TimelineAnswer, nameOf: (cluster: number) => string): GapSpan[] {
  const spans = new Map<string, GapSpan>();
  for (const g of timeline.coverage.gaps) {
    const [from, to] = [Date.parse(g.from), Date.parse(g.to)];
    const reason = `${nameOf(g.cluster)}: ${g.reason}`;
    const key = `${from}-${to}`;
    const before = spans.get(key);
    if (before === undefined) spans.set(key, { from, to, reason });
    else if (!before.reason.includes(reason)) spans.set(key, { ...before, reason: `${before.reason}; ${reason}` });
  }
  return [...spans.values()].sort((a, b) => a.from - b.from);
}

/** Share of the bar's past that was watched, over all clusters alike. */
export function coveredShare({ from, to, coverage }: TimelineAnswer, clusters: number, now: number): number {
  const [start, end] = [Date.parse(from), Math.min(now, Date.parse(to))];
  const whole = (end - start) * Math.max(1, clusters);
  if (whole <= 0) return 0;
  const byCluster = Map.groupBy(coverage.gaps, (g) => g.cluster);
  let lost = 0;
  for (const gaps of byCluster.values()) lost += length(gaps, start, end);
  return Math.max(0, 1 - lost / whole);
}

/** Length of the union of gaps inside [start, end]. */
function length(gaps: TimelineAnswer['coverage']['gaps'], start: number, end: number): number {
  const spans = gaps.map((g) => [Math.max(start, Date.parse(g.from)), Math.min(end, Date.parse(g.to))] as const);
  let [sum, reached] = [0, start];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    if (to <= reached) continue;
    sum += to - Math.max(from, reached);
    reached = to;
  }
  return sum;
}

type Mark = TimelineAnswer['marks'][number];

/** The mark before or after an instant; half a second of patience so that stepping does not stand still. */
export function stepTo(marks: readonly Mark[], from: number, way: 'previous' | 'next'): Mark | undefined {
  const sorted = [...marks].sort((a, b) => (a.at < b.at ? -1 : 1));
  return way === 'next'
    ? sorted.find((m) => Date.parse(m.at) > from + 500)
    : sorted.findLast((m) => Date.parse(m.at) < from - 500);
}

export interface MarkGroup {
  readonly at: number;
  readonly marks: readonly Mark[];
  readonly severity: number;
}

/** Marks nearer than `apartMs` share one diamond. */
export function markGroups(marks: readonly Mark[], apartMs: number): MarkGroup[] {
  const groups: { at: number; marks: Mark[]; severity: number }[] = [];
  for (const m of [...marks].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const at = Date.parse(m.at);
    const last = groups.at(-1);
    if (last !== undefined && at - last.at < apartMs) {
      last.marks.push(m);
      last.severity = Math.max(last.severity, m.severity);
    } else groups.push({ at, marks: [m], severity: m.severity });
  }
  return groups;
}
