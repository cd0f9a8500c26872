// One cluster's objects, arranged for the questions a graph asks: by name, by workload, by label.

import type { Slim } from '@mosaic/wire';
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
  /** The workload an object is folded into: pods, ReplicaSets, Jobs of CronJobs, and workloads themselves. */
  workloadOf(slim: Slim): Slim | undefined;
  podsOf(workload: Slim): readonly Slim[];
  /** Newest life of that name; of pods only those without an owner. */
  named(kind: string, namespace: string, name: string): Slim | undefined;
  /** Pods, and ReplicaSets standing for pods that are not there. */
  selected(namespace: string, selector: NonNullable<Slim['links'][number]['selector']>): readonly Slim[];
}

const key = ({ kind, namespace, name }: Pick<Slim, 'kind' | 'namespace' | 'name'>): string =>
  `${kind}\n${namespace}\n${name}`;

const isNewer = (a: Slim, b: Slim): boolean =>
  a.createdAt === b.createdAt ? a.uid > b.uid : a.createdAt > b.createdAt;

export function sceneOf(cluster: ClusterObjects): Scene {
  const { objects } = cluster;
  const sorted = sortOut(objects);
  const tops = new Map<string, Slim>();
  const podsByTop = new Map<string, Slim[]>();
  for (const slim of sorted.running) tops.set(slim.uid, topmostOwner(objects, slim));
  for (const pod of sorted.pods) push(podsByTop, tops.get(pod.uid)?.uid ?? pod.uid, pod);
  const newest = new Map<string, Slim>();
  for (const slim of sorted.named) keepNewest(newest, slim);
  const workloads = new Map<string, Slim>();
  for (const top of new Set(tops.values())) keepNewest(workloads, top);
  for (const [name, workload] of workloads) newest.set(name, workload);
  return {
    cluster,
    objects,
    pods: sorted.pods,
    workloads: [...workloads.values()],
    companions: [...newest.values()].filter(({ kind }) => COMPANION_KINDS.has(kind)),
    machines: [...newest.values()].filter(({ kind }) => kind === 'Node'),
    namespaces: [...newest.values()].filter(({ kind }) => kind === 'Namespace'),
    workloadOf: (slim) => tops.get(slim.uid) ?? (podsByTop.has(slim.uid) ? slim : undefined),
    podsOf: (workload) => podsByTop.get(workload.uid) ?? [],
    named: (kind, namespace, name) => newest.get(key({ kind, namespace, name })),
    selected: selectorIndex(sorted.selectable),
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

function keepNewest(newest: Map<string, Slim>, slim: Slim): void {
  const name = key(slim);
  const known = newest.get(name);
  if (known === undefined || isNewer(slim, known)) newest.set(name, slim);
}

function push<K, V>(groups: Map<K, V[]>, name: K, member: V): void {
  const group = groups.get(name);
  if (group) group.push(member);
  else groups.set(name, [member]);
}
