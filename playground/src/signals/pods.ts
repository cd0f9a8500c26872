// Pods as their node sees them.

import { isActive } from '../controllers/pods.ts';
import type { Engine } from '../sim.ts';
import type { Pod } from '../types.ts';

/** On a node that can be heard. */
export const heardPods = (sim: Engine): readonly Pod[] =>
  ([...sim.world.all('Pod')] as Pod[]).filter(
    ({ spec }) => spec.nodeName !== undefined && sim.memory.lost[spec.nodeName] === undefined,
  ); // the table of pods holds pods

export const isRunning = (pod: Pod): boolean =>
  isActive(pod) &&
  pod.status.podIP !== undefined &&
  (pod.status.containerStatuses ?? []).some(({ state }) => state.running !== undefined);

/** `Deployment/checkout`, from the name of its ReplicaSet. */
export function ownerOf({ metadata }: Pod): string | undefined {
  const owner = metadata.ownerReferences?.[0];
  if (owner === undefined) return undefined;
  if (owner.kind === 'ReplicaSet') return `Deployment/${owner.name.replace(/-[^-]+$/, '')}`;
  return owner.kind === 'Job' ? undefined : `${owner.kind}/${owner.name}`;
}
