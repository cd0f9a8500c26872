// Rolled-up samples, and behind them those of the hour that is not rolled up yet.

import type { MetricSeries } from '@mosaic/wire';

/** `newest` behind what is known of the same series. */
export function joined(known: readonly MetricSeries[], newest: readonly MetricSeries[]): MetricSeries[] {
  const keyOf = ({ entity, metric, labels }: MetricSeries): string =>
    JSON.stringify([entity, metric, Object.entries(labels).sort()]);
  const rest = new Map(newest.map((series) => [keyOf(series), series]));
  const all = known.map((series) => {
    const key = keyOf(series);
    const more = rest.get(key);
    rest.delete(key);
    return more === undefined
      ? series
      : { ...series, at: [...series.at, ...more.at], values: [...series.values, ...more.values] };
  });
  return [...all, ...rest.values()];
}
