import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holesIn, mergeSpans } from './index.ts';

const spans = fc.array(fc.tuple(fc.nat(100), fc.nat(30)).map(([from, length]) => ({ from, to: from + length })));

test('what is not covered and what is are the whole span, without overlap', () => {
  fc.assert(
    fc.property(spans, (covered) => {
      const holes = holesIn(covered, 0, 120);
      for (let at = 0; at < 120; at++) {
        const inside = (span: { from: number; to: number }) => span.from <= at && at < span.to;
        expect(holes.filter(inside).length + (covered.some(inside) ? 1 : 0)).toBe(1);
      }
    }),
  );
});

test('merging spans twice is merging them once', () => {
  fc.assert(
    fc.property(spans, (all) => {
      expect(mergeSpans(mergeSpans(all))).toEqual(mergeSpans(all));
    }),
  );
});

test('the rhythm of the records is no gap', () => {
  expect(
    holesIn(
      [
        { from: 0, to: 10 },
        { from: 19, to: 30 },
      ],
      0,
      30,
      10,
    ),
  ).toEqual([]);
  expect(
    holesIn(
      [
        { from: 0, to: 10 },
        { from: 21, to: 30 },
      ],
      0,
      30,
      10,
    ),
  ).toEqual([{ from: 10, to: 21 }]);
});
