import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './instants.ts';
import { barScale, inThePast, ticks, zoomed } from './scale.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const spans = fc
  .record({
    range: fc.integer({ min: 5 * MINUTE_MS, max: 31 * DAY_MS }),
    ago: fc.integer({ min: 0, max: 30 * DAY_MS }),
  })
  .map(({ range, ago }) => ({ from: NOW - ago - range, to: NOW - ago }));

describe('the bar', () => {
  it('leads from a pixel to its instant and back', () => {
    fc.assert(
      fc.property(
        spans,
        fc.integer({ min: 100, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (span, width, share) => {
          const scale = barScale(span.from, span.to, width);
          expect(scale.x(scale.at(share * width))).toBeCloseTo(share * width, 1);
        },
      ),
    );
  });

  it('never shows the future, and keeps its length when it is pushed back', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 40 * DAY_MS }), (span, push) => {
        const moved = inThePast({ from: span.from + push, to: span.to + push }, NOW);
        expect(moved.to).toBeLessThanOrEqual(NOW + 1);
        expect(Math.abs(moved.to - moved.from - (span.to - span.from))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('keeps the instant under the wheel where it is', () => {
    const span = { from: NOW - 2 * DAY_MS, to: NOW - DAY_MS };
    const under = NOW - 1.25 * DAY_MS;
    const after = zoomed(span, under, 0.5, NOW);
    const share = (s: { from: number; to: number }) => (under - s.from) / (s.to - s.from);
    expect(share(after)).toBeCloseTo(share(span), 4);
    expect(after.to - after.from).toBe(12 * HOUR_MS);
  });

  it('labels hours without running them into each other, and names the day at midnight', () => {
    const all = ticks(barScale(NOW - DAY_MS, NOW, 900)).filter((t) => t.isRoomy);
    expect(all.length).toBeGreaterThan(6);
    expect(all.some((t) => t.label === '20 Nov' && t.isDay)).toBe(true);
    for (const [i, t] of all.entries()) {
      const next = all[i + 1];
      if (next !== undefined) expect(next.x - t.x).toBeGreaterThan(30);
    }
  });
});
