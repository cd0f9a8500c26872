// The shop's graph at an instant of its story, at any level, and a large one for measuring.

import type { Level, TopologyAnswer, TopologyEdge, TopologyNode } from '@mosaic/wire';
import { random } from './random.ts';
import {
  CALLS,
  CLUSTER_NAMES,
  CONFIG,
  type Health,
  INGRESSES,
  idOf,
  type Spec,
  TROUBLES,
  uidOf,
  WORKLOADS,
} from './shop.ts';

export const HOUR = 3_600_000;

export interface Story {
  readonly start: number;
  readonly end: number;
}

/** The story ends at `end` and began 24 h before, with the bad release at 03:12 when it ends at 09:00. */
export function storyUntil(end: number): Story {
  return { start: end - 24 * HOUR, end };
}

const lives = (s: Spec, h: number): boolean => h >= (s.bornAfterH ?? -1) && h < (s.goneAfterH ?? 1e9);
const troubleOf = (id: string, h: number) => TROUBLES.find((t) => t.node === id && h >= t.fromH && h < t.toH);

function podsOf(s: Spec, id: string, h: number) {
  const wanted = s.pods ?? 0;
  const trouble = troubleOf(id, h);
  const ready = trouble === undefined ? wanted : Math.min(wanted, trouble.ready);
  const bad: Health = trouble?.health ?? 'well';
  const hash = (i: number) => `${s.name}-${((s.name.length * 7919 + i * 104_729) % 0xfffff).toString(36)}`;
  const pods = Array.from({ length: wanted }, (_, i) => {
    const name = s.kind === 'StatefulSet' ? `${s.name}-${i}` : hash(i);
    const podId = `${s.cluster}:Pod:${s.namespace}:${name}`;
    return { id: podId, name, health: i < wanted - ready ? bad : ('well' as Health) };
  });
  return { pods, ready, wanted, trouble };
}

export function workloadNode(s: Spec, start: number, h: number): TopologyNode {
  const id = idOf(s);
  const { pods, ready, wanted, trouble } = podsOf(s, id, h);
  const version = trouble?.version ?? s.version;
  const base = {
    id,
    kind: s.kind,
    name: s.name,
    namespace: s.namespace,
    cluster: s.cluster,
    clusterName: CLUSTER_NAMES[s.cluster] ?? '',
  };
  return {
    ...base,
    uid: uidOf(id),
    apiVersion: s.kind === 'Ingress' ? 'networking.k8s.io/v1' : s.pods === undefined ? 'v1' : 'apps/v1',
    health: trouble?.health ?? 'well',
    reasons: trouble === undefined ? [] : [trouble.reason],
    counts: { pods: wanted, ready, wanted, restarts: trouble === undefined ? 0 : 12 },
    pods,
    images: s.image === undefined ? [] : [`${s.image}:${version}`],
    ...(version === undefined || version === '' ? {} : { version }),
    labels: { app: s.name, team: s.namespace === 'shop' ? 'storefront' : 'platform' },
    createdAt: new Date(start - 30 * 24 * HOUR + s.name.length * HOUR * 7).toISOString(),
  };
}

const service = (s: Spec): Spec => ({ cluster: s.cluster, namespace: s.namespace, kind: 'Service', name: s.name });
const edge = (relation: TopologyEdge['relation'], from: string, to: string, via?: string): TopologyEdge => ({
  id: `${relation}~${from}~${to}`,
  from,
  to,
  relation,
  ...(via === undefined ? {} : { via }),
});

function find(cluster: number, path: string): Spec | undefined {
  const [namespace, name] = path.split('/');
  return WORKLOADS.find((w) => w.cluster === cluster && w.namespace === namespace && w.name === name);
}

function callEdges(): TopologyEdge[] {
  return CALLS.flatMap(([cluster, from, to, via]) => {
    const a = find(cluster, from);
    const b = find(cluster, to);
    return a === undefined || b === undefined ? [] : [edge('declared', idOf(a), idOf(service(b)), via)];
  });
}

/** Checkout's calls are refused while it is broken. */
function seenEdges(nodes: readonly TopologyNode[]): TopologyEdge[] {
  const health = new Map(nodes.map((n) => [n.id, n.health]));
  return CALLS.flatMap(([cluster, from, to], i) => {
    const a = find(cluster, from);
    const b = find(cluster, to);
    if (a === undefined || b === undefined) return [];
    const isRefused = health.get(idOf(a)) === 'broken';
    const failed = isRefused ? 0.38 : 0.002;
    const numbers = { port: 8080, protocol: 'tcp', rate: 0.5 + ((i * 37) % 90), bytes: 4096 * (1 + (i % 9)), failed };
    const seen = edge('connects', idOf(a), idOf(b), `${b.namespace}/${b.name}`);
    return [{ ...seen, ...numbers, id: `${seen.id}~8080/tcp`, retransmits: 0.001, confidence: 0.95 }];
  });
}

