import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layout } from './layout.ts';
import type { Area, Box, Layout, LayoutInput, Link } from './types.ts';

const box = (id: string, group = '1:shop', block?: string): Box => ({ id, group, block, w: 148, h: 52 });
const input = (boxes: readonly Box[], links: readonly Link[] = [], previous?: Layout): LayoutInput => ({
  boxes,
  links,
  units: Object.fromEntries(boxes.map((b) => [b.group, b.group.split(':')[0] ?? ''])),
  aspect: 1.6,
  previous,
});

const areaOf = (of: Layout, b: Box): Area => {
  const p = of.places[b.id] ?? { x: 0, y: 0 };
  return { x: p.x - b.w / 2, y: p.y - b.h / 2, w: b.w, h: b.h };
};
const apart = (a: Area, b: Area): boolean =>
  a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
const inside = (a: Area, b: Area): boolean =>
  a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w + 0.5 && a.y + a.h <= b.y + b.h + 0.5;

const graphs = fc.integer({ min: 1, max: 40 }).chain((n) =>
  fc.record({
    boxes: fc
      .array(fc.constantFrom('1:a', '1:b', '2:a', '2:c'), { minLength: n, maxLength: n })
      .map((groups) => groups.map((g, i) => box(`n${i}`, g))),
    links: fc
      .array(fc.record({ from: fc.nat(n - 1), to: fc.nat(n - 1) }), { maxLength: 60 })
      .map((all) => all.map(({ from, to }) => ({ from: `n${from}`, to: `n${to}` }))),
  }),
);

describe('places on the map', () => {
  it('every card lies in its namespace and none on another, whatever the edges', () => {
    fc.assert(
      fc.property(graphs, ({ boxes, links }) => {
        const of = layout(input(boxes, links));
        for (const b of boxes) expect(inside(areaOf(of, b), of.hulls[b.group] as Area)).toBe(true);
        for (const [i, a] of boxes.entries())
          for (const b of boxes.slice(i + 1)) expect(apart(areaOf(of, a), areaOf(of, b))).toBe(true);
        const hulls = Object.values(of.hulls);
        for (const [i, a] of hulls.entries()) for (const b of hulls.slice(i + 1)) expect(apart(a, b)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('the same graph has the same places, in whatever order it is told', () => {
    fc.assert(
      fc.property(graphs, ({ boxes, links }) => {
        expect(layout(input(boxes.toReversed(), links)).places).toEqual(layout(input(boxes, links)).places);
      }),
      { numRuns: 30 },
    );
  });

  it('who calls stands left of who is called', () => {
    const of = layout(
      input(
        [box('front'), box('cart'), box('redis')],
        [
          { from: 'front', to: 'cart' },
          { from: 'cart', to: 'redis' },
        ],
      ),
    );
    expect(
      (of.places.front?.x ?? 0) < (of.places.cart?.x ?? 0) && (of.places.cart?.x ?? 0) < (of.places.redis?.x ?? 0),
    ).toBe(true);
  });

  it('a circle of calls still has places', () => {
    const of = layout(
      input(
        [box('a'), box('b')],
        [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'a' },
        ],
      ),
    );
    expect(of.places.a).not.toEqual(of.places.b);
  });

  it('something new moves nothing that stood in its namespace', () => {
    const boxes = Array.from({ length: 12 }, (_, i) => box(`n${i}`));
    const links = boxes.slice(1).map((b, i) => ({ from: `n${i >> 1}`, to: b.id }));
    const before = layout(input(boxes, links));
    const after = layout(input([...boxes, box('new')], [...links, { from: 'n0', to: 'new' }], before));
    for (const b of boxes) expect(after.places[b.id]).toEqual(before.places[b.id]);
    for (const b of boxes) expect(apart(areaOf(after, box('new')), areaOf(after, b))).toBe(true);
  });

  it('what passes by gives its place to the next, so that a namespace does not grow with every Job', () => {
    const steady = Array.from({ length: 4 }, (_, i) => box(`n${i}`));
    const links = [
      { from: 'n0', to: 'n1' },
      { from: 'n0', to: 'n2' },
    ];
    let of = layout(input([...steady, box('job-0')], links));
    const { h } = of.hulls['1:shop'] as Area;
    for (let i = 1; i < 30; i++) of = layout(input([...steady, box(`job-${i}`)], links, of));
    expect((of.hulls['1:shop'] as Area).h).toBe(h);
  });

  it('a pod less moves no frame', () => {
    const pod = (w: string, i: number) => ({ ...box(`${w}-${i}`, '1:shop', w), w: 122, h: 30 });
    const all = ['a', 'b'].flatMap((w) => [0, 1, 2, 3].map((i) => pod(w, i)));
    const before = layout(input(all, [{ from: 'a', to: 'b' }]));
    const after = layout(input(all.slice(0, -2), [{ from: 'a', to: 'b' }], before));
    expect(after.blocks).toEqual(before.blocks);
  });

  it('pods are packed inside the frame of their workload', () => {
    const pods = Array.from({ length: 7 }, (_, i) => ({ ...box(`p${i}`, '1:shop', 'w'), w: 122, h: 30 }));
    const of = layout(input(pods));
    for (const p of pods) expect(inside(areaOf(of, p), of.blocks.w as Area)).toBe(true);
  });

  it('where everything calls everything, things stand in rows and not in one long chain', () => {
    const all = Array.from({ length: 24 }, (_, i) => box(`n${String(i).padStart(2, '0')}`));
    const links = all.flatMap((a) => all.filter((b) => b !== a).map((b) => ({ from: a.id, to: b.id })));
    const { w, h } = layout(input(all, links)).hulls['1:shop'] as Area;
    expect(w / h).toBeLessThan(4);
  });

  it('many unconnected things beside few tall layers take the room at their side', () => {
    const called = Array.from({ length: 20 }, (_, i) => box(`c${i}`));
    const lone = Array.from({ length: 40 }, (_, i) => box(`l${i}`));
    const links = called.slice(1).map(({ id }) => ({ from: id, to: 'c0' }));
    const of = layout({ ...input([...called, ...lone], links), aspect: 2.7 });
    const { w, h } = of.hulls['1:shop'] as Area;
    expect(w / h).toBeGreaterThan(1.6);
  });

  it('nothing at all is an empty paper', () => expect(layout(input([])).places).toEqual({}));
});
