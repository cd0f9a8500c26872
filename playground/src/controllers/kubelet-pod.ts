// What every step of a kubelet needs: the pod a timer means, its memory, its status and conditions, and its events.

import { say } from '../events.ts';
import type { Runtime } from '../memory.ts';
import { type Sim, textOf } from '../sim.ts';
import type { About } from '../timers.ts';
import type { Condition, Pod, PodStatus } from '../types.ts';
import { statusBy, withCondition } from '../writing.ts';

export const runtimeOf = (sim: Sim, pod: Pod): Runtime => {
  const { uid } = pod.metadata;
  sim.memory.runtimes[uid] ??= { crashes: 0, pullTries: 0, run: 0, unready: '', probeFailures: 0 };
  return sim.memory.runtimes[uid];
};

/** The pod a timer is about, if it is still the same one on a node that answers. */
export function podOf(sim: Sim, about: About): Pod | undefined {
  const pod = sim.world.get('Pod', textOf(about, 'namespace'), textOf(about, 'name'));
  if (pod?.metadata.uid !== about.uid || pod?.spec.nodeName === undefined) return undefined;
  return sim.memory.lost[pod.spec.nodeName] === undefined ? pod : undefined;
}

export const aboutPod = ({ metadata }: Pod): About => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  uid: metadata.uid,
});

export const kubeletSays = (
  sim: Sim,
  pod: Pod,
  reason: string,
  message: string,
  more: { readonly container?: string; readonly type?: 'Warning'; readonly times?: number } = {},
): void =>
  say(sim, {
    about: pod,
    reason,
    message,
    from: 'kubelet',
    node: pod.spec.nodeName,
    ...(more.type && { type: more.type }),
    ...(more.times !== undefined && { times: more.times }),
    ...(more.container !== undefined && { fieldPath: `spec.containers{${more.container}}` }),
  });

export function setPodStatus(sim: Sim, pod: Pod, change: Partial<PodStatus>): Pod {
  return statusBy(sim, 'kubelet', pod, { ...pod.status, ...change });
}

export function podConditions(sim: Sim, pod: Pod, states: Readonly<Record<string, boolean>>, reason?: string) {
  let { conditions = [] } = pod.status;
  for (const [type, isTrue] of Object.entries(states)) {
    const condition: Condition = { type, status: isTrue ? 'True' : 'False', lastProbeTime: null };
    conditions = withCondition(
      conditions,
      isTrue || reason === undefined ? condition : { ...condition, reason },
      sim.world.stamp(),
    );
  }
  return conditions;
}
