// What a Deployment says of its roll-out: counts, Available, Progressing and its deadline.

import { isLeaving, type Sim } from '../sim.ts';
import type { Condition, Deployment, ReplicaSet } from '../types.ts';
import { statusBy, withCondition } from '../writing.ts';
import { conditionOf, isActive, isReady, podsOf, share } from './pods.ts';

const DEFAULT_DEADLINE_S = 600;

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
}

export function tellDeployment(
  sim: Sim,
  dep: Deployment,
  current: ReplicaSet | undefined,
  sets: readonly ReplicaSet[],
): void {
  if (isLeaving(dep)) return;
  const counts = countPods(sim, current, sets);
  const { replicas, updated, ready } = counts;
  const missing = Math.max(0, Math.max(replicas, dep.spec.replicas) - ready);
  const old = dep.status;
  const hasMoved =
    old.replicas !== shown(replicas) || old.updatedReplicas !== shown(updated) || old.readyReplicas !== shown(ready);
  statusBy(sim, 'kube-controller-manager', dep, {
    observedGeneration: dep.metadata.generation,
    ...(replicas > 0 && { replicas }),
    ...(updated > 0 && { updatedReplicas: updated }),
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    ...(missing > 0 && { unavailableReplicas: missing }),
    conditions: conditionsOf(sim, dep, current, counts, hasMoved),
  });
}

const shown = (n: number): number | undefined => (n > 0 ? n : undefined);

function countPods(sim: Sim, current: ReplicaSet | undefined, sets: readonly ReplicaSet[]): Counts {
  let replicas = 0;
  let updated = 0;
  let ready = 0;
  for (const set of sets) {
    const active = podsOf(sim, set.metadata.uid).filter(isActive);
    replicas += active.length;
    ready += active.filter(isReady).length;
    if (set.metadata.uid === current?.metadata.uid) updated = active.length;
  }
  return { replicas, updated, ready };
}

function conditionsOf(sim: Sim, dep: Deployment, current: ReplicaSet | undefined, counts: Counts, hasMoved: boolean) {
  const time = sim.world.stamp();
  const wanted = dep.spec.replicas;
  const { type, rollingUpdate } = dep.spec.strategy;
  const unavailable = type === 'Recreate' ? 0 : share(rollingUpdate?.maxUnavailable ?? '25%', wanted, Math.floor);
  const isAvailable = counts.ready >= wanted - unavailable;
  const was = conditionOf(dep.status.conditions, 'Available');
  const available: Condition = {
    type: 'Available',
    status: isAvailable ? 'True' : 'False',
    lastUpdateTime: was?.status === (isAvailable ? 'True' : 'False') ? was.lastUpdateTime : time,
    reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: isAvailable ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  };
  const conditions = withCondition(dep.status.conditions, available, time);
  return withCondition(conditions, progressing(sim, dep, current, counts, hasMoved), time);
}

function progressing(
  sim: Sim,
  dep: Deployment,
  current: ReplicaSet | undefined,
  counts: Counts,
  hasMoved: boolean,
): Condition {
  const was = conditionOf(dep.status.conditions, 'Progressing');
  const set = current?.metadata.name ?? '';
  const wanted = dep.spec.replicas;
  const isDone = counts.updated === wanted && counts.ready >= wanted && counts.replicas === wanted;
  const said = (status: Condition['status'], reason: string, message: string): Condition => {
    const isSame = was?.status === status && was.reason === reason && was.message === message && !hasMoved;
    return {
      type: 'Progressing',
      status,
      reason,
      message,
      lastUpdateTime: isSame ? was.lastUpdateTime : sim.world.stamp(),
    };
  };
  const wasDone = was?.reason === 'NewReplicaSetAvailable' && was.message?.includes(`"${set}"`) === true;
  if (isDone || wasDone) {
    const keeps = wasDone ? was : undefined;
    return keeps ?? said('True', 'NewReplicaSetAvailable', `ReplicaSet "${set}" has successfully progressed.`);
  }
  const deadlineMs = (dep.spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE_S) * 1000;
  const sinceMs = sim.now() - Date.parse(was?.lastUpdateTime ?? sim.world.stamp());
  const isOther = was?.message?.includes(`"${set}"`) !== true;
  if (!hasMoved && !isOther && was !== undefined && sinceMs >= deadlineMs)
    return said('False', 'ProgressDeadlineExceeded', `ReplicaSet "${set}" has timed out progressing.`);
  if (hasMoved || isOther)
    sim.after(deadlineMs + 1_000, 'deployment-deadline', {
      namespace: dep.metadata.namespace ?? '',
      name: dep.metadata.name,
    });
  return was?.reason === 'ProgressDeadlineExceeded' && !hasMoved && !isOther
    ? was
    : said('True', 'ReplicaSetUpdated', `ReplicaSet "${set}" is progressing.`);
}
