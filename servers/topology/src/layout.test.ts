import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, type Layout, type LayoutNode, layoutGraph } from './layout.ts';

const node = (id: string, group = 'shop'): LayoutNode => ({ id, group, w: 142, h: 52 });
const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

function overlaps(nodes: readonly LayoutNode[], { positions, groups }: Layout): number {
  const boxes = nodes.map(({ id, w, h }) => {
    const { x, y } = positions.get(id) ?? { x: Number.NaN, y: Number.NaN };
    return { x: x - w / 2, y: y - h / 2, w, h };
  });
  const hulls = [...groups.values()];
  const count = (all: readonly Box[]) =>
    all.reduce((sum, a, i) => sum + all.slice(i + 1).filter((b) => overlap(a, b)).length, 0);
  return count(boxes) + count(hulls) + boxes.filter(({ x, y }) => !Number.isFinite(x + y)).length;
}

const names = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 });
const graphs = names.chain((ids) =>
  fc.record({
    nodes: fc.constant(ids.map((id) => node(`n${id}`, `g${id % 4}`))),
    edges: fc.array(
      fc.record({
        from: fc.constantFrom(...ids).map((id) => `n${id}`),
        to: fc.constantFrom(...ids).map((id) => `n${id}`),
      }),
      { maxLength: 60 },
    ),
  }),
);

describe('layout', () => {
  it('nothing overlaps, and the order of the input does not show', () => {
    fc.assert(
      fc.property(graphs, ({ nodes, edges }) => {
        const layout = layoutGraph({ nodes, edges, seed: 1 });
        expect(overlaps(nodes, layout)).toBe(0);
        expect(layoutGraph({ nodes: nodes.toReversed(), edges: edges.toReversed(), seed: 1 }).positions).toEqual(
          layout.positions,
        );
      }),
      { numRuns: 100 },
    );
  });

  it('what points comes left of what it points at', () => {
    const { positions } = layoutGraph({
      nodes: ['frontend', 'checkout', 'payments', 'cart'].map((id) => node(id)),
      edges: [
        { from: 'frontend', to: 'checkout' },
        { from: 'checkout', to: 'payments' },
        { from: 'frontend', to: 'cart' },
      ],
    });
    const x = (id: string) => positions.get(id)?.x ?? 0;
    expect(x('frontend') < x('checkout') && x('checkout') < x('payments')).toBe(true);
    expect(x('cart')).toBe(x('checkout'));
  });

  it('scrubbing moves nothing: what stood somewhere stays, what is new finds room, nothing overlaps', () => {
    fc.assert(
      fc.property(graphs, graphs, (before, after) => {
        const { positions: previous } = layoutGraph(before);
        const layout = layoutGraph({ ...after, previous });
        expect(overlaps(after.nodes, layout)).toBe(0);
        const stay = after.nodes.filter(({ id }) => previous.has(id));
        expect(
          stay.every(({ id }) => JSON.stringify(layout.positions.get(id)) === JSON.stringify(previous.get(id))),
        ).toBe(true);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('a circle, an edge to oneself and an edge to nowhere do no harm', () => {
    const nodes = ['a', 'b'].map((id) => node(id));
    const edges = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
      { from: 'a', to: 'a' },
      { from: 'a', to: 'gone' },
    ];
    expect(overlaps(nodes, layoutGraph({ nodes, edges }))).toBe(0);
    expect(layoutGraph({ nodes: [], edges: [] }).positions.size).toBe(0);
  });

  it('5,000 nodes and 7,500 edges are laid in less than 3 s', () => {
    const nodes = Array.from({ length: 5000 }, (_, i) => node(`n${i}`, `g${i % 40}`));
    const edges = Array.from({ length: 7500 }, (_, i) => ({
      from: `n${(i * 7919) % 5000}`,
      to: `n${(i * 104729 + 40 * (i % 9)) % 5000}`,
    }));
    const began = performance.now();
    const layout = layoutGraph({ nodes, edges });
    expect(performance.now() - began).toBeLessThan(3000);
    const again = performance.now();
    layoutGraph({
      nodes: [...nodes, ...Array.from({ length: 50 }, (_, i) => node(`x${i}`, `g${i % 40}`))],
      edges,
      previous: layout.positions,
    });
    expect(performance.now() - again).toBeLessThan(3000);
  });
});
