// What was watched.

import type { CoverageRecord } from '@mosaic/wire';
import { describe, expect } from 'vitest';
import { type Making, testWith } from './making.ts';
import { CONTRACT_NOW, DAY, HOUR } from './values.ts';

const T = CONTRACT_NOW - 13 * HOUR; // 23:00 of the day before
const STEP = 10_000;

const record = (n: number, over: Partial<CoverageRecord> = {}): CoverageRecord => ({
  source: 'cluster-agent',
  boot: 'boot-1',
  epoch: 1,
  sequence: n,
  signal: 'objects',
  kind: 'v1/Pod',
  from: T + n * STEP,
  coveredTo: T + (n + 1) * STEP,
  state: 'watching',
  ...over,
});
const about = { source: 'cluster-agent', boot: 'boot-1', signal: 'objects', kind: 'v1/Pod', state: 'watching' };

export function coverageContract(name: string, make: Making): void {
  describe(`${name}: coverage`, () => {
    testWith(
      make,
      'records that touch are one span, also over midnight, out of order and twice',
      async ({ store, cluster }) => {
        const records = Array.from({ length: 40 }, (_, n) =>
          record(n, { from: T + n * 2 * STEP * 10, coveredTo: T + (n + 1) * 2 * STEP * 10 }),
        );
        for (const some of [records.slice(20), records.slice(0, 25), records.slice(5, 10)])
          for (const one of some) await store.coverage.write(cluster, [one], one.coveredTo + 70);
        const spans = await store.coverage.between(cluster, { from: T - DAY, to: CONTRACT_NOW });
        expect(spans).toEqual([{ ...about, from: T, to: T + 40 * 20 * STEP, skewMs: 70 }]);
      },
    );

    testWith(make, 'a hole between records stays a hole', async ({ store, cluster }) => {
      await store.coverage.write(cluster, [record(0), record(1), record(5)], T + 6 * STEP);
      const spans = await store.coverage.between(cluster, { from: T, to: CONTRACT_NOW });
      expect(spans.map(({ from, to }) => [from - T, to - T])).toEqual([
        [0, 2 * STEP],
        [5 * STEP, 6 * STEP],
      ]);
    });

    testWith(
      make,
      'spans are told apart by source, boot, signal, kind, state and reason',
      async ({ store, cluster }) => {
        const forbidden = { state: 'gap' as const, reason: 'forbidden: missing list,watch on secrets' };
        await store.coverage.write(
          cluster,
          [
            record(0),
            record(1, forbidden),
            record(1, { ...forbidden, reason: 'overflow' }),
            record(1, { boot: 'boot-2' }),
            record(1, { kind: 'v1/Secret' }),
            record(1, { signal: 'events', kind: '' }),
          ],
          T,
        );
        const span = { from: T, to: CONTRACT_NOW };
        expect(await store.coverage.between(cluster, span)).toHaveLength(6);
        const events = await store.coverage.between(cluster, { ...span, signal: 'events' });
        expect(events).toMatchObject([{ signal: 'events', kind: '' }]);
      },
    );

    testWith(make, 'a span of days, as a back-fill says it, is found from its middle', async ({ store, cluster }) => {
      await store.coverage.write(cluster, [record(0, { from: T - 5 * DAY, coveredTo: T })], T);
      const [span] = await store.coverage.between(cluster, { from: T - 2 * DAY - HOUR, to: T - 2 * DAY });
      expect(span).toBeDefined();
      expect(span?.from).toBeLessThanOrEqual(T - 2 * DAY - HOUR);
      expect(await store.coverage.between(cluster, { from: T - 9 * DAY, to: T - 8 * DAY })).toEqual([]);
    });
  });
}
