// A written history for tests: manifests as an agent would have recorded them, in revisions and state.

import type { Slim } from '@mosaic/wire';
import { born, checkpoint, gone, revision, slim, steps, turned, type World, watching } from '../testing.ts';

export interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly creationTimestamp: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** `object` absent: it was deleted. */
export interface Step {
  readonly at: number;
  readonly uid: string;
  readonly rv: number;
  readonly object?: Written;
}

const slimOf = ({ apiVersion, kind, metadata }: Written, rv: number): Slim =>
  slim({
    ...{ apiVersion, kind, rv, uid: metadata.uid, name: metadata.name, namespace: metadata.namespace ?? '' },
    createdAt: Date.parse(metadata.creationTimestamp),
  });

/** Watched from `since` on; steps in order. */
export async function recorded(
  { store, cluster, clock }: World,
  since: number,
  written: readonly Step[],
): Promise<void> {
  await store.coverage.write(cluster, [watching('a', since, clock.now)], clock.now);
  await checkpoint(store, cluster, since, [], 1);
  const last = new Map<string, Slim>();
  let seq = 2;
  for (const { at, uid, rv, object } of written) {
    const before = last.get(uid);
    const now = object === undefined ? before : slimOf(object, rv);
    if (now === undefined) throw new Error(`${uid} ends before it began`);
    const op = object === undefined ? 'delete' : before === undefined ? 'add' : 'modify';
    await store.objects.write(cluster, [revision(now, rv, at, object, { op })], clock.now);
    const delta = object === undefined ? gone(now, at) : before === undefined ? born(now, at) : turned(now, at, { rv });
    await steps(store, cluster, seq++, [delta]);
    if (object === undefined) last.delete(uid);
    else last.set(uid, now);
  }
}
