import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DrawnEdge } from './draw/picture.ts';
import { edgeGrid, pointOn } from './edge-grid.ts';

const place = fc.integer({ min: -4000, max: 4000 });
const drawn = fc
  .record({ x1: place, y1: place, x2: place, y2: place, vertical: fc.boolean() })
  // the grid reads places alone
  .map((e) => ({ ...e, bend: (e.vertical ? e.y2 - e.y1 : e.x2 - e.x1) / 2 }) as unknown as DrawnEdge);

it('an edge is found from every place on its curve, however long it is', () => {
  fc.assert(
    fc.property(
      fc.array(drawn, { minLength: 1, maxLength: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (all, t) => {
        const grid = edgeGrid(all);
        for (const e of all) {
          const [x, y] = pointOn(e, t);
          expect(grid.around(x, y, 6).has(e)).toBe(true);
        }
      },
    ),
  );
});

it('far from every edge there is none', () => {
  const e = { x1: 0, y1: 0, x2: 500, y2: 0, vertical: false, bend: 250 } as unknown as DrawnEdge; // as above
  expect(edgeGrid([e]).around(250, 2000, 10).size).toBe(0);
});
