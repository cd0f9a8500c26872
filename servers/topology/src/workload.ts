// A workload as one node: its own word and that of its pods, the worst explained.

import { type Health, nodeId, type Slim, type TopologyNode } from '@mosaic/wire';
import { hasEnded, healthOf, healthRank, isReadyPod, worst } from './health.ts';
import { instant } from './instant.ts';
import { versionOf } from './kinds.ts';
import type { ClusterObjects, Scene } from './scene.ts';

export const MOST_DOTS = 24;
const MOST_REASONS = 5;

export const namespaceId = (cluster: number, namespace: string): string => nodeId(cluster, 'Namespace', '', namespace);

type BaseNode = Omit<TopologyNode, 'health' | 'reasons' | 'counts'>;

/** Moments near each other share most of their objects (they are immutable): what is said of one is said once. */
const nodes = new WeakMap<Slim, { readonly pods: readonly Slim[]; readonly node: TopologyNode }>();

/** Whether a node of another moment was made for the same cluster. */
export const isOf = (
  { cluster, clusterName, reconstructed }: BaseNode,
  { id, name, ...scene }: ClusterObjects,
): boolean => cluster === id && clusterName === name && (reconstructed ?? false) === (scene.reconstructed ?? false);

const areSame = (a: readonly Slim[], b: readonly Slim[]): boolean =>
  a.length === b.length && a.every((slim, i) => slim === b[i]);

/** What a scene's nodes and edges say again and again, as one string each. */
interface Words {
  readonly ids: Map<Slim, string>;
  readonly parents: Map<string, string>;
}
const words = new WeakMap<Scene, Words>();

function wordsOf(scene: Scene): Words {
  let known = words.get(scene);
  if (known === undefined) {
    known = { ids: new Map(), parents: new Map() };
    words.set(scene, known);
  }
  return known;
}

/** Its node's id. */
export function nodeIdOf(scene: Scene, slim: Slim): string {
  const { ids } = wordsOf(scene);
  let id = ids.get(slim);
  if (id === undefined) {
    id = nodeId(scene.cluster.id, slim.kind, slim.namespace, slim.name);
    ids.set(slim, id);
  }
  return id;
}

function parentOf(scene: Scene, namespace: string): string {
  const { parents } = wordsOf(scene);
  let parent = parents.get(namespace);
  if (parent === undefined) {
    parent = namespace === '' ? clusterNodeId(scene.cluster) : namespaceId(scene.cluster.id, namespace);
    parents.set(namespace, parent);
  }
  return parent;
}

/** What every node says of the object it stands for. */
export function baseNode(scene: Scene, slim: Slim): BaseNode {
  const { cluster } = scene;
  return {
    id: nodeIdOf(scene, slim),
    kind: slim.kind,
    name: slim.name,
    namespace: slim.namespace,
    cluster: cluster.id,
    clusterName: cluster.name,
    uid: slim.uid,
    apiVersion: slim.apiVersion,
    parent: parentOf(scene, slim.namespace),
    labels: slim.labels,
    createdAt: instant(slim.createdAt),
    ...(cluster.reconstructed && { reconstructed: true }),
  };
}

export const clusterNodeId = ({ id, name }: { readonly id: number; readonly name: string }): string =>
  nodeId(id, 'Cluster', '', name);

export function workloadNode(scene: Scene, workload: Slim): TopologyNode {
  const pods = scene.podsOf(workload);
  const known = nodes.get(workload);
  if (known !== undefined && isOf(known.node, scene.cluster) && areSame(known.pods, pods)) return known.node;
  const node = makeNode(scene, workload);
  nodes.set(workload, { pods, node });
  return node;
}

