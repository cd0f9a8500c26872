import type { TopologyEdge } from '@mosaic/wire';
import { describe, expect, it } from 'vitest';
import { drawnEdges, failedShare } from './drawn-edges.ts';

const edge = (relation: TopologyEdge['relation'], from: string, to: string, more: Partial<TopologyEdge> = {}) => ({
  id: `${relation}~${from}~${to}${more.port === undefined ? '' : `~${more.port}/tcp`}`,
  ...{ relation, from, to },
  ...more,
});
const stand = new Map(['a', 'b', 'c'].map((id) => [id, id]));
const drawn = (edges: TopologyEdge[], choice: 'all' | 'connections' | 'structure' = 'all', on = stand) =>
  drawnEdges(edges, choice, on).map(({ edge: { relation }, from, to, count }) => `${from} ${relation} ${to} ×${count}`);

describe('which edges are drawn', () => {
  const edges = [edge('connects', 'a', 'b', { port: 80 }), edge('declared', 'a', 'b'), edge('declared', 'a', 'c')];

  it('what is declared is drawn where no connection was seen', () =>
    expect(drawn(edges)).toEqual(['a connects b ×1', 'a declared c ×1']));
  it('connections alone', () => expect(drawn(edges, 'connections')).toEqual(['a connects b ×1']));
  it('structure alone says all that is declared', () =>
    expect(drawn(edges, 'structure')).toEqual(['a declared b ×1', 'a declared c ×1']));
  it('an edge within a folded group is not drawn', () =>
    expect(
      drawn(
        edges,
        'all',
        new Map([
          ['a', 'fold'],
          ['b', 'fold'],
          ['c', 'c'],
        ]),
      ),
    ).toEqual(['fold declared c ×1']));
});

describe('connections between the same two are one', () => {
  const [both] = drawnEdges(
    [
      edge('connects', 'a', 'b', { port: 80, rate: 9, bytes: 100, failed: 0 }),
      edge('connects', 'a', 'b', { port: 81, rate: 1, bytes: 50, failed: 0.5 }),
    ],
    'all',
    stand,
  );
  it('amounts are added, the share that fails is of all', () => {
    expect([both?.count, both?.edge.rate, both?.edge.bytes]).toEqual([2, 10, 150]);
    expect(both?.edge.failed).toBeCloseTo(0.05);
  });
  it('the more troubled one is what is explained', () => expect(both?.edge.id).toBe('connects~a~b~81/tcp'));
});

it.each([
  [undefined, 0],
  [0.004, 0],
  [0.38, 0.38],
])('a failed share of %s counts as %d', (failed, share) =>
  expect(failedShare(failed === undefined ? {} : { failed })).toBe(share),
);
