// Health of what keeps pods: Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, CronJobs, autoscalers, disruption budgets.

import { type Json, numberAt, textAt, valueAt } from '../manifest.ts';
import { conditionOf, told } from './conditions.ts';
import { broken, degraded, type Verdict, WELL } from './verdict.ts';

/** Replicas asked for and ready; undefined for kinds that have none. */
export interface Replicas {
  readonly wanted: number;
  readonly ready: number;
}

export function replicasOf(object: Json): Replicas | undefined {
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet':
    case 'ReplicationController':
      return {
        wanted: numberAt(object, 'spec', 'replicas') ?? 1,
        ready: numberAt(object, 'status', 'readyReplicas') ?? 0,
      };
    case 'DaemonSet':
      return {
        wanted: numberAt(object, 'status', 'desiredNumberScheduled') ?? 0,
        ready: numberAt(object, 'status', 'numberReady') ?? 0,
      };
    case 'Job':
      return {
        wanted: numberAt(object, 'spec', 'completions') ?? 1,
        ready: numberAt(object, 'status', 'succeeded') ?? 0,
      };
    default:
      return undefined;
  }
}

/** Scaled to zero is well: nothing is wanted and nothing is missing. */
export function replicatedHealth(object: Json): Verdict {
  const { wanted, ready } = replicasOf(object) ?? { wanted: 0, ready: 0 };
  const stuck = stuckReasons(object);
  if (wanted === 0) return stuck.length > 0 ? degraded(...stuck) : WELL;
  const count = `${ready} of ${wanted} ready`;
  if (ready === 0) return broken(count, ...stuck);
  if (ready < wanted || stuck.length > 0) return degraded(...(ready < wanted ? [count] : []), ...stuck);
  const updated = numberAt(object, 'status', 'updatedReplicas') ?? numberAt(object, 'status', 'updatedNumberScheduled');
  if (updated !== undefined && updated < wanted && object.kind !== 'ReplicaSet' && !updatesByHand(object)) {
    return degraded(`rolling out: ${updated} of ${wanted} updated`);
  }
  return WELL;
}

const updatesByHand = (object: Json): boolean => {
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return true;
  return (numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0) > 0;
};

function stuckReasons(object: Json): string[] {
  const reasons: string[] = [];
  const progressing = conditionOf(object, 'Progressing');
  if (progressing?.status === 'False') reasons.push(told('roll-out stuck', progressing));
  const failing = conditionOf(object, 'ReplicaFailure');
  if (failing?.status === 'True') reasons.push(told('cannot make pods', failing));
  return reasons;
}

export function jobHealth(job: Json): Verdict {
  const failed = conditionOf(job, 'Failed');
  if (failed?.status === 'True') return broken(told('failed', failed));
  if (conditionOf(job, 'Complete')?.status === 'True') return WELL;
  const failures = numberAt(job, 'status', 'failed') ?? 0;
  return failures > 0 ? degraded(`${failures} failed ${failures === 1 ? 'try' : 'tries'}`) : WELL;
}

export const cronJobHealth = (cronJob: Json): Verdict =>
  valueAt(cronJob, 'spec', 'suspend') === true ? degraded('suspended') : WELL;

export function hpaHealth(hpa: Json): Verdict {
  const able = conditionOf(hpa, 'AbleToScale');
  if (able?.status === 'False') return broken(told('cannot scale', able));
  const active = conditionOf(hpa, 'ScalingActive');
  if (active?.status === 'False' && active.reason !== 'ScalingDisabled') return degraded(told('not scaling', active));
  const limited = conditionOf(hpa, 'ScalingLimited');
  const atMost = numberAt(hpa, 'status', 'currentReplicas') === numberAt(hpa, 'spec', 'maxReplicas');
  return limited?.status === 'True' && limited.reason === 'TooManyReplicas' && atMost
    ? degraded('at its maximum')
    : WELL;
}

export function pdbHealth(pdb: Json): Verdict {
  const healthy = numberAt(pdb, 'status', 'currentHealthy') ?? 0;
  const desired = numberAt(pdb, 'status', 'desiredHealthy') ?? 0;
  return healthy < desired ? degraded(`${healthy} of ${desired} healthy`) : WELL;
}
