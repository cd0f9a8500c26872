import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, edge, node } from '../testing/examples.ts';
import { Graph } from './graph.ts';

const T = Date.parse('2026-11-20T03:00:00Z');
const [cart, old] = [node('1:Deployment:shop:cart'), node('1:Deployment:shop:old')];

function graph(): Graph {
  const g = new Graph();
  g.replace(answer(T, [cart, old], [edge('declared', cart.id, old.id)]));
  return g;
}

describe('what is gone stays as a ghost', () => {
  it('a thing removed from the live graph is a ghost that knows when it went', () => {
    const g = graph();
    g.patch({
      at: new Date(T + 5000).toISOString(),
      upserted: { nodes: [], edges: [] },
      removed: { nodes: [old.id], edges: [] },
    });
    expect([...g.nodes.keys()]).toEqual([cart.id]);
    expect(g.gone(T + 9000, T - 1000).map((s) => [s.node.id, s.goneAt])).toEqual([[old.id, T + 5000]]);
  });

  it('before it went it is no ghost', () => {
    const g = graph();
    g.wentAt(old.id, T + 5000);
    g.replace(answer(T + 9000, [cart]));
    expect(g.gone(T + 1000, T - 1000)).toEqual([]);
  });

  it('what went before the visible time is not drawn', () => {
    const g = graph();
    g.replace(answer(T + 9000, [cart]));
    expect(g.gone(T + 9000, T + 1)).toEqual([]);
    expect(g.gone(T + 9000, T)).toHaveLength(1);
  });

  it('what came back to life is no ghost, though it went before', () => {
    const g = graph();
    g.wentAt(old.id, T + 5000);
    g.replace(answer(T + 9000, [cart, old]));
    expect(g.gone(T + 9000, T)).toEqual([]);
    expect(g.goneAt(old.id, T + 9000)).toBe(T + 5000);
  });
});

it('a day of churn does not fill the memory', () => {
  const g = new Graph();
  for (let i = 0; i < 60; i++)
    g.replace(
      answer(
        T + i,
        Array.from({ length: 200 }, (_, k) => node(`1:Pod:shop:p${i}-${k}`)),
      ),
    );
  expect(g.seen.size).toBeLessThanOrEqual(4200);
  expect(g.nodes.size).toBe(200);
});

it('after any steps through time it holds just what the last answer said', () => {
  const moment = fc.subarray(['cart', 'pay', 'mail', 'search', 'jobs']);
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 6 }), (moments) => {
      const g = new Graph();
      for (const [i, names] of moments.entries()) {
        const nodes = names.map((name) => ({ ...node(`1:Deployment:shop:${name}`), version: `${i}` }));
        const edges = nodes.slice(1).map(({ id }) => edge('declared', nodes[0]?.id ?? '', id));
        g.replace(answer(T + i, nodes, edges));
        expect(new Set(g.nodes.values())).toEqual(new Set(nodes));
        expect(new Set(g.edges.values())).toEqual(new Set(edges));
        expect([...g.nodes].every(([id, { version }]) => g.seen.get(id)?.at === T + i && version === `${i}`)).toBe(
          true,
        );
      }
    }),
  );
});
