// A workload is the topmost owner: pods and ReplicaSets, and a CronJob's Jobs, are part of it.

import type { Slim } from '@mosaic/wire';

/** No real chain is longer; a circle of owners ends here. */
const MOST_OWNERS = 10;

export type Objects = ReadonlyMap<string, Slim>;

/** As much of an object as its place in a chain of owners needs. */
export interface Owned {
  readonly namespace: string;
  readonly owner?: string;
}

/**
 * Follows controlling owners up to the last one known. An owner outside the object's namespace does not count: mirror pods
 * belong to a Node, and an operator's cluster-wide object is no workload.
 */
export function topmostOwner<T extends Owned>(objects: ReadonlyMap<string, T>, slim: T): T {
  let top = slim;
  for (let steps = 0; steps < MOST_OWNERS; steps++) {
    const owner = top.owner === undefined ? undefined : objects.get(top.owner);
    if (owner === undefined || owner.namespace !== slim.namespace || owner === top) return top;
    top = owner;
  }
  return top;
}

export interface Workload {
  readonly uid: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The workload that the object with this uid is part of (itself when nothing owns it); undefined for an unknown uid. */
export function workloadOf(objects: Objects, uid: string): Workload | undefined {
  const slim = objects.get(uid);
  if (slim === undefined) return undefined;
  const { uid: topUid, kind, namespace, name } = topmostOwner(objects, slim);
  return { uid: topUid, kind, namespace, name };
}