function configEdges(): TopologyEdge[] {
  const w = (path: string) => idOf(find(1, path) as Spec);
  const [config, secret, hpa, pdb, pvc] = CONFIG.map(idOf) as [string, string, string, string, string];
  return [
    edge('mounts', w('shop/checkout'), config, 'volume config'),
    edge('mounts', w('shop/payments'), secret, 'env API_KEY'),
    edge('scales', hpa, w('shop/frontend')),
    edge('protects', pdb, w('shop/checkout')),
    edge('mounts', w('shop/orders-db'), pvc, 'volume data'),
  ];
}

const served = WORKLOADS.filter((w) => w.kind !== 'CronJob' && w.kind !== 'DaemonSet' && w.name !== 'runner');

export function workloadGraph(start: number, h: number): { nodes: TopologyNode[]; edges: TopologyEdge[] } {
  const living = [...WORKLOADS.filter((s) => lives(s, h)), ...CONFIG, ...INGRESSES];
  const services = served.filter((s) => lives(s, h)).map(service);
  const nodes = [...living, ...services].map((s) => workloadNode(s, start, h));
  const ids = new Set(nodes.map((n) => n.id));
  const edges = [
    ...callEdges(),
    ...served.map((s) => edge('selects', idOf(service(s)), idOf(s))),
    edge('routes', '1:Ingress:shop:shop.test', '1:Service:shop:frontend', 'rule shop.test/'),
    edge('routes', '2:Ingress:ci:git.test', '2:Service:ci:gitea', 'rule git.test/'),
    ...configEdges(),
    ...seenEdges(nodes),
  ].filter((e) => ids.has(e.from) && ids.has(e.to));
  return { nodes, edges };
}

const RANK: Record<Health, number> = { well: 0, unknown: 1, degraded: 2, broken: 3 };
const worst = (all: readonly TopologyNode[]): Health =>
  all.reduce<Health>((w, n) => (RANK[n.health] > RANK[w] ? n.health : w), 'well');

function groupNode(kind: string, key: string, all: readonly TopologyNode[]): TopologyNode {
  const first = all[0] as TopologyNode;
  const count = (health: Health) => all.filter((n) => n.health === health).length;
  const sum = (pick: (n: TopologyNode) => number) => all.reduce((s, n) => s + pick(n), 0);
  const bad = all.filter((n) => n.health !== 'well');
  return {
    id: key,
    kind,
    name: kind === 'Cluster' ? first.clusterName : first.namespace,
    namespace: '',
    cluster: first.cluster,
    clusterName: first.clusterName,
    health: worst(all),
    reasons: bad.flatMap((n) => n.reasons.map((r) => `${n.name}: ${r}`)),
    counts: {
      pods: sum((n) => n.counts.pods),
      ready: sum((n) => n.counts.ready),
      wanted: sum((n) => n.counts.wanted),
      restarts: sum((n) => n.counts.restarts),
      well: count('well'),
      degraded: count('degraded'),
      broken: count('broken'),
      unknown: count('unknown'),
      workloads: all.length,
    },
  };
}

function grouped(graph: { nodes: TopologyNode[]; edges: TopologyEdge[] }, kind: 'Cluster' | 'Namespace') {
  const keyOf = (n: TopologyNode) =>
    kind === 'Cluster' ? `${n.cluster}:Cluster::${n.clusterName}` : `${n.cluster}:Namespace::${n.namespace}`;
  const groups = Map.groupBy(
    graph.nodes.filter((n) => n.counts.wanted > 0),
    keyOf,
  );
  const of = new Map(graph.nodes.map((n) => [n.id, keyOf(n)]));
  const edges = new Map<string, TopologyEdge>();
  for (const e of graph.edges) {
    const from = of.get(e.from);
    const to = of.get(e.to);
    if (from !== undefined && to !== undefined && from !== to) edges.set(`${from}${to}`, edge('declared', from, to));
  }
  return { nodes: [...groups].map(([key, all]) => groupNode(kind, key, all)), edges: [...edges.values()] };
}

