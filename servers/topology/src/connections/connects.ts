// The edges that were seen, at a level, with the nodes they need.

import { type EdgeEnd, type Level, nodeId, parseNodeId, type TopologyEdge, type TopologyNode } from '@mosaic/wire';
import type { Graph } from '../graph.ts';
import type { Scene } from '../scene.ts';
import { clusterNodeId, namespaceId } from '../workload.ts';
import { type Drawn, edgeOf } from './edge-of.ts';
import { sumOf } from './figures.ts';
import { lifted } from './lifted.ts';
import { type Outside, outside } from './outside.ts';
import { overWindow, type WindowEdge } from './window.ts';

/** `graph` with what the cluster's minutes tell. What is gone at this instant has no node, and then no edge. */
export function withConnections(scene: Scene, level: Level, graph: Graph, names: ReadonlyMap<number, string>): Graph {
  const { cluster } = scene;
  const minutes = cluster.edges ?? [];
  if (minutes.length === 0) return graph;
  const base = level === 'pod' || level === 'container' ? level : level === 'node' ? 'pod' : 'workload';
  const { edges, seconds } = overWindow(minutes, (minute) => lifted(minute, cluster.id, base));
  const standing = new Set(graph.nodes.map(({ id }) => id));
  const outer = outside(cluster, names, pairsOf(edges.values()));
  const placing = { scene, level, standing, names, outer };
  const drawn = new Map<string, Drawn>();
  for (const edge of edges.values()) draw(drawn, edge, placing);
  return {
    nodes: [...graph.nodes, ...missing(placing.outer.nodes(), standing)],
    edges: [...graph.edges, ...[...drawn.values()].map((one) => edgeOf(one, seconds))],
  };
}

interface Placing {
  readonly scene: Scene;
  readonly level: Level;
  readonly standing: ReadonlySet<string>;
  readonly names: ReadonlyMap<number, string>;
  readonly outer: Outside;
}

const missing = (nodes: readonly TopologyNode[], standing: ReadonlySet<string>): TopologyNode[] =>
  nodes.filter(({ id }) => !standing.has(id));

function* pairsOf(edges: Iterable<WindowEdge>) {
  for (const { fromEnd, toEnd } of edges) {
    yield { end: fromEnd, inner: toEnd.namespace };
    yield { end: toEnd, inner: fromEnd.namespace };
  }
}

function draw(drawn: Map<string, Drawn>, edge: WindowEdge, placing: Placing): void {
  const { port, protocol, figures, confidence, via, fromEnd, toEnd } = edge;
  // The end inside is asked first: an end outside stands nowhere when what it talks to has gone.
  const isOut = isOutside(fromEnd);
  const first = placeOf(isOut ? edge.to : edge.from, isOut ? toEnd : fromEnd, isOut ? fromEnd : toEnd, placing);
  if (first === undefined) return;
  const second = placeOf(isOut ? edge.from : edge.to, isOut ? fromEnd : toEnd, isOut ? toEnd : fromEnd, placing);
  if (second === undefined || first === second) return;
  const [from, to] = isOut ? [second, first] : [first, second];
  const key = `${from}~${to}~${port}/${protocol}`;
  const known = drawn.get(key);
  drawn.set(
    key,
    known === undefined
      ? { from, to, port, protocol, figures, confidence, via }
      : {
          ...known,
          figures: sumOf(known.figures, figures),
          confidence: Math.max(known.confidence, confidence),
          via: new Set([...known.via, ...via]),
        },
  );
}

/** No agent watches there: what its spans say of themselves is all there is. */
const isToldOnly = ({ kind, uid }: EdgeEnd): boolean => kind === 'Pod' && uid === undefined;

const isOutside = ({ kind, cluster }: EdgeEnd): boolean =>
  cluster !== undefined || kind === 'External' || kind === 'Unknown';

