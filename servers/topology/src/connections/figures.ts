// How much went over an edge: sums of one side's observations, and two sides' as one.

import type { Connection, Requests } from '@mosaic/wire';

export interface Figures {
  readonly open: number;
  readonly opened: number;
  readonly closed: number;
  readonly failed: number;
  readonly bytesOut?: number;
  readonly bytesIn?: number;
  readonly retransmits?: number;
  readonly requests?: Requests;
}

export const NOTHING: Figures = { open: 0, opened: 0, closed: 0, failed: 0 };

/** `windows`: over how many of them the mean of open ones is taken. */
export function plus(sum: Figures, seen: Connection, windows: number): Figures {
  return together(sum, { ...figuresOf(seen), open: seen.open / windows }, add);
}

const figuresOf = ({
  open,
  opened,
  closed,
  failed,
  bytesOut,
  bytesIn,
  retransmits,
  requests,
}: Connection): Figures => ({
  open,
  opened,
  closed,
  failed,
  ...(bytesOut !== undefined && { bytesOut }),
  ...(bytesIn !== undefined && { bytesIn }),
  ...(retransmits !== undefined && { retransmits }),
  ...(requests !== undefined && { requests }),
});

export const sumOf = (a: Figures, b: Figures): Figures => together(a, b, add);

/** Two observers of the same connections: what one missed the other may have seen, and nothing counts twice. */
export const eitherOf = (a: Figures, b: Figures): Figures => together(a, b, Math.max, busier);

/** What the whole has more than the part. */
export const beyond = (whole: Figures, part: Figures): Figures =>
  together(
    whole,
    part,
    (all, some) => Math.max(0, all - some),
    () => undefined,
  );

const add = (a: number, b: number): number => a + b;
type Pick2 = (a: number, b: number) => number;
type Join = (a: Requests, b: Requests) => Requests | undefined;

function together(a: Figures, b: Figures, pick: Pick2, join: Join = joined): Figures {
  const bytesOut = maybe(a.bytesOut, b.bytesOut, pick);
  const bytesIn = maybe(a.bytesIn, b.bytesIn, pick);
  const retransmits = maybe(a.retransmits, b.retransmits, pick);
  const requests = a.requests && b.requests ? join(a.requests, b.requests) : (a.requests ?? b.requests);
  return {
    open: pick(a.open, b.open),
    opened: pick(a.opened, b.opened),
    closed: pick(a.closed, b.closed),
    failed: pick(a.failed, b.failed),
    ...(bytesOut !== undefined && { bytesOut }),
    ...(bytesIn !== undefined && { bytesIn }),
    ...(retransmits !== undefined && { retransmits }),
    ...(requests !== undefined && { requests }),
  };
}

const maybe = (a: number | undefined, b: number | undefined, pick: Pick2): number | undefined =>
  a === undefined && b === undefined ? undefined : pick(a ?? 0, b ?? 0);

/** Quantiles of two groups have no exact sum: the means weighted by how many there were. */
export function joined(a: Requests, b: Requests): Requests {
  const count = a.count + b.count;
  const mean = (x: number, y: number): number => (count === 0 ? 0 : (x * a.count + y * b.count) / count);
  const systems = [a.system, b.system].filter((system) => system !== undefined).sort();
  return {
    count,
    errors: a.errors + b.errors,
    p50: mean(a.p50, b.p50),
    p95: mean(a.p95, b.p95),
    max: Math.max(a.max, b.max),
    ...(systems[0] !== undefined && { system: systems[0] }),
  };
}

const busier = (a: Requests, b: Requests): Requests => (b.count > a.count ? b : a);

/** Means to hundredths: the order in which they were added does not show. */
export function rounded({ open, requests, ...counts }: Figures): Figures {
  const mean = (value: number): number => Math.round(value * 100) / 100;
  return {
    ...counts,
    open: mean(open),
    ...(requests && { requests: { ...requests, p50: mean(requests.p50), p95: mean(requests.p95) } }),
  };
}
