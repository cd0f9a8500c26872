import type { MetricSeries } from '@mosaic/wire';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type Road, road } from '../testing/road.ts';
import { AT } from '../testing/seen.ts';
import { roll, withHour } from './roll.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const series = (
  values: readonly (readonly [after: number, value: number])[],
  entity = 'Pod:shop:a/x',
): MetricSeries => ({
  ...{ entity, metric: 'cpu', kind: 'gauge', labels: {} },
  at: values.map(([after]) => AT + after),
  values: values.map(([, value]) => value),
});

describe('a roll-up', () => {
  test('says least, most, mean and last of each step; the end of a series is no sample', () => {
    const raw = series([
      [0, 4],
      [MINUTE, 2],
      [2 * MINUTE, Number.NaN],
      [5 * MINUTE, 7],
      [20 * MINUTE, 1],
    ]);
    expect(roll(raw, 5 * MINUTE).steps).toEqual([
      { at: AT, min: 2, max: 4, mean: 3, last: 2, count: 2 },
      { at: AT + 5 * MINUTE, min: 7, max: 7, mean: 7, last: 7, count: 1 },
      { at: AT + 20 * MINUTE, min: 1, max: 1, mean: 1, last: 1, count: 1 },
    ]);
  });

  test('of nothing measured is nothing', () => {
    expect(roll(series([]), HOUR).steps).toEqual([]);
    expect(roll(series([[0, Number.NaN]]), HOUR).steps).toEqual([]);
  });

  test('keeps every sample in one step, between its least and its most', () => {
    const samples = fc.uniqueArray(fc.tuple(fc.nat(HOUR - 1), fc.integer({ min: -1000, max: 1000 })), {
      selector: ([at]) => at,
    });
    fc.assert(
      fc.property(samples, (all) => {
        const { steps } = roll(series(all.sort(([a], [b]) => a - b)), 5 * MINUTE);
        expect(steps.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        for (const { min, max, mean } of steps) expect(mean >= min - 1e-6 && mean <= max + 1e-6).toBe(true);
      }),
    );
  });

  test('of an hour replaces that hour in its day and leaves the others', () => {
    const hours = (...at: number[]) => [roll(series(at.map((hour) => [hour * HOUR, hour] as const)), HOUR)];
    expect(withHour(hours(0, 1, 2), AT + HOUR, hours(1))[0]?.steps.map(({ at }) => (at - AT) / HOUR)).toEqual([
      0, 1, 2,
    ]);
    expect(withHour(hours(0, 1), AT + HOUR, [])[0]?.steps.map(({ at }) => (at - AT) / HOUR)).toEqual([0]);
  });
});

describe('an hour of samples', () => {
  let way: Road | undefined;
  afterEach(() => way?.close());

  test('is rolled up when it is closed, and again when something comes late', async () => {
    way = await road(() => AT);
    const { store, cluster } = way;
    const deriver = await way.deriver();
    const stepsOf = async (resolution: '5m' | '1h') =>
      (await store.metrics.rolled(cluster, resolution, { from: AT, to: AT + 2 * HOUR, entities: ['Pod:shop:*'] })).map(
        ({ entity, steps }) => [entity, steps.map(({ mean, count }) => [mean, count])],
      );
    await way.measured([
      series([
        [0, 1],
        [15_000, 3],
      ]),
      series([[0, 5]], 'Pod:shop:b/x'),
    ]);
    await way.settled();
    await deriver.due(AT + HOUR);
    expect(await stepsOf('5m')).toEqual([]);
    await deriver.due(AT + HOUR + 15 * MINUTE);
    expect((await stepsOf('5m')).sort()).toEqual([
      ['Pod:shop:a/x', [[2, 2]]],
      ['Pod:shop:b/x', [[5, 1]]],
    ]);
    await way.measured(
      [
        series([
          [30_000, 5],
          [10 * MINUTE, 9],
        ]),
      ],
      'late',
    );
    await way.settled();
    await deriver.due(AT + HOUR + 30 * MINUTE);
    expect((await stepsOf('5m')).sort()[0]).toEqual([
      'Pod:shop:a/x',
      [
        [3, 3],
        [9, 1],
      ],
    ]);
    expect((await stepsOf('1h')).sort()[0]).toEqual(['Pod:shop:a/x', [[4.5, 4]]]);
  });

  test('that was due when a deriver died is rolled up by the next', async () => {
    way = await road(() => AT);
    const { store, cluster } = way;
    const first = await way.deriver();
    await way.measured([series([[0, 1]])]);
    await way.settled();
    await first.stop();
    const second = await way.deriver();
    await way.measured([series([[HOUR, 1]])]);
    await way.settled();
    await second.due(AT + HOUR + 15 * MINUTE);
    expect(
      await store.metrics.rolled(cluster, '5m', { from: AT, to: AT + MINUTE, entities: ['Pod:shop:a/x'] }),
    ).toHaveLength(1);
  });
});
