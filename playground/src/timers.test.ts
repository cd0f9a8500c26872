import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextRun } from './cron.ts';
import { timers } from './timers.ts';

test('timers come out by instant, and in the order they were set within one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (instants) => {
      const heap = timers();
      for (const [i, at] of instants.entries()) heap.set(at, 'x', { i });
      const out: [number, number][] = [];
      for (let next = heap.take(); next !== undefined; next = heap.take()) out.push([next.at, Number(next.about.i)]);
      expect(out).toEqual([...out].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      expect(out).toHaveLength(instants.length);
    }),
  );
});

test('saved timers go on as they were', () => {
  const heap = timers();
  for (const at of [5, 3, 9, 3]) heap.set(at, `at ${at}`);
  const again = timers(JSON.parse(JSON.stringify(heap.all())));
  again.set(3, 'latest');
  expect([again.take(), again.take(), again.take()].map((timer) => timer?.what)).toEqual(['at 3', 'at 3', 'latest']);
});

const at = (text: string): number => Date.parse(`${text}Z`);

test.each([
  ['*/10 * * * *', '2026-11-20T03:12:30', '2026-11-20T03:20:00'],
  ['30 1 * * *', '2026-11-20T03:12:30', '2026-11-21T01:30:00'],
  ['0 0 1 * *', '2026-11-20T03:12:30', '2026-12-01T00:00:00'],
  ['15 8-10 * * 1-5', '2026-11-20T10:15:00', '2026-11-23T08:15:00'],
  ['@hourly', '2026-12-31T23:59:59', '2027-01-01T00:00:00'],
  ['0 12 29 2 *', '2026-03-01T00:00:00', '2028-02-29T12:00:00'],
  ['0 0 * * 7', '2026-11-20T00:00:00', '2026-11-22T00:00:00'],
])('%s after %s is due at %s', (schedule, after, due) => {
  expect(nextRun(schedule, at(after))).toBe(at(due));
});

test.each(['', '* * * *', '61 * * * *', 'a b c d e', '*/0 * * * *'])('%j is no schedule', (schedule) => {
  expect(nextRun(schedule, 0)).toBeUndefined();
});
