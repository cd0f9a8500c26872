// HorizontalPodAutoscalers: replicas follow a load that has the day's shape and some noise. Also PodDisruptionBudgets: how many pods may go.

import { hash32 } from '@mosaic/wire';
import { say } from '../events.ts';
import { matches } from '../selectors.ts';
import { type Controller, isLeaving, itself, type React, type Sim, textOf } from '../sim.ts';
import type { Autoscaler, Pod } from '../types.ts';
import { statusBy, updateBy } from '../writing.ts';
import { isActive, isReady, share } from './pods.ts';

const LOOK_LIVE_MS = 60_000;
const LOOK_PAST_MS = 300_000;
const TARGET = 65;
/** As the real one: nothing happens within a tenth of the target. */
const TOLERANCE = 0.1;
const SHRINK_AFTER_MS = 15 * 60_000;

export const autoscaler: Controller = {
  reconcile: { hpa: arm, pdb: tellBudget },
  handle: {
    'hpa-look': (sim, about) => look(sim, textOf(about, 'namespace'), textOf(about, 'name'), textOf(about, 'uid')),
  },
  react: {
    HorizontalPodAutoscaler: (sim, change) => (change.type === 'ADDED' ? itself('hpa')(sim, change) : undefined),
    PodDisruptionBudget: itself('pdb'),
    Pod: podMoved,
  },
};

function podMoved(sim: Sim, { object, before }: Parameters<React>[1]): void {
  const pod = object as Pod; // reactions of the Pod table
  if (before !== undefined && isReady(before as Pod) === isReady(pod) && isLeaving(before) === isLeaving(pod)) return;
  const namespace = pod.metadata.namespace ?? '';
  for (const { metadata, spec } of sim.world.inNamespace('PodDisruptionBudget', namespace))
    if (matches(spec.selector, pod.metadata.labels)) sim.touch('pdb', namespace, metadata.name);
}

function arm(sim: Sim, namespace: string, name: string): void {
  const hpa = sim.world.get('HorizontalPodAutoscaler', namespace, name);
  if (hpa) sim.after(15_000, 'hpa-look', { namespace, name, uid: hpa.metadata.uid });
}

/** Work in replicas' worth: low at night, high at noon and in the evening, in UTC. */
function loadAt(hpa: Autoscaler, now: number): number {
  const hour = (now / 3_600_000) % 24;
  const least = hpa.spec.minReplicas ?? 1;
  const most = hpa.spec.maxReplicas;
  const day = Math.max(0, Math.sin(((hour - 6) / 15) * Math.PI));
  const noise = (hash32(`${hpa.metadata.uid}${Math.floor(now / 900_000)}`) % 1000) / 1000 - 0.5;
  return least * 0.7 + (most - least) * 0.8 * Math.max(0, day + noise * 0.35);
}

function look(sim: Sim, namespace: string, name: string, uid: string): void {
  const hpa = sim.world.get('HorizontalPodAutoscaler', namespace, name);
  if (hpa === undefined || hpa.metadata.uid !== uid) return;
  sim.after(sim.memory.live ? LOOK_LIVE_MS : LOOK_PAST_MS, 'hpa-look', { namespace, name, uid });
  const { kind, name: target } = hpa.spec.scaleTargetRef;
  const workload =
    kind === 'StatefulSet'
      ? sim.world.get('StatefulSet', namespace, target)
      : sim.world.get('Deployment', namespace, target);
  if (workload === undefined || workload.spec.replicas === 0) return;
  const { replicas } = workload.spec;
  const used = Math.round((loadAt(hpa, sim.now()) / replicas) * TARGET);
  const wanted = wantedReplicas(hpa, replicas, used);
  const id = `hpa ${uid}`;
  const isCalm = sim.now() - Number(sim.memory.story[id] ?? 0) > SHRINK_AFTER_MS;
  const desired = wanted < replicas && !isCalm ? replicas : wanted;
  if (desired > replicas) sim.memory.story[id] = sim.now();
  if (desired !== replicas) rescale(sim, hpa, workload, desired, used);
  const shown = Math.round(used / 10) * 10;
  tell(sim, hpa, replicas, desired, shown);
}

