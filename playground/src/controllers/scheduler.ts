// The scheduler: which node takes a pod, or why none does.

import { say } from '../events.ts';
import { quantity } from '../quantity.ts';
import { matchesLabels } from '../selectors.ts';
import { type Controller, isLeaving, type Sim, textOf } from '../sim.ts';
import type { Node, Pod, PodSpec, Taint, Toleration } from '../types.ts';
import { controllerOf } from '../world/shelves.ts';
import { statusBy, withCondition } from '../writing.ts';
import { wantedNode } from './daemonset.ts';
import { conditionOf, hasEnded } from './pods.ts';

const TRY_AGAIN_MS = 20_000;

export const scheduler: Controller = {
  reconcile: { schedule },
  handle: {
    'schedule-again': (sim, about) => sim.touch('schedule', textOf(about, 'namespace'), textOf(about, 'name')),
  },
  react: {
    Pod: (sim, { type, object }) => {
      if (type !== 'DELETED' && (object as Pod).spec.nodeName === undefined)
        sim.touch('schedule', object.metadata.namespace ?? '', object.metadata.name);
    },
  },
};

function schedule(sim: Sim, namespace: string, name: string) {
  const pod = sim.world.get('Pod', namespace, name);
  if (pod === undefined || pod.spec.nodeName !== undefined || isLeaving(pod) || hasEnded(pod)) return;
  const refused = new Map<string, number>();
  const unbound = unboundClaim(sim, pod);
  const nodes = unbound ? [] : [...sim.world.all('Node')].filter((node) => !refuses(sim, pod, node, refused));
  const best = nodes.map((node) => ({ node, score: score(sim, pod, node) })).sort((a, b) => b.score - a.score)[0];
  if (best === undefined) return unschedulable(sim, pod, unbound ?? explain(sim, refused));
  bind(sim, pod, best.node);
}

function bind(sim: Sim, pod: Pod, node: Node): void {
  const { name, namespace } = pod.metadata;
  const conditions = withCondition(
    pod.status.conditions,
    { type: 'PodScheduled', status: 'True', lastProbeTime: null },
    sim.world.stamp(),
  ).map((one) => (one.type === 'PodScheduled' ? withoutReason(one) : one));
  const next = { ...pod, spec: { ...pod.spec, nodeName: node.metadata.name }, status: { ...pod.status, conditions } };
  const stored = sim.world.update(next);
  const message = `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`;
  say(sim, { about: stored, reason: 'Scheduled', message, from: 'default-scheduler' });
}

const withoutReason = ({
  reason: _reason,
  message: _message,
  ...condition
}: NonNullable<Pod['status']['conditions']>[number]) => condition;

function unschedulable(sim: Sim, pod: Pod, message: string): void {
  const was = conditionOf(pod.status.conditions, 'PodScheduled');
  sim.after(TRY_AGAIN_MS * (was?.message === message ? 3 : 1), 'schedule-again', {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
  });
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: null,
  } as const;
  const conditions = withCondition(pod.status.conditions, condition, sim.world.stamp());
  if (was?.message !== message) statusBy(sim, 'kube-scheduler', pod, { ...pod.status, conditions });
  say(sim, { about: pod, type: 'Warning', reason: 'FailedScheduling', message, from: 'default-scheduler' });
}

/** `0/6 nodes are available: 2 Insufficient cpu, …`, as the real one says it. */
function explain(sim: Sim, refused: ReadonlyMap<string, number>): string {
  const total = [...sim.world.all('Node')].length;
  const parts = [...refused].map(([reason, nodes]) => `${nodes} ${reason}`).sort();
  return `0/${total} nodes are available: ${parts.join(', ')}. preemption: 0/${total} nodes are available: ${total} No preemption victims found for incoming pod.`;
}

