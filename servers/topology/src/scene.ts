// One cluster's objects, arranged for the questions a graph asks: by name, by workload, by label.

import type { Slim } from '@mosaic/wire';
import type { MinuteOfEdges } from './connections/window.ts';
import { COMPANION_KINDS, WORKLOAD_KINDS } from './kinds.ts';
import { type Objects, topmostOwner } from './owners.ts';
import { selectorIndex } from './selector.ts';

export interface ClusterObjects {
  /** Enrolled id. */
  readonly id: number;
  readonly name: string;
  readonly objects: Objects;
  /** Not watched at that instant: what objects prove of themselves. */
  readonly reconstructed?: boolean;
  /** What was seen of connections: the minutes of `edgeSpan`, as the store's `edges.between` answers them. */
  readonly edges?: readonly MinuteOfEdges[];
}

export interface Scene {
  readonly cluster: ClusterObjects;
  readonly objects: Objects;
  readonly pods: readonly Slim[];
  /** Topmost owners that are workloads, newest life per name. */
  readonly workloads: readonly Slim[];
  /** Services, Ingresses and so on, newest life per name. */
  readonly companions: readonly Slim[];
  readonly machines: readonly Slim[];
  readonly namespaces: readonly Slim[];
  /** The workload an object of this scene is folded into: pods, ReplicaSets, Jobs of CronJobs, and workloads themselves. */
  workloadOf(slim: Slim): Slim | undefined;
  podsOf(workload: Slim): readonly Slim[];
  /** Newest life of that name; of pods only those without an owner. */
  named(kind: string, namespace: string, name: string): Slim | undefined;
  /** Pods, and ReplicaSets standing for pods that are not there. */
  selected(namespace: string, selector: NonNullable<Slim['links'][number]['selector']>): readonly Slim[];
}

const isNewer = (a: Slim, b: Slim): boolean =>
  a.createdAt === b.createdAt ? a.uid > b.uid : a.createdAt > b.createdAt;

export function sceneOf(cluster: ClusterObjects): Scene {
  const { objects } = cluster;
  const sorted = sortOut(objects);
  const topOf = topsOf(objects);
  const tops = new Set<Slim>();
  const podsByTop = new Map<Slim, Slim[]>();
  for (const slim of sorted.running) tops.add(topOf(slim));
  for (const pod of sorted.pods) push(podsByTop, topOf(pod), pod);
  const newest = names();
  for (const slim of sorted.named) newest.keepNewest(slim);
  const workloads = names();
  for (const top of tops) workloads.keepNewest(top);
  for (const workload of workloads.all()) newest.put(workload);
  const named = newest.all();
  return {
    cluster,
    objects,
    pods: sorted.pods,
    workloads: workloads.all(),
    companions: named.filter(({ kind }) => COMPANION_KINDS.has(kind)),
    machines: named.filter(({ kind }) => kind === 'Node'),
    namespaces: named.filter(({ kind }) => kind === 'Namespace'),
    workloadOf(slim) {
      if (WORKLOAD_KINDS.has(slim.kind)) return topOf(slim);
      return podsByTop.has(slim) ? slim : undefined;
    },
    podsOf: (workload) => podsByTop.get(workload) ?? [],
    named: newest.get,
    selected: selectorIndex(sorted.selectable),
  };
}

/** Siblings share what their owner leads up to; where a circle of owners is cut, too, is the same for all of one owner. */
function topsOf(objects: Objects): (slim: Slim) => Slim {
  const byOwner = new Map<string, Slim>();
  return (slim) => {
    if (slim.owner === undefined) return slim;
    const known = byOwner.get(slim.owner);
    if (known !== undefined && known.namespace === slim.namespace) return known;
    const top = topmostOwner(objects, slim);
    if (top !== slim) byOwner.set(slim.owner, top);
    return top;
  };
}

function sortOut(objects: Objects) {
  const running: Slim[] = [];
  const pods: Slim[] = [];
  const named: Slim[] = [];
  const selectable = new Map<string, Slim[]>();
  for (const slim of objects.values()) {
    const isPod = slim.kind === 'Pod';
    if (WORKLOAD_KINDS.has(slim.kind)) running.push(slim);
    if (isPod) pods.push(slim);
    if (isPod || slim.kind === 'ReplicaSet') push(selectable, slim.namespace, slim);
    if (isNamed(slim)) named.push(slim);
  }
  return { running, pods, named, selectable };
}

/** Kinds something may point at by name, or that stand on the map. */
const isNamed = ({ kind }: Slim): boolean =>
  COMPANION_KINDS.has(kind) ||
  kind === 'Node' ||
  kind === 'Namespace' ||
  (WORKLOAD_KINDS.has(kind) && kind !== 'Pod' && kind !== 'ReplicaSet');

/** One object per kind, namespace and name. In three steps, so that looking one up joins no strings: every link's end is looked up. */
function names() {
  const byKind = new Map<string, Map<string, Map<string, Slim>>>();
  const inNamespace = (kind: string, namespace: string): Map<string, Slim> => {
    const byNamespace = byKind.get(kind) ?? new Map<string, Map<string, Slim>>();
    byKind.set(kind, byNamespace);
    const byName = byNamespace.get(namespace) ?? new Map<string, Slim>();
    byNamespace.set(namespace, byName);
    return byName;
  };
  return {
    put: (slim: Slim): void => void inNamespace(slim.kind, slim.namespace).set(slim.name, slim),
    keepNewest(slim: Slim): void {
      const byName = inNamespace(slim.kind, slim.namespace);
      const known = byName.get(slim.name);
      if (known === undefined || isNewer(slim, known)) byName.set(slim.name, slim);
    },
    get: (kind: string, namespace: string, name: string): Slim | undefined =>
      byKind.get(kind)?.get(namespace)?.get(name),
    all: (): Slim[] =>
      [...byKind.values()].flatMap((byNamespace) =>
        [...byNamespace.values()].flatMap((byName) => [...byName.values()]),
      ),
  };
}

function push<K, V>(groups: Map<K, V[]>, name: K, member: V): void {
  const group = groups.get(name);
  if (group) group.push(member);
  else groups.set(name, [member]);
}
