// Small things tests are made of.

import type { TopologyAnswer, TopologyEdge, TopologyNode } from '@mosaic/wire';
import type { SceneOptions } from '../map/scene.ts';

export function node(id: string, more: Partial<TopologyNode> = {}): TopologyNode {
  const [cluster = '1', kind = '', namespace = '', ...name] = id.split(':');
  return {
    id,
    kind,
    name: name.join(':'),
    namespace,
    cluster: Number(cluster),
    clusterName: `c${cluster}`,
    uid: `uid-${id}`,
    health: 'well',
    reasons: [],
    counts: { pods: 1, ready: 1, wanted: 1, restarts: 0 },
    ...more,
  };
}

export function edge(relation: TopologyEdge['relation'], from: string, to: string): TopologyEdge {
  return { id: `${relation}~${from}~${to}`, from, to, relation };
}

export function answer(
  at: number,
  nodes: readonly TopologyNode[],
  edges: readonly TopologyEdge[] = [],
): TopologyAnswer {
  return {
    at: new Date(at).toISOString(),
    level: 'workload',
    nodes: [...nodes],
    edges: [...edges],
    coverage: { complete: true, gaps: [] },
  };
}

/** A map of workloads as it opens: nothing asked, nothing hidden but Services and configuration. */
export const sceneOptions = (at: number, since = at - 1000): SceneOptions => ({
  level: 'workload',
  q: '',
  showConfig: false,
  showServices: false,
  showGone: true,
  edges: 'all',
  open: [],
  at,
  since,
});