function podGraph(graph: { nodes: TopologyNode[]; edges: TopologyEdge[] }) {
  const nodes = graph.nodes.flatMap((w, k) =>
    (w.pods ?? []).map((p, i) => ({
      ...w,
      id: p.id,
      kind: 'Pod',
      name: p.name,
      parent: w.id,
      uid: uidOf(p.id),
      apiVersion: 'v1',
      health: p.health,
      reasons: p.health === 'well' ? [] : w.reasons,
      counts: { pods: 1, ready: p.health === 'well' ? 1 : 0, wanted: 1, restarts: p.health === 'well' ? 0 : 6 },
      pods: [],
      node: `${w.clusterName}-${'abcd'[(i + k) % 4]}`,
      ip: `10.${w.cluster}.${k % 250}.${i + 2}`,
    })),
  );
  const services = graph.nodes.filter((n) => n.kind === 'Service' || n.kind === 'Ingress');
  const pods = Map.groupBy(nodes, (n) => n.parent);
  const selects = graph.edges.flatMap((e) =>
    e.relation === 'selects' ? (pods.get(e.to) ?? []).map((p) => edge('selects', e.from, p.id)) : [],
  );
  return { nodes: [...nodes, ...services], edges: [...selects, ...graph.edges.filter((e) => e.relation === 'routes')] };
}

function nodeGraph(graph: { nodes: TopologyNode[] }, h: number) {
  const pods = podGraph({ nodes: graph.nodes, edges: [] }).nodes.filter((n) => n.kind === 'Pod');
  const byNode = Map.groupBy(pods, (p) => `${p.cluster}:Node::${p.node}`);
  const nodes = [...byNode].map(([id, all]) => {
    const lost = id.endsWith('eu-1-c') && h >= 9.3 && h < 9.6;
    const first = all[0] as TopologyNode;
    return {
      ...groupNode('Node', id, all),
      name: first.node ?? '',
      health: lost ? ('broken' as Health) : ('well' as Health),
      reasons: lost ? ['node is not ready: kubelet stopped posting status'] : [],
      pods: all.slice(0, 24).map((p) => ({ id: p.id, name: p.name, health: p.health })),
      uid: uidOf(id),
      version: 'v1.34.2',
    };
  });
  return { nodes, edges: [] };
}

/** `GET /topology` of the shop. */
export function topologyAt(story: Story, at: number, level: Level): TopologyAnswer {
  const h = (at - story.start) / HOUR;
  const whole = workloadGraph(story.start, h);
  const graph =
    level === 'cluster'
      ? grouped(whole, 'Cluster')
      : level === 'namespace'
        ? grouped(whole, 'Namespace')
        : level === 'pod'
          ? podGraph(whole)
          : level === 'node'
            ? nodeGraph(whole, h)
            : whole;
  return { at: new Date(at).toISOString(), level, ...graph, coverage: { complete: true, gaps: [] } };
}

/** `count` workloads in namespaces of about sixty, three edges for two nodes, one in fifty not well. */
export function manyAt(at: number, count: number): TopologyAnswer {
  const next = random(7);
  const pick = (n: number) => Math.floor(next() * n);
  const NAMES = ['api', 'worker', 'gateway', 'store', 'queue', 'index', 'cache', 'billing', 'audit', 'mail'];
  const nodes: TopologyNode[] = Array.from({ length: count }, (_, i) => {
    const group = Math.floor(i / 60);
    const cluster = (group % 3) + 1;
    const roll = next();
    const health: Health = roll < 0.006 ? 'broken' : roll < 0.02 ? 'degraded' : 'well';
    const name = `${NAMES[i % NAMES.length]}-${i}`;
    const wanted = 1 + pick(4);
    const ready = health === 'well' ? wanted : health === 'broken' ? 0 : wanted - 1;
    const id = `${cluster}:Deployment:team-${group}:${name}`;
    return {
      id,
      kind: 'Deployment',
      name,
      namespace: `team-${group}`,
      cluster,
      clusterName: `eu-${cluster}`,
      uid: uidOf(id),
      health,
      reasons: health === 'well' ? [] : [`${ready} of ${wanted} ready: CrashLoopBackOff`],
      counts: { pods: wanted, ready, wanted, restarts: health === 'well' ? 0 : 9 },
      pods: Array.from({ length: wanted }, (_, p) => ({
        id: `${id}-${p}`,
        name: `${name}-${p}`,
        health: p < ready ? 'well' : health,
      })),
      images: [`acme/${name}:1.${pick(20)}.0`],
      version: `1.${pick(20)}.0`,
    };
  });
  const edges: TopologyEdge[] = [];
  for (let i = 0; i < count * 1.5; i++) {
    const from = pick(count);
    const near = next() < 0.93 ? Math.floor(from / 60) * 60 + pick(60) : pick(count);
    const a = nodes[from];
    const b = nodes[Math.min(near, count - 1)];
    if (a === undefined || b === undefined || a === b) continue;
    if (i % 3 === 0) edges.push(edge('declared', a.id, b.id));
    else edges.push({ ...edge('connects', a.id, b.id), rate: 10 ** (next() * 3), failed: next() < 0.04 ? next() : 0 });
  }
  const unique = new Map(edges.map((e) => [e.id, e]));
  return {
    at: new Date(at).toISOString(),
    level: 'workload',
    nodes,
    edges: [...unique.values()],
    coverage: { complete: true, gaps: [] },
  };
}
