// Instants and pixels of the bar, its ticks, and the arithmetic of panning and zooming it.

import { scaleTime } from 'd3-scale';
import type { Span } from '../state/url-state.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './instants.ts';

export interface BarScale extends Span {
  readonly width: number;
  x(at: number): number;
  at(x: number): number;
}

export function barScale(from: number, to: number, width: number): BarScale {
  const perPixel = (to - from) / Math.max(1, width);
  return {
    from,
    to,
    width,
    x: (at) => (at - from) / perPixel,
    at: (x) => Math.round(from + x * perPixel),
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

export interface Tick {
  readonly at: number;
  readonly x: number;
  readonly label: string;
  readonly isDay: boolean;
  /** Its label does not run into the one before. */
  readonly isRoomy: boolean;
}

/** Ticks at whole hours or days of the reader's zone; midnights carry the date. */
export function ticks(scale: BarScale): Tick[] {
  const count = Math.max(2, Math.floor(scale.width / 58));
  const dates = scaleTime().domain([scale.from, scale.to]).range([0, scale.width]).ticks(count);
  const fine = scale.to - scale.from < count * MINUTE_MS;
  const all = dates.map((d) => {
    const isDay = d.getHours() === 0 && d.getMinutes() === 0 && d.getSeconds() === 0;
    const time = `${two(d.getHours())}:${two(d.getMinutes())}${fine ? `:${two(d.getSeconds())}` : ''}`;
    const label = isDay ? `${d.getDate()} ${MONTHS[d.getMonth()]}` : time;
    return { at: d.getTime(), x: scale.x(d.getTime()), label, isDay };
  });
  const roomy = withRoom(all);
  return all.map((t) => ({ ...t, isRoomy: roomy.has(t) }));
}

const PX_PER_CHAR = 6.6;
const BETWEEN_PX = 6;

/** Days first, then hours from the left, as long as no label runs into another. */
function withRoom<T extends Omit<Tick, 'isRoomy'>>(all: readonly T[]): Set<T> {
  const width = (t: T) => t.label.length * PX_PER_CHAR + BETWEEN_PX;
  const chosen = new Set<T>();
  for (const t of [...all].sort((a, b) => Number(b.isDay) - Number(a.isDay) || a.x - b.x)) {
    const isFree = [...chosen].every((c) => t.x >= c.x + width(c) || t.x + width(t) <= c.x);
    if (isFree) chosen.add(t);
  }
  return chosen;
}

const LEAST_RANGE = 5 * MINUTE_MS;
/** The API's timeline answers a month at most. */
const MOST_RANGE = 31 * DAY_MS;

/** The bar after a turn of the wheel: the instant under the pointer stays there. Never reaches into the future. */
export function zoomed(span: Span, under: number, factor: number, now: number): Span {
  const range = Math.min(MOST_RANGE, Math.max(LEAST_RANGE, (span.to - span.from) * factor));
  const share = (under - span.from) / (span.to - span.from);
  return inThePast({ from: under - share * range, to: under + (1 - share) * range }, now);
}

/** Moved as a whole so that it ends at `now` at the latest. */
export function inThePast({ from, to }: Span, now: number): Span {
  const over = Math.max(0, to - now);
  return { from: Math.round(from - over), to: Math.round(to - over) };
}

export const RANGES: readonly (readonly [string, number])[] = [
  ['1h', HOUR_MS],
  ['6h', 6 * HOUR_MS],
  ['24h', DAY_MS],
  ['7d', 7 * DAY_MS],
];
