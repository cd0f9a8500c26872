// Nodes: heartbeats, and what the cluster does when they stop.

import { remove } from '../deleting.ts';
import { say } from '../events.ts';
import { type Controller, isLeaving, type Sim, textOf } from '../sim.ts';
import type { Condition, Node, Pod, Taint } from '../types.ts';
import { isoMicro } from '../world/instants.ts';
import { createBy, statusBy, updateBy } from '../writing.ts';
import { podConditions } from './kubelet-pod.ts';
import { resumeNode } from './kubelet-run.ts';
import { hasEnded, isReady } from './pods.ts';

/** node-monitor-grace-period. */
const UNKNOWN_AFTER_MS = 40_000;
/** The toleration every pod gets by admission. */
const EVICT_AFTER_MS = 300_000;
const HEARTBEAT_LIVE_MS = 300_000;
const HEARTBEAT_PAST_MS = 3_600_000;
const LEASE_MS = 10_000;
const LEASE_PAST_MS = 6 * 3_600_000;
const UNREACHABLE = 'node.kubernetes.io/unreachable';

export const nodes: Controller = {
  reconcile: { 'node-start': startHeartbeat, cordon },
  handle: {
    'node-heartbeat': heartbeat,
    'node-lease': lease,
    'node-unknown': turnUnknown,
    'node-evict': evict,
    'node-lost': (sim, about) => loseNode(sim, textOf(about, 'name')),
    'node-back': (sim, about) => returnNode(sim, textOf(about, 'name')),
  },
  react: {
    Node: (sim, { type, object, before }) => {
      if (type === 'ADDED') sim.touch('node-start', '', object.metadata.name);
      else if (type === 'MODIFIED' && before?.spec !== object.spec) sim.touch('cordon', '', object.metadata.name);
    },
  },
};

function startHeartbeat(sim: Sim, _namespace: string, name: string): void {
  sim.after(sim.random.between(1_000, HEARTBEAT_LIVE_MS), 'node-heartbeat', { name });
  sim.after(sim.random.between(100, LEASE_MS), 'node-lease', { name });
}

function heartbeat(sim: Sim, about: { readonly [field: string]: unknown }): void {
  const node = sim.world.get('Node', '', String(about.name));
  if (node === undefined) return;
  sim.after(sim.memory.live ? HEARTBEAT_LIVE_MS : HEARTBEAT_PAST_MS, 'node-heartbeat', { name: node.metadata.name });
  if (sim.memory.lost[node.metadata.name] !== undefined) return;
  const lastHeartbeatTime = sim.world.stamp();
  const conditions = node.status.conditions.map((condition) => ({ ...condition, lastHeartbeatTime }));
  statusBy(sim, 'kubelet', node, { ...node.status, conditions });
}

function lease(sim: Sim, about: { readonly [field: string]: unknown }): void {
  const name = String(about.name);
  if (sim.world.get('Node', '', name) === undefined) return;
  sim.after(sim.memory.live ? LEASE_MS : LEASE_PAST_MS, 'node-lease', { name });
  if (sim.memory.lost[name] !== undefined) return;
  const known = sim.world.get('Lease', 'kube-node-lease', name);
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: isoMicro(sim.now()) };
  if (known !== undefined) sim.world.update({ ...known, spec });
  else
    createBy(sim, 'kubelet', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: 'kube-node-lease' },
      spec,
    });
}

/** From now on its kubelet does nothing and says nothing. */
export function loseNode(sim: Sim, name: string): void {
  if (sim.memory.lost[name] !== undefined || sim.world.get('Node', '', name) === undefined) return;
  sim.memory.lost[name] = sim.now();
  sim.after(UNKNOWN_AFTER_MS, 'node-unknown', { name, since: sim.now() });
}

export function returnNode(sim: Sim, name: string): void {
  const node = sim.world.get('Node', '', name);
  if (sim.memory.lost[name] === undefined) return;
  delete sim.memory.lost[name];
  if (node === undefined) return;
  const time = sim.world.stamp();
  const conditions = node.status.conditions.map((condition) => {
    const next = healthy(condition, time);
    return { ...next, lastTransitionTime: next.status === condition.status ? condition.lastTransitionTime : time };
  });
  const up = statusBy(sim, 'kubelet', node, { ...node.status, conditions });
  const taints = (up.spec.taints ?? []).filter(({ key }) => key !== UNREACHABLE);
  sim.world.update({ ...up, spec: withTaints(up, taints) });
  say(sim, {
    about: node,
    reason: 'NodeReady',
    message: `Node ${name} status is now: NodeReady`,
    from: 'kubelet',
    node: name,
  });
  resumeNode(sim, name);
}

