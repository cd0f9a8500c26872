import { inFull, instantsOf, wallOf } from '@mosaic/wire/written';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { UsageError } from '../exit.ts';
import { type Here, readInstant } from './instants.ts';

/** A Saturday, 10:00 in Berlin. */
const here: Here = { now: Date.parse('2026-11-21T09:00:00Z'), zone: 'Europe/Berlin' };
const utc = (text: string, at: Here = here): string => new Date(readInstant(text, at)).toISOString();

test.each([
  ['now', '2026-11-21T09:00:00.000Z'],
  ['now-6h', '2026-11-21T03:00:00.000Z'],
  ['now-1h30m', '2026-11-21T07:30:00.000Z'],
  ['90m ago', '2026-11-21T07:30:00.000Z'],
  ['10 minutes ago', '2026-11-21T08:50:00.000Z'],
  ['3 days ago', '2026-11-18T09:00:00.000Z'],
  ['1 h 30 min ago', '2026-11-21T07:30:00.000Z'],
  ['1 week ago', '2026-11-14T09:00:00.000Z'],
  ['2026-11-20T03:12:00Z', '2026-11-20T03:12:00.000Z'],
  ['2026-11-20T03:12:00.5+01:00', '2026-11-20T02:12:00.500Z'],
  ['2026-11-20 03:12Z', '2026-11-20T03:12:00.000Z'],
  ['1763604720000', '2025-11-20T02:12:00.000Z'],
  ['2026-11-20 03:12', '2026-11-20T02:12:00.000Z'],
  ['2026-11-20T03:12:05', '2026-11-20T02:12:05.000Z'],
  ['20.11.2026 03:12', '2026-11-20T02:12:00.000Z'],
  ['20/11/2026 03:12', '2026-11-20T02:12:00.000Z'],
  ['11/20/2026 03:12', '2026-11-20T02:12:00.000Z'],
  ['today 09:59', '2026-11-21T08:59:00.000Z'],
  ['yesterday 03:12', '2026-11-20T02:12:00.000Z'],
  ['tuesday 14:05', '2026-11-17T13:05:00.000Z'],
  ['Tue 14:05', '2026-11-17T13:05:00.000Z'],
  ['saturday 10:01', '2026-11-14T09:01:00.000Z'],
  ['03:12', '2026-11-21T02:12:00.000Z'],
  ['23:30', '2026-11-20T22:30:00.000Z'],
  ['03:12 UTC', '2026-11-21T03:12:00.000Z'],
  ['03:12 America/New_York', '2026-11-21T08:12:00.000Z'],
  ['yesterday 23:30 Asia/Kolkata', '2026-11-20T18:00:00.000Z'],
  ['2026-07-01 12:00', '2026-07-01T10:00:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(utc(text)).toBe(instant);
});

describe('what could mean two things', () => {
  it.each([
    ['03/04/2026 10:00', ['2026-03-04T10:00:00+01:00', '2026-04-03T10:00:00+02:00']],
    ['saturday 09:00', ['2026-11-14T09:00:00+01:00', '2026-11-21T09:00:00+01:00']],
    ['2026-10-25 02:30', ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00']],
  ])('%s is refused with its readings', (text, readings) => {
    for (const reading of readings) expect(() => readInstant(text, here)).toThrow(reading);
    expect(() => readInstant(text, here)).toThrow(UsageError);
  });

  it('has one reading when the other has not been yet', () => {
    expect(utc('11/12/2026 10:00', here)).toBe('2026-11-12T09:00:00.000Z');
  });
});

test.each([
  ['2026-03-29 02:30', 'never was in Europe/Berlin'],
  ['2026-02-30 10:00', 'no such day'],
  ['2026-02-30T10:00:00Z', 'no such day'],
  ['25:00', 'no such day or time'],
  ['tomorrow 10:00', 'is not an instant'],
  ['today 23:00', 'has not been yet'],
  ['2027-01-01T00:00:00Z', 'has not been yet'],
  ['yesterday', 'say the time'],
  ['2026-11-20', 'say the time'],
  ['03:12 Mars/Olympus', 'no time zone'],
  ['now-6x', 'is not an instant'],
  ['', 'is not an instant'],
])('%s is refused: %s', (text, words) => {
  expect(() => readInstant(text, here)).toThrow(UsageError);
  expect(() => readInstant(text, here)).toThrow(words);
});

test('an instant is shown back with its zone in full', () => {
  expect(inFull(Date.parse('2026-11-20T02:12:00Z'), 'Europe/Berlin')).toBe(
    '2026-11-20T03:12:00+01:00 (Europe/Berlin) = 2026-11-20T02:12:00Z',
  );
  expect(inFull(0, 'America/St_Johns')).toContain('1969-12-31T20:30:00-03:30');
});

test('every instant is among those its wall clock could mean', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC');
  fc.assert(
    fc.property(fc.integer({ min: 946_684_800, max: 2_000_000_000 }), zones, (seconds, zone) => {
      expect(instantsOf(wallOf(seconds * 1000, zone), zone)).toContain(seconds * 1000);
    }),
  );
});
