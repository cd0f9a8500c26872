import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ago,
  clock,
  DAY_MS,
  date,
  formatRange,
  HOUR_MS,
  MINUTE_MS,
  range,
  readInstant,
  readRange,
  span,
  when,
  zone,
} from './instants.ts';

const NIGHT = Date.parse('2026-11-20T03:14:20.000Z');

describe('instants are said as a person says them', () => {
  it('a clock, a date and its zone', () => {
    expect(clock(NIGHT)).toBe('03:14:20');
    expect(date(NIGHT)).toBe('Fri 20 Nov 2026');
    expect(zone(NIGHT)).toBe('UTC');
  });

  it.each([
    [0, '0 s'],
    [45_000, '45 s'],
    [5 * HOUR_MS + 46 * MINUTE_MS + 12_000, '5 h 46 min'],
    [HOUR_MS + 5000, '1 h'],
    [3 * DAY_MS, '3 d'],
    [59_999, '1 min'],
  ])('%d ms is %s', (ms, said) => expect(span(ms)).toBe(said));

  it('what was, what is and what comes have their words', () => {
    expect(ago(NIGHT, NIGHT + HOUR_MS)).toBe('1 h ago');
    expect(ago(NIGHT, NIGHT)).toBe('just now');
    expect(ago(NIGHT + MINUTE_MS, NIGHT)).toBe('in 1 min');
  });

  it('another day is named', () => {
    expect(when(NIGHT, NIGHT + 5000)).toBe('03:14:20');
    expect(when(NIGHT, NIGHT + DAY_MS)).toBe('20 Nov 03:14:20');
  });
});

describe('what a person or a link writes is read', () => {
  it.each([
    ['2026-11-20T03:14:20Z', NIGHT],
    [String(NIGHT), NIGHT],
    ['yesterday', undefined],
    ['', undefined],
    [null, undefined],
    ['2026-99-99', undefined],
  ])('%s', (text, at) => expect(readInstant(text)).toBe(at));

  it('a range of the bar comes back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 31 * 24 * 60 }), (minutes) => {
        expect(readRange(formatRange(minutes * MINUTE_MS))).toBe(minutes * MINUTE_MS);
      }),
    );
  });

  it('a range too short, too long or unreadable is passed over', () => {
    for (const text of ['1m', '99d', 'long', '-1h', '']) expect(readRange(text)).toBeUndefined();
  });

  it('a span that ends on another day says that day, so that it does not read as some seconds', () => {
    const [from, to] = [new Date(2026, 10, 20, 14, 42), new Date(2026, 10, 21, 14, 43, 37)].map(Number) as [
      number,
      number,
    ];
    expect(range(from, to, to)).toBe('20 Nov 14:42:00 – 21 Nov 14:43:37');
    expect(range(to - 60_000, to, to)).toBe('14:42:37 – 14:43:37');
  });
});
