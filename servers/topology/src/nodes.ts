// Nodes that are not workloads: companions, pods, containers, machines, and groups of them.

import { type ContainerState, type Health, nodeId, type Slim, type TopologyNode } from '@mosaic/wire';
import { hasEnded, healthOf, healthRank, isReadyPod, worst } from './health.ts';
import { versionOf } from './kinds.ts';
import type { Scene } from './scene.ts';
import { baseNode, clusterNodeId, isOf, namespaceId, placeOf } from './workload.ts';

const NOTHING = { pods: 0, ready: 0, wanted: 0, restarts: 0 };

/** What was said of a companion last, by what it was said of. */
const companions = new WeakMap<Slim, TopologyNode>();

export function companionNode(scene: Scene, slim: Slim): TopologyNode {
  if (slim.kind === 'Service') return { ...baseNode(scene, slim), ...serviceHealth(scene, slim) };
  const known = companions.get(slim);
  if (known !== undefined && isOf(known, scene.cluster)) return known;
  const node = { ...baseNode(scene, slim), health: healthOf(slim), reasons: [...slim.reasons], counts: NOTHING };
  companions.set(slim, node);
  return node;
}

/** A Service is as well as what it selects: nothing, or nothing ready, degrades it. */
function serviceHealth(scene: Scene, service: Slim): Pick<TopologyNode, 'health' | 'reasons' | 'counts'> {
  const selectors = service.links.flatMap(({ relation, selector }) =>
    relation === 'selects' && selector !== undefined ? [selector] : [],
  );
  const own = { health: healthOf(service), reasons: [...service.reasons] };
  if (selectors.length === 0) return { ...own, counts: NOTHING };
  const selected = selectors.flatMap((selector) => scene.selected(service.namespace, selector));
  const pods = selected.filter((slim) => slim.kind === 'Pod' && !hasEnded(slim));
  const ready = pods.filter(isReadyPod).length;
  const counts = { pods: pods.length, ready, wanted: pods.length, restarts: 0 };
  if (ready > 0) return { ...own, counts };
  // Before anybody watched, how the pods were is not known: that nobody was ready would be a guess.
  if (scene.cluster.reconstructed) return { ...own, health: 'unknown', counts };
  const reason = pods.length > 0 ? `none of ${pods.length} pods is ready` : nothingSelected(scene, selected);
  return { health: worst(own.health, 'degraded'), reasons: [...new Set([...own.reasons, reason])], counts };
}

function nothingSelected(scene: Scene, selected: readonly Slim[]): string {
  const idle = selected.map((slim) => scene.workloadOf(slim)).find((workload) => workload?.wanted === 0);
  return idle === undefined ? 'its selector matches no pod' : `no pods: ${idle.name} is scaled to 0`;
}

export function podNode(scene: Scene, pod: Slim): TopologyNode {
  const workload = scene.workloadOf(pod);
  const version = pod.images[0] === undefined ? undefined : versionOf(pod.images[0]);
  return {
    ...baseNode(scene, pod),
    ...(workload !== undefined &&
      workload !== pod && { parent: nodeId(scene.cluster.id, workload.kind, workload.namespace, workload.name) }),
    health: healthOf(pod),
    reasons: [...pod.reasons],
    counts: { pods: 1, ready: isReadyPod(pod) ? 1 : 0, wanted: 1, restarts: pod.restarts ?? 0 },
    images: [...pod.images],
    ...(version !== undefined && { version }),
    ...placeOf(pod),
  };
}

export const containerId = (podId: string, container: string): string => `${podId}/${container}`;

export function containerNodes(scene: Scene, pod: Slim): TopologyNode[] {
  const { labels: _, ...base } = baseNode(scene, pod); // the pod's, said there
  const mains = pod.containers.filter(({ init }) => init !== true);
  return pod.containers.map((container) => {
    const image = container.init === true ? undefined : pod.images[mains.indexOf(container)];
    const version = image === undefined ? undefined : versionOf(image);
    return {
      ...base,
      id: containerId(base.id, container.name),
      kind: 'Container',
      name: container.name,
      parent: base.id,
      ...containerHealth(container),
      counts: { pods: 0, ready: container.ready ? 1 : 0, wanted: 1, restarts: container.restarts },
      ...(image !== undefined && { images: [image] }),
      ...(version !== undefined && { version }),
      ...placeOf(pod),
    };
  });
}

