// Objects of one moment → the graph of that moment, at a level.

import { edgeId, type Level, type Slim, type TopologyEdge, type TopologyNode } from '@mosaic/wire';
import { joined, withConnections } from './connections/connects.ts';
import { isOuter } from './connections/outside.ts';
import { COMPANION_KINDS } from './kinds.ts';
import { clusterNode, companionNode, containerNodes, machineNode, namespaceNodes, podNode } from './nodes.ts';
import { type EdgeOptions, edgesOf, scheduledEdges } from './relations.ts';
import { type ClusterObjects, type Scene, sceneOf } from './scene.ts';
import { namespaceId, nodeIdOf, workloadNode } from './workload.ts';

export interface Graph {
  /** By id, ascending. */
  readonly nodes: readonly TopologyNode[];
  /** By id, ascending. */
  readonly edges: readonly TopologyEdge[];
}

export interface GraphQuestion {
  readonly clusters: readonly ClusterObjects[];
  readonly level: Level;
  /** Enrolled ids; all when absent. */
  readonly clusterFilter?: readonly number[];
  readonly namespace?: string;
  /** Part of a name, namespace, kind or image, in any case. */
  readonly q?: string;
}

/** The whole graph at `level`. The order of `objects` does not show in it. O(objects + links). */
export function graphAt({ clusters, level, clusterFilter, namespace, q }: GraphQuestion): Graph {
  const asked = clusters.filter(({ id }) => clusterFilter === undefined || clusterFilter.includes(id));
  const names = new Map(clusters.map(({ id, name }) => [id, name]));
  const parts = asked.map((cluster) => {
    const scene = sceneOf(cluster);
    return withConnections(scene, level, graphOf(scene, level), names);
  });
  return inOrder(narrow(joined(parts), level, namespace, q));
}

/** Nodes and edges of one cluster; `onSource` is told of everything behind an edge. */
export function graphOf(scene: Scene, level: Level, onSource?: EdgeOptions['onSource']): Graph {
  if (level === 'workload') return workloadGraph(scene, onSource);
  if (level === 'pod') return podGraph(scene, onSource);
  if (level === 'container') return containerGraph(scene);
  if (level === 'node') return machineGraph(scene, onSource);
  return groupGraph(scene, level);
}

/** The node an object stands in at a level. */
const standing =
  (scene: Scene, standsIn: (slim: Slim) => Slim | undefined): EdgeOptions['idOf'] =>
  (slim) => {
    const stands = standsIn(slim);
    return stands && nodeIdOf(scene, stands);
  };

function workloadGraph(scene: Scene, onSource?: EdgeOptions['onSource']): Graph {
  const idOf = standing(scene, (slim) => (COMPANION_KINDS.has(slim.kind) ? slim : scene.workloadOf(slim)));
  const nodes = [
    ...scene.workloads.map((workload) => workloadNode(scene, workload)),
    ...scene.companions.map((companion) => companionNode(scene, companion)),
  ];
  return { nodes, edges: [...edgesOf(scene, { idOf, speaks: () => true, ...(onSource && { onSource }) }).values()] };
}

function podGraph(scene: Scene, onSource?: EdgeOptions['onSource']): Graph {
  const tops = new Set(scene.workloads);
  const idOf = standing(scene, (slim) => {
    const stands = slim.kind === 'Pod' || slim.kind === 'Node' || COMPANION_KINDS.has(slim.kind) || tops.has(slim);
    return stands ? slim : undefined;
  });
  // What a template says is said by its pods here.
  const speaks = (slim: Slim): boolean => slim.kind === 'Pod' || COMPANION_KINDS.has(slim.kind);
  const edges = edgesOf(scene, { idOf, speaks, ...(onSource && { onSource }) });
  return {
    nodes: [
      ...scene.workloads.flatMap((workload) => (workload.kind === 'Pod' ? [] : [workloadNode(scene, workload)])),
      ...podNodes(scene),
      ...scene.companions.map((companion) => companionNode(scene, companion)),
      ...scene.machines.map((machine) => machineNode(scene, machine, podsOn(scene).get(machine.name) ?? [])),
    ],
    edges: [...edges.values(), ...scheduledEdges(scene, idOf, onSource)],
  };
}

/** Newest life per name: a StatefulSet's pod may stand twice while one is leaving. */
function podNodes(scene: Scene): TopologyNode[] {
  return newestPods(scene).map((pod) => podNode(scene, pod));
}

function newestPods({ pods }: Scene): Slim[] {
  const newest = new Map<string, Slim>();
  for (const pod of pods) {
    const name = `${pod.namespace}/${pod.name}`;
    const known = newest.get(name);
    const isNewer =
      known === undefined ||
      pod.createdAt > known.createdAt ||
      (pod.createdAt === known.createdAt && pod.uid > known.uid);
    if (isNewer) newest.set(name, pod);
  }
  return [...newest.values()];
}

