// HorizontalPodAutoscalers: replicas follow what the pods of the target use of what they request.

import { say } from '../events.ts';
import { quantity } from '../quantity.ts';
import { matches } from '../selectors.ts';
import { type Controller, type Sim, textOf } from '../sim.ts';
import type { Autoscaler, Deployment, Pod, ReplicaSet, StatefulSet } from '../types.ts';
import { noteDemand } from '../usage/demand.ts';
import { usageOf } from '../usage/usage.ts';
import { updateBy } from '../writing.ts';
import { type Look, tellAutoscaler } from './autoscaler-status.ts';
import { isActive, isReady } from './pods.ts';

const LOOK_LIVE_MS = 60_000;
const LOOK_PAST_MS = 300_000;
const FIRST_LOOK_MS = 15_000;
/** As the real one: nothing happens within a tenth of the target. */
const TOLERANCE = 0.1;
const SHRINK_AFTER_MS = 15 * 60_000;
/** What is aimed at when nothing is said. */
const USUAL_TARGET = 80;

export const autoscaler: Controller = {
  reconcile: { hpa: arm, 'hpa-changed': (sim, namespace, name) => evaluate(sim, namespace, name) },
  handle: {
    'hpa-look': (sim, about) => look(sim, textOf(about, 'namespace'), textOf(about, 'name'), textOf(about, 'uid')),
  },
  react: {
    HorizontalPodAutoscaler: (sim, { type, object, before }) => {
      const { namespace = '', name } = object.metadata;
      if (type === 'ADDED') sim.touch('hpa', namespace, name);
      else if (type === 'MODIFIED' && object.spec !== before?.spec) sim.touch('hpa-changed', namespace, name);
    },
  },
};

function arm(sim: Sim, namespace: string, name: string): void {
  const hpa = sim.world.get('HorizontalPodAutoscaler', namespace, name);
  if (hpa === undefined) return;
  const target = targetOf(sim, hpa);
  if (target !== undefined) noteDemand(sim, hpa, target.spec.replicas);
  sim.after(FIRST_LOOK_MS, 'hpa-look', { namespace, name, uid: hpa.metadata.uid });
}

function look(sim: Sim, namespace: string, name: string, uid: string): void {
  const hpa = sim.world.get('HorizontalPodAutoscaler', namespace, name);
  if (hpa === undefined || hpa.metadata.uid !== uid) return;
  sim.after(sim.memory.live ? LOOK_LIVE_MS : LOOK_PAST_MS, 'hpa-look', { namespace, name, uid });
  evaluate(sim, namespace, name);
}

type Target = Deployment | StatefulSet | ReplicaSet;

function targetOf(sim: Sim, { metadata, spec }: Autoscaler): Target | undefined {
  const { kind, name } = spec.scaleTargetRef;
  const namespace = metadata.namespace ?? '';
  if (kind === 'Deployment') return sim.world.get('Deployment', namespace, name);
  if (kind === 'StatefulSet') return sim.world.get('StatefulSet', namespace, name);
  return kind === 'ReplicaSet' ? sim.world.get('ReplicaSet', namespace, name) : undefined;
}

function evaluate(sim: Sim, namespace: string, name: string) {
  const hpa = sim.world.get('HorizontalPodAutoscaler', namespace, name);
  if (hpa === undefined) return;
  const target = targetOf(sim, hpa);
  if (target === undefined) return tellAutoscaler(sim, hpa, { problem: 'no target' });
  noteDemand(sim, hpa, target.spec.replicas);
  const current = target.spec.replicas;
  if (current === 0) return tellAutoscaler(sim, hpa, { problem: 'disabled' });
  const used = utilization(sim, hpa, target);
  if (used === undefined) return tellAutoscaler(sim, hpa, { problem: 'no metrics', current });
  const desired = settled(sim, hpa, current, wantedReplicas(hpa, current, used.share));
  if (desired !== current) rescale(sim, hpa, target, desired);
  tellAutoscaler(sim, hpa, { current, desired, ...used } satisfies Look);
}

/** Of what the ready pods request, how much they use; `undefined` when nothing is requested or measured. */
function utilization(sim: Sim, hpa: Autoscaler, target: Target): { share: number; averageCores: number } | undefined {
  const pods = [...sim.world.inNamespace('Pod', hpa.metadata.namespace ?? '')].filter(
    (pod) => matches(target.spec.selector, pod.metadata.labels) && isActive(pod) && isReady(pod),
  );
  let used = 0;
  let requested = 0;
  let measured = 0;
  for (const pod of pods) {
    const uses = usageOf(sim, pod, sim.now());
    if (uses === undefined) continue;
    measured++;
    used += uses.reduce((sum, { cpuNanocores }) => sum + cpuNanocores, 0) / 1e9;
    requested += requestedCores(pod);
  }
  if (measured === 0 || requested === 0) return undefined;
  return { share: Math.round((used / requested) * 100), averageCores: used / measured };
}

const requestedCores = ({ spec }: Pod): number =>
  spec.containers.reduce((sum, { resources }) => sum + quantity(resources?.requests?.cpu), 0);

interface Metric {
  readonly type?: string;
  readonly resource?: { readonly name?: string; readonly target?: { readonly averageUtilization?: number } };
}

/** Of its metrics only the share of CPU is played. */
export function targetShare({ spec }: Autoscaler): number {
  const metrics = (spec.metrics ?? []) as readonly Metric[]; // autoscaling/v2's list of metrics
  const cpu = metrics.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu');
  return cpu?.resource?.target?.averageUtilization ?? USUAL_TARGET;
}

function wantedReplicas(hpa: Autoscaler, replicas: number, used: number): number {
  const ratio = used / targetShare(hpa);
  const raw = Math.abs(ratio - 1) <= TOLERANCE ? replicas : Math.ceil(replicas * ratio);
  return Math.min(hpa.spec.maxReplicas, Math.max(hpa.spec.minReplicas ?? 1, raw));
}

/** It grows at once and shrinks only after a calm while. */
function settled(sim: Sim, hpa: Autoscaler, current: number, wanted: number): number {
  const id = `hpa ${hpa.metadata.uid}`;
  if (wanted > current) sim.memory.story[id] = sim.now();
  const isCalm = sim.now() - Number(sim.memory.story[id] ?? 0) > SHRINK_AFTER_MS;
  const isBeyond = current > hpa.spec.maxReplicas;
  return wanted < current && !isCalm && !isBeyond ? current : wanted;
}

function rescale(sim: Sim, hpa: Autoscaler, target: Target, to: number): void {
  const from = target.spec.replicas;
  // The same kind with another count.
  updateBy(sim, 'kube-controller-manager', target, { ...target, spec: { ...target.spec, replicas: to } } as Target);
  const why = to > from ? 'cpu resource utilization (percentage of request) above target' : 'All metrics below target';
  const message = `New size: ${to}; reason: ${why}`;
  say(sim, { about: hpa, reason: 'SuccessfulRescale', message, from: 'horizontal-pod-autoscaler' });
}
