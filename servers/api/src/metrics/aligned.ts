// Samples of many instants onto one grid. A counter becomes its rate per second, resets taken into account; a gauge is the last value at or before the step's end.

import type { RolledSeries } from '@mosaic/store';
import type { MetricSeries } from '@mosaic/wire';

/** Steps of [from, to]: each stands for (at − step, at]. */
export function gridOf(from: number, to: number, stepMs: number): number[] {
  const first = Math.ceil(from / stepMs) * stepMs;
  const grid: number[] = [];
  for (let at = first; at <= to; at += stepMs) grid.push(at);
  return grid;
}

type Values = (number | null)[];

/** How far a gauge's sample reaches: Prometheus' five minutes, or a step when that is longer. */
const REACH_MS = 5 * 60_000;

export function alignedGauge(
  { at, values }: Pick<MetricSeries, 'at' | 'values'>,
  grid: readonly number[],
  stepMs: number,
): Values {
  const reach = Math.max(REACH_MS, stepMs);
  let next = 0;
  return grid.map((end) => {
    while (next < at.length && (at[next] ?? 0) <= end) next++;
    const value = values[next - 1];
    const isFresh = next > 0 && end - (at[next - 1] ?? 0) <= reach;
    return isFresh && value !== undefined && !Number.isNaN(value) ? value : null;
  });
}

/** Growth within each step over the time between the samples that show it. A fall is a reset: what came after counts from zero. */
export function alignedRate(
  { at, values }: Pick<MetricSeries, 'at' | 'values'>,
  grid: readonly number[],
  stepMs: number,
): Values {
  const rates: Values = [];
  let i = 0;
  for (const end of grid) {
    while (i < at.length && (at[i] ?? 0) <= end - stepMs) i++;
    rates.push(rateWithin(at, values, Math.max(0, i - 1), end, stepMs));
  }
  return rates;
}

function rateWithin(
  at: readonly number[],
  values: readonly number[],
  first: number,
  end: number,
  stepMs: number,
): number | null {
  let growth = 0;
  let spanned = 0;
  let before: { at: number; value: number } | undefined;
  for (let i = first; i < at.length && (at[i] ?? 0) <= end; i++) {
    const now = { at: at[i] ?? 0, value: values[i] ?? Number.NaN };
    if (Number.isNaN(now.value)) {
      before = undefined;
      continue;
    }
    const isNear = before !== undefined && now.at - before.at <= Math.max(REACH_MS, stepMs * 2);
    if (before !== undefined && isNear && now.at > end - stepMs) {
      growth += now.value >= before.value ? now.value - before.value : now.value;
      spanned += now.at - before.at;
    }
    before = now;
  }
  return spanned === 0 ? null : (growth / spanned) * 1000;
}

/** Of a roll-up: a gauge's mean; a counter's growth between the last values. */
export const rolledSamples = ({ kind, steps }: RolledSeries): Pick<MetricSeries, 'at' | 'values'> => ({
  at: steps.map(({ at }) => at),
  values: steps.map(({ mean, last }) => (kind === 'counter' ? last : mean)),
});

/** Sum where at least one is known. */
export function summed(all: readonly Values[]): Values {
  const [first = []] = all;
  return first.map((_, i) => {
    const known = all.map((values) => values[i]).filter((value) => typeof value === 'number');
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}