const podsByScene = new WeakMap<Scene, Map<string, Slim[]>>();

function podsOn(scene: Scene): ReadonlyMap<string, Slim[]> {
  let pods = podsByScene.get(scene);
  if (pods === undefined) {
    pods = Map.groupBy(scene.pods, ({ node }) => node ?? '');
    podsByScene.set(scene, pods);
  }
  return pods;
}

function containerGraph(scene: Scene): Graph {
  const pods = newestPods(scene);
  const containers = pods.flatMap((pod) => containerNodes(scene, pod));
  const edges = containers.flatMap<TopologyEdge>(({ id, parent }) =>
    parent === undefined
      ? []
      : [{ id: edgeId('owns', parent, id), from: parent, to: id, relation: 'owns', via: 'spec.containers' }],
  );
  return { nodes: [...pods.map((pod) => podNode(scene, pod)), ...containers], edges };
}

/** Machines with the pods on them. */
function machineGraph(scene: Scene, onSource?: EdgeOptions['onSource']): Graph {
  const idOf = standing(scene, (slim) => (slim.kind === 'Pod' || slim.kind === 'Node' ? slim : undefined));
  const on = podsOn(scene);
  const pods = newestPods(scene).map((pod) => {
    const machine = pod.node === undefined ? undefined : scene.named('Node', '', pod.node);
    return { ...podNode(scene, pod), ...(machine && { parent: nodeIdOf(scene, machine) }) };
  });
  return {
    nodes: [...scene.machines.map((machine) => machineNode(scene, machine, on.get(machine.name) ?? [])), ...pods],
    edges: scheduledEdges(scene, idOf, onSource),
  };
}

function groupGraph(scene: Scene, level: 'cluster' | 'namespace'): Graph {
  const workloads = scene.workloads.map((workload) => workloadNode(scene, workload));
  if (level === 'cluster') return { nodes: [clusterNode(scene, workloads)], edges: [] };
  return { nodes: namespaceNodes(scene, workloads), edges: betweenNamespaces(scene) };
}

/** Relations that cross namespaces, one edge per pair and relation. */
function betweenNamespaces(scene: Scene): TopologyEdge[] {
  const { edges } = workloadGraph(scene);
  const across = new Map<string, TopologyEdge>();
  for (const { from, to, relation } of edges) {
    const ends = [namespaceOf(scene, from), namespaceOf(scene, to)];
    const [a, b] = ends;
    if (a === undefined || b === undefined || a === b) continue;
    const id = edgeId(relation, a, b);
    across.set(id, { id, from: a, to: b, relation });
  }
  return [...across.values()];
}

function namespaceOf(scene: Scene, id: string): string | undefined {
  const namespace = id.split(':', 3)[2];
  return namespace ? namespaceId(scene.cluster.id, namespace) : undefined;
}

function narrow(graph: Graph, level: Level, namespace: string | undefined, q: string | undefined): Graph {
  if (namespace === undefined && q === undefined) return graph;
  const part = q?.toLowerCase();
  const nodes = graph.nodes.filter(
    (node) => isIn(node, level, namespace) && (part === undefined || mentions(node, part)),
  );
  const kept = new Set(nodes.map(({ id }) => id));
  // What a namespace talks to outside belongs to its picture.
  const outer = q === undefined ? outerOf(graph, kept) : [];
  for (const node of outer) {
    nodes.push(node);
    kept.add(node.id);
  }
  return { nodes, edges: graph.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)) };
}

function outerOf({ nodes, edges }: Graph, kept: ReadonlySet<string>): TopologyNode[] {
  const touched = new Set<string>();
  for (const { relation, from, to } of edges) {
    if (relation !== 'connects') continue;
    if (kept.has(from)) touched.add(to);
    if (kept.has(to)) touched.add(from);
  }
  return nodes.filter((node) => isOuter(node) && touched.has(node.id) && !kept.has(node.id));
}

function isIn(node: TopologyNode, level: Level, namespace: string | undefined): boolean {
  if (namespace === undefined || level === 'cluster') return true;
  return level === 'namespace' ? node.name === namespace : node.namespace === namespace;
}

const mentions = ({ name, namespace, kind, images }: TopologyNode, part: string): boolean =>
  name.toLowerCase().includes(part) ||
  namespace.toLowerCase().includes(part) ||
  kind.toLowerCase() === part ||
  (images ?? []).some((image) => image.toLowerCase().includes(part));

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

const inOrder = ({ nodes, edges }: Graph): Graph => ({ nodes: nodes.toSorted(byId), edges: edges.toSorted(byId) });
