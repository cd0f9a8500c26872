// Raw samples → steps. Pure: a step knows least, most, mean and last of what was measured within it.

import type { Rolled, RolledSeries } from '@mosaic/store';
import type { MetricSeries } from '@mosaic/wire';

/** Steps of `stepMs`, each beginning at a multiple of it; what was not measured has none. NaN is the end of a series, not a sample. */
export function roll(series: MetricSeries, stepMs: number): RolledSeries {
  const { at, values, ...head } = series;
  const steps: Rolled[] = [];
  let sums: number[] = [];
  let begin = Number.NaN;
  const close = (): void => {
    if (sums.length > 0) steps.push(stepOf(begin, sums));
    sums = [];
  };
  at.forEach((instant, i) => {
    const value = values[i];
    if (value === undefined || Number.isNaN(value)) return;
    const step = Math.floor(instant / stepMs) * stepMs;
    if (step !== begin) close();
    begin = step;
    sums.push(value);
  });
  close();
  return { ...head, steps };
}

const stepOf = (at: number, values: readonly number[]): Rolled => ({
  at,
  min: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  max: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  mean: values.reduce((sum, value) => sum + value / values.length, 0),
  last: values.at(-1) ?? Number.NaN,
  count: values.length,
});

/** One hour's step of each series into a day's: the hour's own replaced, the others as they were. */
export function withHour(day: readonly RolledSeries[], hour: number, rolled: readonly RolledSeries[]): RolledSeries[] {
  const byName = new Map(day.map((one) => [nameOf(one), { ...one, steps: one.steps.filter(({ at }) => at !== hour) }]));
  for (const one of rolled) {
    const known = byName.get(nameOf(one));
    const steps = [...(known?.steps ?? []), ...one.steps].sort((a, b) => a.at - b.at);
    byName.set(nameOf(one), { ...one, steps });
  }
  return [...byName.values()].filter(({ steps }) => steps.length > 0);
}

const nameOf = ({ metric, labels }: RolledSeries): string => JSON.stringify([metric, Object.entries(labels).sort()]);
