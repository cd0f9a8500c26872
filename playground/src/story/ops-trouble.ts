// What befalls pods and nodes: failing probes, faults, drains.

import { workloadOf } from '../behaviour.ts';
import { restartUnhealthy } from '../controllers/kubelet-run.ts';
import { isActive, isReady } from '../controllers/pods.ts';
import { remove } from '../deleting.ts';
import type { Fault } from '../memory.ts';
import { type Sim, textOf } from '../sim.ts';
import type { Pod } from '../types.ts';
import { updateBy } from '../writing.ts';
import { by, type Op } from './op.ts';

/** One container fails its liveness probe and is started again. */
export const unhealthy: Op = (sim, namespace, name) => {
  const pods = [...sim.world.inNamespace('Pod', namespace)].filter((pod) => workloadOf(pod) === `${namespace}/${name}`);
  const whole = pods.filter((one) => isActive(one) && isReady(one));
  const pod = whole.length > 0 ? sim.random.pick(whole) : undefined;
  if (pod && sim.memory.lost[pod.spec.nodeName ?? ''] === undefined) restartUnhealthy(sim, pod);
};

/** Somebody deletes one pod; its owner makes another. */
export const deletePod: Op = (sim, namespace, name) => {
  const pods = [...sim.world.inNamespace('Pod', namespace)].filter((pod) => workloadOf(pod) === `${namespace}/${name}`);
  const pod = pods.find(isActive);
  if (pod) remove(sim, pod);
};

/** What a fault is about also happens to what runs already. */
export const fault: Op = (sim, namespace, name, about) => {
  const kind = textOf(about, 'fault') as Fault['kind']; // written by the incidents of this folder
  sim.memory.faults[`${namespace}/${name}`] = { kind, from: sim.now(), text: textOf(about, 'text') || undefined };
  for (const pod of sim.world.inNamespace('Pod', namespace))
    if (workloadOf(pod) === `${namespace}/${name}` && isActive(pod)) disturb(sim, pod, kind);
};

function disturb(sim: Sim, pod: Pod, kind: Fault['kind']): void {
  const runtime = sim.memory.runtimes[pod.metadata.uid];
  const container = pod.spec.containers[0]?.name;
  if (runtime === undefined || container === undefined) return;
  const about = {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    uid: pod.metadata.uid,
    run: runtime.run,
    container,
  };
  const after = sim.random.between(4_000, 70_000);
  if (kind === 'memory') sim.after(after, 'pod-end', { ...about, exitCode: 137, reason: 'OOMKilled' });
  if (kind === 'crash') sim.after(after / 4, 'pod-end', { ...about, exitCode: 1, reason: 'Error' });
  if (kind === 'unready') sim.after(after / 8, 'pod-probe', about);
}

export const calm: Op = (sim, namespace, name) => {
  delete sim.memory.faults[`${namespace}/${name}`];
  sim.after(1_000, 'namespace-probe', { namespace });
};

export const cordon: Op = (sim, _namespace, name, about) => {
  const node = sim.world.get('Node', '', name);
  if (node === undefined) return;
  const { unschedulable: _gone, ...spec } = node.spec;
  updateBy(sim, by(about), node, { ...node, spec: about.undo === true ? spec : { ...spec, unschedulable: true } });
};

/** `kubectl drain`: everything but daemons and mirrors is evicted. */
export const drain: Op = (sim, namespace, name, about) => {
  cordon(sim, namespace, name, about);
  for (const pod of sim.world.podsOn(name)) {
    const stays = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node');
    if (!stays && isActive(pod)) remove(sim, pod);
  }
};

export const unpushed: Op = (sim, _namespace, name) => {
  sim.memory.story[`missing ${name}`] = 1;
};