const HARMLESS_WAITS: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing', 'PullingImage']);

function containerHealth(container: ContainerState): { health: Health; reasons: string[] } {
  const { state, reason, exitCode, init, ready } = container;
  const told = reason === undefined ? [] : [exitCode === undefined ? reason : `${reason} (exit ${exitCode})`];
  if (state === 'unknown') return { health: 'unknown', reasons: told };
  if (state === 'terminated') {
    const isDone = (exitCode ?? 0) === 0;
    return { health: isDone ? 'well' : 'broken', reasons: isDone ? [] : told };
  }
  if (state === 'waiting') {
    const isHarmless = reason === undefined || HARMLESS_WAITS.has(reason);
    return { health: isHarmless ? 'degraded' : 'broken', reasons: told };
  }
  return ready || init === true ? { health: 'well', reasons: [] } : { health: 'degraded', reasons: ['not ready'] };
}

export function machineNode(scene: Scene, machine: Slim, pods: readonly Slim[]): TopologyNode {
  const living = pods.filter((pod) => !hasEnded(pod));
  return {
    ...baseNode(scene, machine),
    health: healthOf(machine),
    reasons: [...machine.reasons],
    counts: { ...membersByHealth(living.map(healthOf)), ...podSums(living) },
  };
}

function podSums(pods: readonly Slim[]): { pods: number; ready: number; wanted: number; restarts: number } {
  return {
    pods: pods.length,
    ready: pods.filter(isReadyPod).length,
    wanted: pods.length,
    restarts: pods.reduce((sum, pod) => sum + (pod.restarts ?? 0), 0),
  };
}

const membersByHealth = (healths: readonly Health[]) => {
  const counts = { well: 0, degraded: 0, broken: 0, unknown: 0 };
  for (const health of healths) counts[health]++;
  return counts;
};

/** The worst of its workloads, which are named. */
function groupOf(workloads: readonly TopologyNode[]): Pick<TopologyNode, 'health' | 'reasons' | 'counts'> {
  const sum = (pick: (counts: TopologyNode['counts']) => number) =>
    workloads.reduce((total, { counts }) => total + pick(counts), 0);
  const ailing = workloads
    .filter(({ health }) => healthRank(health) > 1)
    .sort((a, b) => healthRank(b.health) - healthRank(a.health) || (a.id < b.id ? -1 : 1));
  return {
    health: workloads.reduce<Health>((health, workload) => worst(health, workload.health), 'well'),
    reasons: ailing.slice(0, 3).map(({ name, health, reasons }) => `${name}: ${reasons[0] ?? health}`),
    counts: {
      pods: sum(({ pods }) => pods),
      ready: sum(({ ready }) => ready),
      wanted: sum(({ wanted }) => wanted),
      restarts: sum(({ restarts }) => restarts),
      ...membersByHealth(workloads.map(({ health }) => health)),
      workloads: workloads.length,
    },
  };
}

/** One node per namespace that exists or holds something on the map. */
export function namespaceNodes(scene: Scene, workloads: readonly TopologyNode[]): TopologyNode[] {
  const members = Map.groupBy(workloads, ({ namespace }) => namespace);
  const known = new Map(scene.namespaces.map((slim) => [slim.name, slim]));
  const names = new Set([...known.keys(), ...members.keys(), ...scene.companions.map(({ namespace }) => namespace)]);
  names.delete('');
  return [...names].map((name) => {
    const slim = known.get(name);
    const group = groupOf(members.get(name) ?? []);
    if (slim !== undefined) return { ...baseNode(scene, slim), ...group };
    return { ...groupBase(scene, namespaceId(scene.cluster.id, name), 'Namespace', name), ...group };
  });
}

const groupBase = (scene: Scene, id: string, kind: string, name: string) => ({
  id,
  kind,
  name,
  namespace: '',
  cluster: scene.cluster.id,
  clusterName: scene.cluster.name,
  ...(kind === 'Namespace' && { parent: clusterNodeId(scene.cluster) }),
  ...(scene.cluster.reconstructed && { reconstructed: true }),
});

export const clusterNode = (scene: Scene, workloads: readonly TopologyNode[]): TopologyNode => ({
  ...groupBase(scene, clusterNodeId(scene.cluster), 'Cluster', scene.cluster.name),
  ...groupOf(workloads),
});