function makeNode(scene: Scene, workload: Slim): TopologyNode {
  const isPod = workload.kind === 'Pod';
  const all = scene.podsOf(workload);
  const living = isPod ? all : all.filter((pod) => !hasEnded(pod));
  const images = imagesOf(workload, living.length > 0 ? living : all);
  const version = images[0] === undefined ? undefined : versionOf(images[0]);
  return {
    ...baseNode(scene, workload),
    ...verdict(workload, isPod ? [] : living),
    counts: podCounts(workload, isPod, living),
    pods: dotsOf(scene, living),
    images,
    ...(version !== undefined && { version }),
    ...(isPod && placeOf(workload)),
  };
}

function podCounts(workload: Slim, isPod: boolean, living: readonly Slim[]): TopologyNode['counts'] {
  const ready = living.filter(isReadyPod).length;
  return {
    pods: living.length,
    ready: isPod ? ready : Math.max(ready, living.length === 0 ? (workload.ready ?? 0) : 0),
    wanted: isPod ? 1 : (workload.wanted ?? living.length),
    restarts: living.reduce((sum, pod) => sum + (pod.restarts ?? 0), 0),
  };
}

/** Where a pod is. */
export const placeOf = ({ node, ip }: Slim): { node?: string; ip?: string } => ({
  ...(node !== undefined && { node }),
  ...(ip !== undefined && { ip }),
});

/** A broken pod beside ready ones degrades its workload; with none ready it breaks it. */
export function verdict(workload: Slim, living: readonly Slim[]): { health: Health; reasons: string[] } {
  const own = healthOf(workload);
  const ailing = living.filter((pod) => pod.deletingAt === undefined && healthRank(healthOf(pod)) > 1);
  if (ailing.length === 0) return { health: own, reasons: workload.reasons.slice(0, MOST_REASONS) };
  const serves = living.some(isReadyPod);
  const isBroken = !serves && ailing.some((pod) => healthOf(pod) === 'broken');
  return {
    health: worst(own, isBroken ? 'broken' : 'degraded'),
    reasons: [...new Set([...workload.reasons, ...podReasons(ailing)])].slice(0, MOST_REASONS),
  };
}

/** `CrashLoopBackOff (exit 1) in 3 pods`, those of broken pods first, then the commonest. */
function podReasons(ailing: readonly Slim[]): string[] {
  const told = new Map<string, { pods: number; rank: number }>();
  for (const pod of ailing) {
    const rank = healthRank(healthOf(pod));
    for (const reason of pod.reasons) {
      const known = told.get(reason);
      if (known === undefined) told.set(reason, { pods: 1, rank });
      else {
        known.pods++;
        known.rank = Math.max(known.rank, rank);
      }
    }
  }
  return [...told]
    .sort(([a, x], [b, y]) => y.rank - x.rank || y.pods - x.pods || (a < b ? -1 : 1))
    .map(([reason, { pods }]) => (pods === 1 ? reason : `${reason} in ${pods} pods`));
}

const byName = (a: Slim, b: Slim): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.uid < b.uid ? -1 : 1);

/** One square per pod; when there are too many the worst are kept. */
function dotsOf(scene: Scene, living: readonly Slim[]): NonNullable<TopologyNode['pods']> {
  const shown =
    living.length <= MOST_DOTS
      ? [...living]
      : [...living]
          .sort((a, b) => healthRank(healthOf(b)) - healthRank(healthOf(a)) || byName(a, b))
          .slice(0, MOST_DOTS);
  const prefix = nodeId(scene.cluster.id, 'Pod', shown[0]?.namespace ?? '', ''); // a workload's pods are in one namespace
  return shown.sort(byName).map((pod) => ({
    id: `${prefix}${pod.name}`,
    name: pod.name,
    health: healthOf(pod),
  }));
}

/** Its own, else those of its newest pod (operators' kinds name no images). */
function imagesOf(workload: Slim, pods: readonly Slim[]): string[] {
  if (workload.images.length > 0 || pods.length === 0) return [...workload.images];
  const newest = pods.reduce((a, b) =>
    b.createdAt > a.createdAt || (b.createdAt === a.createdAt && b.uid > a.uid) ? b : a,
  );
  return [...newest.images];
}
