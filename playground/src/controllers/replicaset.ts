// ReplicaSets: as many pods of a template as asked for.

import { remove } from '../deleting.ts';
import { say } from '../events.ts';
import { type Controller, isLeaving, itself, type React, type Sim } from '../sim.ts';
import type { Pod, ReplicaSet } from '../types.ts';
import { ownerReference, statusBy } from '../writing.ts';
import { createPod } from './new-pod.ts';
import { isActive, isReady, podsOf } from './pods.ts';

export const replicaSet: Controller = {
  reconcile: { replicaset: reconcile },
  react: { ReplicaSet: itself('replicaset') },
};

function reconcile(sim: Sim, namespace: string, name: string): void {
  const set = sim.world.get('ReplicaSet', namespace, name);
  if (set === undefined || isLeaving(set)) return;
  const active = podsOf(sim, set.metadata.uid).filter(isActive);
  const wanted = set.spec.replicas;
  for (let i = active.length; i < wanted; i++) grow(sim, set);
  if (active.length > wanted)
    for (const pod of [...active].sort(leastMissed).slice(0, active.length - wanted)) shrink(sim, set, pod);
  tellStatus(sim, sim.world.get('ReplicaSet', namespace, name) ?? set);
}

function grow(sim: Sim, set: ReplicaSet): void {
  const pod = createPod(sim, set.spec.template, {
    namespace: set.metadata.namespace ?? '',
    name: `${set.metadata.name}-${sim.random.suffix(5)}`,
    generateName: `${set.metadata.name}-`,
    owner: ownerReference(set),
  });
  say(sim, {
    about: set,
    reason: 'SuccessfulCreate',
    message: `Created pod: ${pod.metadata.name}`,
    from: 'replicaset-controller',
  });
}

function shrink(sim: Sim, set: ReplicaSet, pod: Pod): void {
  remove(sim, pod);
  say(sim, {
    about: set,
    reason: 'SuccessfulDelete',
    message: `Deleted pod: ${pod.metadata.name}`,
    from: 'replicaset-controller',
  });
}

/** Unscheduled before pending before unready before ready; of equals the youngest goes. */
function leastMissed(a: Pod, b: Pod): number {
  const worth = (pod: Pod): number =>
    (pod.spec.nodeName === undefined ? 0 : 1) + (pod.status.phase === 'Running' ? 2 : 0) + (isReady(pod) ? 4 : 0);
  return worth(a) - worth(b) || Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp);
}

function tellStatus(sim: Sim, set: ReplicaSet): void {
  const active = podsOf(sim, set.metadata.uid).filter(isActive);
  const ready = active.filter(isReady).length;
  statusBy(sim, 'kube-controller-manager', set, {
    replicas: active.length,
    ...(active.length > 0 && { fullyLabeledReplicas: active.length }),
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    observedGeneration: set.metadata.generation,
  });
}

/** A pod's change is its owner's business. */
export const owners: React = (sim, { object }) => {
  const owner = object.metadata.ownerReferences?.[0];
  const controller = owner && OWNED_BY[owner.kind];
  if (controller) sim.touch(controller, object.metadata.namespace ?? '', owner.name);
};

const OWNED_BY: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicaset',
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
  Job: 'job',
  CronJob: 'cronjob',
};
