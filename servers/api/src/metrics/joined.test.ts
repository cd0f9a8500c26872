import type { MetricSeries } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { joined } from './joined.ts';

const series = (metric: string, at: readonly number[], labels: Record<string, string> = {}): MetricSeries => ({
  ...{ entity: 'Pod:shop:cart-1', metric, kind: 'gauge', labels, at, values: at.map((instant) => instant * 10) },
});

test('what is not rolled up yet follows what is, series by series', () => {
  const rolled = [series('load', [1, 2], { zone: 'a', rack: '1' }), series('old', [1])];
  const raw = [series('load', [3, 4], { rack: '1', zone: 'a' }), series('load', [3], { zone: 'b' })];
  expect(joined(rolled, raw)).toEqual([
    { ...series('load', [1, 2, 3, 4]), labels: { zone: 'a', rack: '1' } },
    series('old', [1]),
    series('load', [3], { zone: 'b' }),
  ]);
});
