import { expect, test } from 'vitest';
import { dueMinutes, GRACE_MS } from './due-minutes.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const ready = (told: readonly (readonly [minute: number, now: number])[], now: number): number[] => {
  const due = dueMinutes();
  for (const [minute, at] of told) due.touch(AT + minute * MINUTE, AT + at);
  return due.ready(AT + now).map(({ minute }) => (minute - AT) / MINUTE);
};

test.each<[string, Parameters<typeof ready>[0], number, number[]]>([
  ['a minute is not ready before it is closed', [[0, 10_000]], MINUTE + GRACE_MS - 1, []],
  ['and is once it is', [[0, 10_000]], MINUTE + GRACE_MS, [0]],
  ['one that comes late waits for a pause', [[-60, 0]], 2_000, []],
  ['of three seconds', [[-60, 0]], 3_000, [-60]],
  ['but not for ever', Array.from({ length: 70 }, (_, s) => [-60, s * 1000] as const), 69_500, [-60]],
  ['a clock that runs ahead an hour is not waited for so long', [[60, 0]], 150_000, [60]],
  [
    'the oldest first',
    [
      [-1, 0],
      [-3, 0],
      [-2, 0],
    ],
    20_000,
    [-3, -2, -1],
  ],
])('%s', (_, told, now, expected) => {
  expect(ready(told, now)).toEqual(expected);
});
