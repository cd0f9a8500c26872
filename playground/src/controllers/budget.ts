// PodDisruptionBudgets: how many of the pods they cover may go.

import { matches } from '../selectors.ts';
import { type Controller, isLeaving, itself, type React, type Sim } from '../sim.ts';
import type { DisruptionBudget, LabelSelector, Pod } from '../types.ts';
import { controllerOf } from '../world/shelves.ts';
import { statusBy } from '../writing.ts';
import { isActive, isReady, share } from './pods.ts';

export const budget: Controller = {
  reconcile: { pdb: tellBudget },
  react: { PodDisruptionBudget: itself('pdb'), Pod: podMoved },
};

/** In policy/v1 an empty selector means every pod of the namespace, and none means no pod. */
const covers = (selector: LabelSelector | undefined, { metadata }: Pod): boolean =>
  selector !== undefined && (isEmpty(selector) || matches(selector, metadata.labels));

const isEmpty = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length + matchExpressions.length === 0;

function podMoved(sim: Sim, { object, before }: Parameters<React>[1]): void {
  const pod = object as Pod; // reactions of the Pod table
  if (before !== undefined && isReady(before as Pod) === isReady(pod) && isLeaving(before) === isLeaving(pod)) return;
  const namespace = pod.metadata.namespace ?? '';
  for (const { metadata, spec } of sim.world.inNamespace('PodDisruptionBudget', namespace))
    if (covers(spec.selector, pod)) sim.touch('pdb', namespace, metadata.name);
}

function tellBudget(sim: Sim, namespace: string, name: string): void {
  const pdb = sim.world.get('PodDisruptionBudget', namespace, name);
  if (pdb === undefined || isLeaving(pdb)) return;
  const pods = [...sim.world.inNamespace('Pod', namespace)].filter(
    (pod) => covers(pdb.spec.selector, pod) && isActive(pod),
  );
  const healthy = pods.filter(isReady).length;
  const { expected, needed } = demandOf(sim, pdb, pods);
  const allowed = expected === 0 ? 0 : Math.max(0, healthy - needed);
  statusBy(sim, 'kube-controller-manager', pdb, {
    observedGeneration: pdb.metadata.generation,
    currentHealthy: healthy,
    desiredHealthy: needed,
    expectedPods: expected,
    disruptionsAllowed: allowed,
    conditions: [
      {
        type: 'DisruptionAllowed',
        status: allowed > 0 ? 'True' : 'False',
        reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
        message: '',
        observedGeneration: pdb.metadata.generation,
      },
    ],
  });
}

/** A share, and what may be away, is of what the owners want; a number of pods is a number of pods. */
function demandOf(sim: Sim, { spec }: DisruptionBudget, pods: readonly Pod[]) {
  const { minAvailable, maxUnavailable } = spec;
  if (typeof minAvailable === 'number') return { expected: pods.length, needed: minAvailable };
  const expected = wantedBy(sim, pods);
  if (minAvailable !== undefined) return { expected, needed: share(minAvailable, expected, Math.ceil) };
  return { expected, needed: Math.max(0, expected - share(maxUnavailable ?? 1, expected, Math.ceil)) };
}

/** The counts of the pods' owners, each once. */
function wantedBy(sim: Sim, pods: readonly Pod[]): number {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const scale = owner === undefined ? { id: pod.metadata.uid, replicas: 1 } : scaleOf(sim, pod, owner);
    counts.set(scale.id, scale.replicas);
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function scaleOf(
  sim: Sim,
  pod: Pod,
  { kind, name, uid }: { readonly kind: string; readonly name: string; readonly uid: string },
) {
  const namespace = pod.metadata.namespace ?? '';
  if (kind === 'StatefulSet')
    return { id: uid, replicas: sim.world.get('StatefulSet', namespace, name)?.spec.replicas ?? 1 };
  const set = kind === 'ReplicaSet' ? sim.world.get('ReplicaSet', namespace, name) : undefined;
  const above = set === undefined ? undefined : controllerOf(set);
  if (above?.kind === 'Deployment')
    return { id: above.uid, replicas: sim.world.get('Deployment', namespace, above.name)?.spec.replicas ?? 1 };
  return { id: set === undefined ? pod.metadata.uid : uid, replicas: set?.spec.replicas ?? 1 };
}
