import type { TopologyNode } from '@mosaic/wire';
import { expect, it } from 'vitest';
import { Graph } from './graph.ts';
import { outline } from './outline.ts';
import { sceneOf } from './scene.ts';

const node = (namespace: string, name: string, health: TopologyNode['health'] = 'well'): TopologyNode => ({
  id: `1:Deployment:${namespace}:${name}`,
  kind: 'Deployment',
  name,
  namespace,
  cluster: 1,
  clusterName: 'eu-1',
  health,
  reasons: [],
  counts: { pods: 1, ready: 1, wanted: 1, restarts: 0 },
});

it('branches and what they hold stand worst first, then by name', () => {
  const graph = new Graph();
  graph.replace({
    at: '2026-11-21T03:00:00.000Z',
    level: 'workload',
    nodes: [
      node('calm', 'b'),
      node('calm', 'a'),
      node('shop', 'mailer'),
      node('shop', 'cart', 'degraded'),
      node('shop', 'pay', 'broken'),
    ],
    edges: [],
    coverage: { complete: true, gaps: [] },
  });
  const at = Date.parse('2026-11-21T03:00:00Z');
  const options = { level: 'workload', q: '', showConfig: false, showServices: false, showGone: false } as const;
  const branches = outline(sceneOf(graph, { ...options, edges: 'all', open: [], at, since: 0 }));
  expect(branches.map(({ id, count, bad }) => [id, count, bad])).toEqual([
    ['1:shop', 3, 2],
    ['1:calm', 2, 0],
  ]);
  expect(branches.map(({ nodes }) => nodes.map(({ title }) => title))).toEqual([
    ['pay', 'cart', 'mailer'],
    ['a', 'b'],
  ]);
});
