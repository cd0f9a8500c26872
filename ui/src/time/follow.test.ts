import { expect, it } from 'vitest';
import { barSpan, isOnBar, keepOnBar } from './follow.ts';
import { DAY_MS, HOUR_MS } from './instants.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const live = { range: DAY_MS, end: undefined };

it('a live bar ends now', () => expect(barSpan(live, NOW)).toEqual({ from: NOW - DAY_MS, to: NOW }));

it('travelling on the bar does not move it', () => expect(keepOnBar(live, NOW - 5 * HOUR_MS, NOW)).toBeUndefined());

it('travelling beyond the bar brings the instant onto it', () => {
  const at = NOW - 9 * DAY_MS;
  const end = keepOnBar(live, at, NOW);
  expect(isOnBar({ range: DAY_MS, end }, at, NOW)).toBe(true);
});

it('a bar never ends in the future', () => {
  const bar = { range: DAY_MS, end: NOW - 9 * DAY_MS };
  expect(keepOnBar(bar, NOW - HOUR_MS, NOW)).toBeUndefined();
});
