import { describe, expect, it } from 'vitest';
import { digits, sayAmount, sayBytes, unitOf } from './amounts.ts';
import { chartsOf, pathOf, valueAt } from './charts.ts';

const series = (metric: string, values: (number | null)[], more: object = {}) => ({
  entity: '1:Pod:shop:cart-1',
  metric,
  kind: 'gauge' as const,
  unit: 'By',
  labels: {},
  values,
  ...more,
});

describe('how amounts are said', () => {
  it.each([
    [0, '0'],
    [0.1234, '0.12'],
    [0.00321, '0.003'],
    [4.82, '4.82'],
    [48.25, '48.3'],
    [212.4, '212'],
    [12_345, '12.3 k'],
    [5e6, '5 M'],
  ])('%d is %s', (value, said) => expect(digits(value)).toBe(said));
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [212 * 2 ** 20, '212 MiB'],
    [1.5 * 2 ** 30, '1.5 GiB'],
  ])('%d bytes are %s', (bytes, said) => expect(sayBytes(bytes)).toBe(said));
  it.each([
    ['counter', 's', 0.12, '0.12 cores'],
    ['counter', 'By', 2048, '2 KiB/s'],
    ['gauge', 'By', 2048, '2 KiB'],
    ['counter', '1', 3, '3/s'],
    ['gauge', undefined, 3, '3'],
  ] as const)('a %s of %s', (kind, unit, value, said) => expect(sayAmount(value, unitOf(kind, unit))).toBe(said));
});

describe('small multiples', () => {
  it('the limit is a line of what it limits, unless far away', () => {
    const near = chartsOf(
      { series: [series('memory_working_set_bytes', [100]), series('memory_limit_bytes', [200])] },
      'x',
    );
    expect(near.map((chart) => [chart.title, chart.lines.map((line) => line.isLimit)])).toEqual([
      ['Memory', [true, false]],
    ]);
    const far = chartsOf(
      { series: [series('memory_working_set_bytes', [1]), series('memory_limit_bytes', [200])] },
      'x',
    );
    expect(far[0]?.lines.length).toBe(1);
  });
  it('a container’s line is named by it, the well-known come first', () => {
    const container = { entity: '1:Pod:shop:cart-1/app', labels: { code: '500' } };
    const charts = chartsOf(
      { series: [series('a_total', [1], container), series('cpu_usage_cores', [1])] },
      '1:Pod:shop:cart-1',
    );
    expect(charts.map((chart) => [chart.title, chart.lines[0]?.name])).toEqual([
      ['CPU', ''],
      ['a', 'app code=500'],
    ]);
  });
  it('of many pods that came and went those of now are drawn', () => {
    const gone = Array.from({ length: 30 }, (_, i) => series('m', [1, null], { entity: `1:Pod:shop:gone-${i}` }));
    const [chart] = chartsOf({ series: [...gone, series('m', [null, 2], { entity: '1:Pod:shop:now-1' })] }, 'x');
    expect([chart?.lines.length, chart?.lines[0]?.name]).toEqual([24, 'now-1']);
  });
  it('a line breaks where nothing was measured, and a lone sample is seen', () => {
    expect(
      pathOf(
        [1, 2, null, 3, null],
        (i) => i,
        (v) => v,
      ),
    ).toBe('M0.0 1.0L1.0 2.0M3.0 3.0h1');
  });
  it('the value at an instant is the newest before it, but not an old one', () => {
    const instants = [0, 10, 20, 30, 40, 50];
    expect(valueAt([1, 2, null, null, null, null], instants, 30, 10)).toBe(2);
    expect(valueAt([1, 2, null, null, null, null], instants, 50, 10)).toBeUndefined();
  });
});
