// What an autoscaler says of itself: what it measured, what it wants, and whether it can.
import { say } from '../events.ts';
import type { Sim } from '../sim.ts';
import type { Autoscaler, Condition } from '../types.ts';
import { statusBy, withCondition } from '../writing.ts';

export interface Look {
  readonly current: number;
  readonly desired: number;
  /** Percent of the request. */
  readonly share: number;
  readonly averageCores: number;
}

export type Problem =
  | { readonly problem: 'no target' | 'disabled' }
  | { readonly problem: 'no metrics'; readonly current: number };

type Fact = Omit<Condition, 'lastTransitionTime'>;

const ABLE: Fact = {
  type: 'AbleToScale',
  status: 'True',
  reason: 'ReadyForNewScale',
  message: 'recommended size matches current size',
};
const ACTIVE: Fact = {
  type: 'ScalingActive',
  status: 'True',
  reason: 'ValidMetricFound',
  message:
    'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
};
const NO_METRICS =
  'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API';

export function tellAutoscaler(sim: Sim, hpa: Autoscaler, look: Look | Problem) {
  if ('problem' in look) return tellProblem(sim, hpa, look);
  const { current, desired, averageCores } = look;
  // Told in tens, so that not every breath of the load is a change of the object.
  const share = Math.round(look.share / 10) * 10;
  const old = hpa.status;
  const isTold = old.currentReplicas === current && old.desiredReplicas === desired && old.currentMetrics !== undefined;
  if (isTold && (!sim.memory.live || toldShare(hpa) === share)) return;
  const averageValue = `${Math.max(1, Math.round(averageCores * 1000))}m`;
  const rescaled = desired === current ? old.lastScaleTime : sim.world.stamp();
  statusBy(sim, 'kube-controller-manager', hpa, {
    ...(hpa.metadata.generation !== undefined && { observedGeneration: hpa.metadata.generation }),
    ...(rescaled !== undefined && { lastScaleTime: rescaled }),
    currentReplicas: current,
    desiredReplicas: desired,
    currentMetrics: [
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: share, averageValue } } },
    ],
    conditions: conditionsOf(sim, hpa, [ABLE, ACTIVE, limitation(hpa, desired)]),
  });
}

function toldShare({ status }: Autoscaler): number | undefined {
  const [metric] = (status.currentMetrics ?? []) as readonly {
    readonly resource?: { readonly current?: { readonly averageUtilization?: number } };
  }[]; // as written above
  return metric?.resource?.current?.averageUtilization;
}

function limitation({ spec }: Autoscaler, desired: number): Fact {
  const type = 'ScalingLimited';
  if (desired >= spec.maxReplicas)
    return {
      type,
      status: 'True',
      reason: 'TooManyReplicas',
      message: 'the desired replica count is more than the maximum replica count',
    };
  if (desired <= (spec.minReplicas ?? 1))
    return {
      type,
      status: 'True',
      reason: 'TooFewReplicas',
      message: 'the desired replica count is less than the minimum replica count',
    };
  return {
    type,
    status: 'False',
    reason: 'DesiredWithinRange',
    message: 'the desired count is within the acceptable range',
  };
}

const conditionsOf = (sim: Sim, { status }: Autoscaler, facts: readonly Fact[]): readonly Condition[] => {
  const time = sim.world.stamp();
  const known = (status.conditions ?? []) as readonly Condition[]; // only this file writes them
  return facts.reduce<readonly Condition[]>(
    (all, fact) => withCondition(all, { ...fact, lastTransitionTime: time }, time),
    known,
  );
};

function tellProblem(sim: Sim, hpa: Autoscaler, look: Problem): void {
  const current = 'current' in look ? look.current : 0;
  const fact = problemFact(hpa, look.problem);
  statusBy(sim, 'kube-controller-manager', hpa, {
    ...hpa.status,
    ...(hpa.metadata.generation !== undefined && { observedGeneration: hpa.metadata.generation }),
    currentReplicas: current,
    desiredReplicas: current,
    conditions: conditionsOf(sim, hpa, look.problem === 'no target' ? [fact] : [ABLE, fact]),
  });
  if (look.problem === 'disabled') return;
  const { reason = '', message = '' } = fact;
  say(sim, { about: hpa, type: 'Warning', reason, message, from: 'horizontal-pod-autoscaler' });
}

function problemFact({ spec }: Autoscaler, problem: Problem['problem']): Fact {
  const { kind, name } = spec.scaleTargetRef;
  if (problem === 'no target')
    return {
      type: 'AbleToScale',
      status: 'False',
      reason: 'FailedGetScale',
      message: `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()}s.apps "${name}" not found`,
    };
  const message = 'scaling is disabled since the replica count of the target is zero';
  return problem === 'disabled'
    ? { type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message }
    : { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: NO_METRICS };
}
