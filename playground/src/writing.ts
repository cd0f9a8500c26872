// How controllers and people write: the object, and who wrote it when.

import type { KubeObject, ObjectMeta } from '@mosaic/apiserver';
import { firstWritten, rewritten, withStatusBy } from './fields.ts';
import { same } from './same.ts';
import type { Sim } from './sim.ts';
import type { Condition, Draft } from './types.ts';

/** Creates it as `manager`. */
export function createBy(sim: Sim, manager: string, draft: Draft): KubeObject {
  const { world } = sim;
  const object = draft as unknown as KubeObject; // only the fields a client writes are read from it
  const { managedFields } = firstWritten(object, manager, world.stamp()).metadata;
  return world.create({ ...draft, metadata: { ...draft.metadata, ...(managedFields && { managedFields }) } });
}

/** Stores `next` with the changed fields attributed to `manager`; nothing when nothing changed. */
export function updateBy<T extends KubeObject>(sim: Sim, manager: string, before: T, next: T): T {
  if (same(before, next)) return before;
  return sim.world.update(rewritten(before, next, manager, sim.world.stamp()));
}

/** Stores a new status; nothing when it says the same. */
export function statusBy<T extends KubeObject>(sim: Sim, manager: string, before: T, status: T['status']): T {
  if (same(before.status, status)) return before;
  return sim.world.update(withStatusBy({ ...before, status }, manager, sim.world.stamp()));
}

export const withMeta = <T extends KubeObject>(object: T, metadata: Partial<ObjectMeta>): T => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
});

/** Absent from the object rather than undefined. */
export function withoutMeta<T extends KubeObject>(object: T, field: keyof ObjectMeta): T {
  const { [field]: _gone, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as ObjectMeta }; // callers drop optional fields only
}

/** `conditions` with this one in it; its transition time moves only when its status does. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
  time: string,
): readonly Condition[] {
  const known = conditions?.find(({ type }) => type === condition.type);
  const lastTransitionTime = known?.status === condition.status ? known.lastTransitionTime : time;
  const next = { ...condition, lastTransitionTime };
  if (known === undefined) return [...(conditions ?? []), next];
  return (conditions ?? []).map((one) => (one === known ? next : one));
}

export const ownerReference = (owner: KubeObject) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});
