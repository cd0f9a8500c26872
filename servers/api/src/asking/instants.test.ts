import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInstant } from './instants.ts';

const NOW = Date.UTC(2026, 2, 10, 12);

describe('instants as people write them', () => {
  it.each<[string, number | undefined]>([
    ['now', NOW],
    ['now-15m', NOW - 15 * 60_000],
    ['now-2w', NOW - 14 * 86_400_000],
    ['now+30s', NOW + 30_000],
    ['1773144000000', Date.UTC(2026, 2, 10, 12)],
    ['2026-03-10T12:00:00Z', NOW],
    ['2026-03-10t12:00:00z', NOW],
    ['2026-03-10T17:30:00+05:30', NOW],
    ['2026-03-10T17:30:00 05:30', NOW],
    ['2026-03-10T12:00:00.123456789Z', NOW + 123],
    ['0', 0],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2026-02-29T00:00:00Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-03-10T25:00:00Z', undefined],
    ['2026-03-10', undefined],
    ['2026-03-10T12:00:00', undefined],
    ['yesterday', undefined],
    ['now-15', undefined],
    ['now-9999999999m', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['99999999999999999', undefined],
    ['', undefined],
  ])('%s', (written, expected) => {
    expect(readInstant(written, NOW)).toBe(expected);
  });

  it('what is written out is read back, in any offset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (at, minutes) => {
          const clock = new Date(Math.max(0, at + minutes * 60_000)).toISOString().slice(0, -1);
          const two = (n: number): string => String(Math.floor(Math.abs(n))).padStart(2, '0');
          const zone = `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(Math.abs(minutes) % 60)}`;
          if (at + minutes * 60_000 >= 0) expect(readInstant(`${clock}${zone}`, NOW)).toBe(at);
          expect(readInstant(String(at), NOW)).toBe(at);
        },
      ),
    );
  });

  it('no text makes it throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void readInstant(text, NOW)));
  });
});