function wantedReplicas(hpa: Autoscaler, replicas: number, used: number): number {
  const ratio = used / TARGET;
  const raw = Math.abs(ratio - 1) <= TOLERANCE ? replicas : Math.ceil(replicas * ratio);
  return Math.min(hpa.spec.maxReplicas, Math.max(hpa.spec.minReplicas ?? 1, raw));
}

function rescale(
  sim: Sim,
  hpa: Autoscaler,
  workload: { readonly spec: { readonly replicas: number } },
  to: number,
  used: number,
) {
  const from = workload.spec.replicas;
  const target = sim.world.get(
    hpa.spec.scaleTargetRef.kind === 'StatefulSet' ? 'StatefulSet' : 'Deployment',
    hpa.metadata.namespace ?? '',
    hpa.spec.scaleTargetRef.name,
  );
  if (target === undefined) return;
  updateBy(sim, 'kube-controller-manager', target, {
    ...target,
    spec: { ...target.spec, replicas: to },
  } as typeof target); // the same kind with another count
  const why = to > from ? `cpu resource utilization (percentage of request) above target` : 'All metrics below target';
  sim.memory.story[`used ${hpa.metadata.uid}`] = used;
  say(sim, {
    about: hpa,
    reason: 'SuccessfulRescale',
    message: `New size: ${to}; reason: ${why}`,
    from: 'horizontal-pod-autoscaler',
  });
}

function tell(sim: Sim, hpa: Autoscaler, current: number, desired: number, used: number): void {
  const old = hpa.status;
  const isTold = old.currentReplicas === current && old.desiredReplicas === desired && old.currentMetrics !== undefined;
  if (isTold && !sim.memory.live) return;
  statusBy(sim, 'kube-controller-manager', hpa, {
    ...(desired !== current
      ? { lastScaleTime: sim.world.stamp() }
      : old.lastScaleTime !== undefined && { lastScaleTime: old.lastScaleTime }),
    currentReplicas: current,
    desiredReplicas: desired,
    currentMetrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', current: { averageUtilization: used, averageValue: `${used * 2}m` } },
      },
    ],
    conditions: [
      {
        type: 'AbleToScale',
        status: 'True',
        reason: 'ReadyForNewScale',
        message: 'recommended size matches current size',
      },
      {
        type: 'ScalingActive',
        status: 'True',
        reason: 'ValidMetricFound',
        message:
          'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      },
    ],
  });
}

function tellBudget(sim: Sim, namespace: string, name: string): void {
  const budget = sim.world.get('PodDisruptionBudget', namespace, name);
  if (budget === undefined || isLeaving(budget)) return;
  const pods = [...sim.world.inNamespace('Pod', namespace)].filter(
    (pod) => matches(budget.spec.selector, pod.metadata.labels) && isActive(pod),
  );
  const healthy = pods.filter(isReady).length;
  const { minAvailable, maxUnavailable } = budget.spec;
  const needed =
    minAvailable !== undefined
      ? share(minAvailable, pods.length, Math.ceil)
      : pods.length - share(maxUnavailable ?? 1, pods.length, Math.ceil);
  const allowed = Math.max(0, healthy - needed);
  const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods';
  statusBy(sim, 'kube-controller-manager', budget, {
    observedGeneration: budget.metadata.generation,
    currentHealthy: healthy,
    desiredHealthy: needed,
    expectedPods: pods.length,
    disruptionsAllowed: allowed,
    conditions: [
      {
        type: 'DisruptionAllowed',
        status: allowed > 0 ? 'True' : 'False',
        reason,
        message: '',
        observedGeneration: budget.metadata.generation,
      },
    ],
  });
}