function unboundClaim(sim: Sim, pod: Pod): string | undefined {
  const total = [...sim.world.all('Node')].length;
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue;
    const claim = sim.world.get('PersistentVolumeClaim', pod.metadata.namespace ?? '', persistentVolumeClaim.claimName);
    if (claim === undefined)
      return `0/${total} nodes are available: persistentvolumeclaim "${persistentVolumeClaim.claimName}" not found.`;
    if (claim.status?.phase !== 'Bound')
      return `0/${total} nodes are available: pod has unbound immediate PersistentVolumeClaims.`;
  }
  return undefined;
}

function refuses(sim: Sim, pod: Pod, node: Node, refused: Map<string, number>): boolean {
  const reason = whyNot(sim, pod, node);
  if (reason !== undefined) refused.set(reason, (refused.get(reason) ?? 0) + 1);
  return reason !== undefined;
}

function whyNot(sim: Sim, pod: Pod, node: Node): string | undefined {
  const wanted = wantedNode(pod);
  if (wanted !== undefined && wanted !== node.metadata.name) return "node(s) didn't satisfy plugin(s) [NodeAffinity]";
  if (!fitsLabels(pod.spec, node)) return "node(s) didn't match Pod's node affinity/selector";
  const taint = untolerated(pod.spec.tolerations ?? [], node);
  if (taint?.key === 'node.kubernetes.io/unschedulable') return 'node(s) were unschedulable';
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  const free = freeOn(sim, node);
  const needs = requestsOf(pod.spec);
  if (needs.cpu > free.cpu) return 'Insufficient cpu';
  if (needs.memory > free.memory) return 'Insufficient memory';
  return undefined;
}

export const fitsLabels = (spec: PodSpec, node: Node): boolean =>
  matchesLabels(spec.nodeSelector ?? {}, node.metadata.labels);

const tolerates = ({ key, operator, value, effect }: Toleration, taint: Taint): boolean =>
  (key === undefined || key === taint.key) &&
  (operator === 'Exists' || (value ?? '') === (taint.value ?? '')) &&
  (effect === undefined || effect === '' || effect === taint.effect);

export function untolerated(tolerations: readonly Toleration[], node: Node): Taint | undefined {
  const taints = (node.spec.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule');
  const all = node.spec.unschedulable
    ? [...taints, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]
    : taints;
  return all.find((taint) => !tolerations.some((one) => tolerates(one, taint)));
}
export const toleratesAll = (tolerations: readonly Toleration[], node: Node): boolean =>
  untolerated(tolerations, node) === undefined;

interface Amounts {
  readonly cpu: number;
  readonly memory: number;
}
const requests = new WeakMap<PodSpec['containers'], Amounts>();

function requestsOf({ containers }: PodSpec): Amounts {
  let known = requests.get(containers);
  if (known === undefined) {
    const sum = (resource: string): number =>
      containers.reduce((all, one) => all + quantity(one.resources?.requests?.[resource]), 0);
    known = { cpu: sum('cpu'), memory: sum('memory') };
    requests.set(containers, known);
  }
  return known;
}

function freeOn(sim: Sim, node: Node): Amounts {
  let cpu = quantity(node.status.allocatable.cpu);
  let memory = quantity(node.status.allocatable.memory);
  for (const pod of sim.world.podsOn(node.metadata.name)) {
    if (hasEnded(pod)) continue;
    const used = requestsOf(pod.spec);
    cpu -= used.cpu;
    memory -= used.memory;
  }
  return { cpu, memory };
}

/** Roomy nodes first, those with a sibling of the pod last. */
function score(sim: Sim, pod: Pod, node: Node): number {
  const owner = controllerOf(pod)?.uid;
  const siblings = sim.world
    .podsOn(node.metadata.name)
    .filter((one) => owner !== undefined && controllerOf(one)?.uid === owner);
  const free = freeOn(sim, node);
  return (
    free.cpu / quantity(node.status.allocatable.cpu) +
    free.memory / quantity(node.status.allocatable.memory) -
    siblings.length * 2
  );
}