const GOOD: Readonly<Record<string, readonly [status: Condition['status'], reason: string, message: string]>> = {
  Ready: ['True', 'KubeletReady', 'kubelet is posting ready status'],
  MemoryPressure: ['False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  DiskPressure: ['False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  PIDPressure: ['False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
};

export const healthyConditions = (time: string): readonly Condition[] =>
  Object.keys(GOOD).map((type) => healthy({ type, status: 'True', lastTransitionTime: time }, time));

function healthy(condition: Condition, time: string): Condition {
  const [status, reason, message] = GOOD[condition.type] ?? [condition.status, condition.reason, condition.message];
  return { ...condition, status, reason, message, lastHeartbeatTime: time };
}

const withTaints = (node: Node, taints: readonly Taint[]): Node['spec'] => {
  const { taints: _taints, ...spec } = node.spec;
  return taints.length === 0 ? spec : { ...spec, taints };
};

function turnUnknown(sim: Sim, about: { readonly [field: string]: unknown }): void {
  const name = String(about.name);
  const node = sim.world.get('Node', '', name);
  if (node === undefined || sim.memory.lost[name] !== about.since) return;
  const time = sim.world.stamp();
  const conditions = node.status.conditions.map(
    (condition): Condition => ({
      ...condition,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: time,
    }),
  );
  const down = statusBy(sim, 'kube-controller-manager', node, { ...node.status, conditions });
  const taints = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: UNREACHABLE, effect, timeAdded: time }));
  sim.world.update({ ...down, spec: withTaints(down, [...(down.spec.taints ?? []), ...taints]) });
  say(sim, {
    about: node,
    reason: 'NodeNotReady',
    message: `Node ${name} status is now: NodeNotReady`,
    from: 'node-controller',
  });
  for (const pod of sim.world.podsOn(name)) markUnready(sim, pod);
  sim.after(EVICT_AFTER_MS, 'node-evict', { name, since: sim.memory.lost[name] });
}

function markUnready(sim: Sim, pod: Pod): void {
  if (!isReady(pod) || hasEnded(pod)) return;
  statusBy(sim, 'kube-controller-manager', pod, {
    ...pod.status,
    conditions: podConditions(sim, pod, { Ready: false }),
  });
  say(sim, {
    about: pod,
    type: 'Warning',
    reason: 'NodeNotReady',
    message: 'Node is not ready',
    from: 'node-controller',
  });
}

/** Pods of daemons stay: they tolerate it. */
function evict(sim: Sim, about: { readonly [field: string]: unknown }): void {
  const name = String(about.name);
  if (sim.memory.lost[name] !== about.since) return;
  for (const pod of sim.world.podsOn(name)) {
    const isDaemon = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node');
    if (isDaemon || isLeaving(pod) || hasEnded(pod)) continue;
    const message = `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`;
    say(sim, { about: pod, reason: 'TaintManagerEviction', message, from: 'taint-eviction-controller' });
    remove(sim, pod);
  }
}

/** A node marked unschedulable carries the taint that says so. */
function cordon(sim: Sim, _namespace: string, name: string): void {
  const node = sim.world.get('Node', '', name);
  if (node === undefined) return;
  const key = 'node.kubernetes.io/unschedulable';
  const taints = node.spec.taints ?? [];
  const isTainted = taints.some((taint) => taint.key === key);
  if (isTainted === (node.spec.unschedulable === true)) return;
  const next = isTainted
    ? taints.filter((taint) => taint.key !== key)
    : [...taints, { key, effect: 'NoSchedule', timeAdded: sim.world.stamp() }];
  updateBy(sim, 'kube-controller-manager', node, { ...node, spec: withTaints(node, next) });
  const [reason, said] = isTainted
    ? ['NodeSchedulable', 'NodeSchedulable']
    : ['NodeNotSchedulable', 'NodeNotSchedulable'];
  say(sim, { about: node, reason, message: `Node ${name} status is now: ${said}`, from: 'kubelet', node: name });
}
