// Deleting as the API server does it: pods get their grace, finalizers hold an object back, dependents follow or are orphaned.

import type { KubeObject } from '@mosaic/apiserver';
import { isLeaving, type Sim } from './sim.ts';
import type { Pod } from './types.ts';
import { withMeta } from './writing.ts';

export interface Deletion {
  readonly graceSeconds?: number | undefined;
  readonly propagation?: string | undefined;
}

const DEFAULT_GRACE_SECONDS = 30;

/** The object as it was answered: gone, or on its way. */
export function remove(sim: Sim, object: KubeObject, { graceSeconds, propagation }: Deletion = {}): KubeObject {
  const held = withPropagation(object, propagation);
  const pod = object.kind === 'Pod' && object.apiVersion === 'v1' ? (object as Pod) : undefined;
  const grace = pod === undefined ? 0 : graceOf(pod, graceSeconds);
  const isNamespace = object.kind === 'Namespace' && object.apiVersion === 'v1';
  const waits = (held.metadata.finalizers ?? []).length > 0 || grace > 0 || isNamespace;
  if (!waits) return sim.world.remove(object);
  if (isLeaving(object)) return object;
  return sim.world.update(
    withMeta(held, {
      deletionTimestamp: sim.world.stamp(),
      ...({ deletionGracePeriodSeconds: grace } as object), // ObjectMeta of the port leaves this field out
    }),
  );
}

function graceOf(pod: Pod, asked: number | undefined): number {
  const isOnNode = pod.spec.nodeName !== undefined && pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed';
  return isOnNode ? (asked ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) : 0;
}

function withPropagation(object: KubeObject, propagation: string | undefined): KubeObject {
  const finalizer =
    propagation === 'Foreground' ? 'foregroundDeletion' : propagation === 'Orphan' ? 'orphan' : undefined;
  if (finalizer === undefined || object.metadata.finalizers?.includes(finalizer)) return object;
  return withMeta(object, { finalizers: [...(object.metadata.finalizers ?? []), finalizer] });
}
