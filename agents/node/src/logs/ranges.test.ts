import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextHole, prefixOf, type Ranges, union } from './ranges.ts';

const ranges = fc.array(
  fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 10 })).map(([from, length]) => ({ from, to: from + length })),
  { maxLength: 8 },
);
const bytesOf = (all: Ranges): Set<number> =>
  new Set(all.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));

test('a union covers what either covers, sorted and touching nowhere', () => {
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      const all = union(a, b);
      expect(bytesOf(all)).toEqual(bytesOf([...a, ...b]));
      for (const [i, { from, to }] of all.entries()) {
        expect(to).toBeGreaterThan(from);
        expect(from).toBeGreaterThan(all[i - 1]?.to ?? -1);
      }
    }),
  );
});

test('the holes are exactly what is not covered', () => {
  fc.assert(
    fc.property(ranges, (some) => {
      const all = union(some, []);
      const covered = bytesOf(all);
      const open = new Set<number>();
      for (let at = 0; at < 80; ) {
        const hole = nextHole(all, at);
        for (let byte = hole.from; byte < Math.min(hole.to, 80); byte++) open.add(byte);
        at = hole.to;
      }
      for (let byte = 0; byte < 80; byte++) expect(open.has(byte)).toBe(!covered.has(byte));
      expect(prefixOf(all)).toBe(covered.has(0) ? nextHole(all, 0).from : 0);
    }),
  );
});
