// A cluster's map of any size, as GET /topology answers it: workloads in namespaces of about sixty, calls mostly inside them, one in fifty not well.

import type { TopologyAnswer, TopologyEdge, TopologyNode } from '@mosaic/wire';
import { seeded } from '../bench.ts';

const NAMES = ['api', 'worker', 'gateway', 'store', 'queue', 'index', 'cache', 'billing', 'audit', 'mail'];
const PER_NAMESPACE = 60;
const CLUSTERS = 3;
/** Of all calls; the others go anywhere. */
const INSIDE = 0.93;

export interface BigGraph {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

/** Exactly so many nodes and edges, no edge twice. Deterministic. */
export function bigGraph(nodes: number, edges: number, seed = 7): BigGraph {
  const random = seeded(seed);
  const workloads = Array.from({ length: nodes }, (_, index) => workload(index, random));
  const calls = new Map<string, TopologyEdge>();
  while (calls.size < edges) {
    const edge = call(workloads, calls.size, random);
    if (edge !== undefined) calls.set(`${edge.from}>${edge.to}`, edge);
  }
  return { nodes: workloads, edges: [...calls.values()] };
}

export const answerOf = ({ nodes, edges }: BigGraph, at: number): TopologyAnswer => ({
  at: new Date(at).toISOString(),
  level: 'workload',
  nodes: [...nodes],
  edges: [...edges],
  coverage: { complete: true, gaps: [] },
});

function workload(index: number, random: () => number): TopologyNode {
  const group = Math.floor(index / PER_NAMESPACE);
  const cluster = (group % CLUSTERS) + 1;
  const name = `${NAMES[index % NAMES.length]}-${index}`;
  const id = `${cluster}:Deployment:team-${group}:${name}`;
  const roll = random();
  const health = roll < 0.006 ? 'broken' : roll < 0.02 ? 'degraded' : 'well';
  const wanted = 1 + Math.floor(random() * 4);
  const ready = health === 'well' ? wanted : health === 'broken' ? 0 : wanted - 1;
  const version = `1.${Math.floor(random() * 20)}.0`;
  return {
    id,
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    name,
    namespace: `team-${group}`,
    cluster,
    clusterName: `eu-${cluster}`,
    uid: `00000000-0000-4000-a000-${String(index).padStart(12, '0')}`,
    health,
    reasons: health === 'well' ? [] : [`${ready} of ${wanted} ready: CrashLoopBackOff`],
    counts: { pods: wanted, ready, wanted, restarts: health === 'well' ? 0 : 9 },
    pods: Array.from({ length: wanted }, (_, pod) => ({
      id: `${cluster}:Pod:team-${group}:${name}-${pod}`,
      name: `${name}-${pod}`,
      health: pod < ready ? 'well' : health,
    })),
    images: [`acme/${name}:${version}`],
    version,
    labels: { app: name, 'app.kubernetes.io/part-of': `part-${index % 12}`, tier: NAMES[index % NAMES.length] ?? '' },
    createdAt: '2026-10-01T00:00:00.000Z',
  };
}

function call(all: readonly TopologyNode[], made: number, random: () => number): TopologyEdge | undefined {
  const pick = (most: number): number => Math.floor(random() * most);
  const from = pick(all.length);
  const near = Math.floor(from / PER_NAMESPACE) * PER_NAMESPACE + pick(PER_NAMESPACE);
  const a = all[from];
  const b = all[random() < INSIDE ? Math.min(near, all.length - 1) : pick(all.length)];
  if (a === undefined || b === undefined || a === b) return undefined;
  if (made % 3 === 0)
    return { id: `declared~${a.id}~${b.id}`, from: a.id, to: b.id, relation: 'declared', via: 'env UPSTREAM' };
  return {
    id: `connects~${a.id}~${b.id}~8080/tcp`,
    from: a.id,
    to: b.id,
    relation: 'connects',
    port: 8080,
    protocol: 'tcp',
    rate: 10 ** (random() * 3),
    bytes: Math.round(random() * 100_000),
    failed: random() < 0.04 ? random() : 0,
    confidence: 0.95,
  };
}