/** The node an end stands in at the level; undefined: nowhere at this instant. */
function placeOf(
  id: string,
  end: EdgeEnd,
  other: EdgeEnd,
  { scene, level, standing, names, outer }: Placing,
): string | undefined {
  if (isOutside(end)) return outer.standsIn(elsewhere(id, end, level, names), end, other.namespace);
  const place = levels[level](scene, id, end);
  if (place === undefined) return undefined;
  if (standing.has(place)) return place;
  if (level === 'container') return podOf(scene, end, standing);
  if (isToldOnly(end)) return outer.standsIn(place, end, other.namespace);
  return end.kind === 'Node' && level !== 'cluster' ? outer.standsIn(hostsId(scene, place, level), end, '') : undefined;
}

/** Hosts are one node where machines do not stand. */
const hostsId = ({ cluster }: Scene, id: string, level: Level): string =>
  level === 'node' || level === 'pod' ? id : nodeId(cluster.id, 'Node', '', 'nodes');

function podOf(
  { cluster }: Scene,
  { kind, namespace, name }: EdgeEnd,
  standing: ReadonlySet<string>,
): string | undefined {
  const id = nodeId(cluster.id, kind, namespace, name);
  return standing.has(id) ? id : undefined;
}

const levels: Readonly<Record<Level, (scene: Scene, id: string, end: EdgeEnd) => string | undefined>> = {
  workload: (_, id) => id,
  pod: (_, id) => id,
  container: (_, id) => id,
  node: machineOf,
  namespace: ({ cluster }, id, { namespace }) => (namespace === '' ? id : namespaceId(cluster.id, namespace)),
  cluster: ({ cluster }) => clusterNodeId(cluster),
};

function machineOf(scene: Scene, id: string, { kind, uid }: EdgeEnd): string | undefined {
  if (kind !== 'Pod') return kind === 'Node' ? id : undefined;
  const machine = scene.objects.get(uid ?? '')?.node;
  return machine === undefined ? undefined : nodeId(scene.cluster.id, 'Node', '', machine);
}

/** What stands in another cluster at this level, as far as its name tells. */
function elsewhere(id: string, { cluster }: EdgeEnd, level: Level, names: ReadonlyMap<number, string>): string {
  if (cluster === undefined) return id;
  const { namespace = '' } = parseNodeId(id) ?? {};
  if (level === 'cluster') return clusterNodeId({ id: cluster, name: names.get(cluster) ?? `cluster ${cluster}` });
  if (level === 'namespace' && namespace !== '') return namespaceId(cluster, namespace);
  return id;
}

/**
 * Clusters' graphs as one. An edge between two of them is told by both: the caller's word counts. A thing of another cluster that stands
 * there is that thing.
 */
export function joined(parts: readonly Graph[]): Graph {
  if (parts.length === 1) return parts[0] ?? { nodes: [], edges: [] };
  if (!parts.some(reachesOut))
    return { nodes: parts.flatMap((part) => part.nodes), edges: parts.flatMap((part) => part.edges) };
  const nodes = new Map<string, TopologyNode>();
  for (const part of parts)
    for (const node of part.nodes) {
      const known = nodes.get(node.id);
      if (known === undefined || isStandIn(known)) nodes.set(node.id, node);
    }
  const edges = new Map<string, TopologyEdge>();
  for (const part of parts)
    for (const edge of part.edges) {
      const known = edges.get(edge.id);
      edges.set(edge.id, known === undefined ? edge : busier(known, edge));
    }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

const reachesOut = ({ nodes }: Graph): boolean => nodes.some(isStandIn);

const isStandIn = ({ uid, reasons }: TopologyNode): boolean => uid === undefined && reasons[0] === 'in another cluster';

/** Two clusters' minutes of the same connections: neither adds to the other. */
const busier = (a: TopologyEdge, b: TopologyEdge): TopologyEdge => ((b.rate ?? 0) > (a.rate ?? 0) ? b : a);
