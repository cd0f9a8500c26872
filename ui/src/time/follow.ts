// The bar's span, and how it follows an instant that is travelled to: it moves only when it must.

import type { Span, ViewState } from '../state/url-state.ts';

type Bar = Pick<ViewState, 'range' | 'end'>;

export function barSpan({ range, end }: Bar, now: number): Span {
  const to = end ?? now;
  return { from: to - range, to };
}

export const isOnBar = (bar: Bar, at: number, now: number): boolean => {
  const { from, to } = barSpan(bar, now);
  return at >= from && at <= to;
};

/** The bar's end with which `at` is on it: as it is when it already is; otherwise with the instant at three quarters. */
export function keepOnBar(bar: Bar, at: number, now: number): number | undefined {
  if (isOnBar(bar, at, now)) return bar.end;
  const end = Math.round(at + bar.range * 0.25);
  return end >= now ? undefined : end;
}
