// The kubelets, going on: probes, crashes with back-off, restarts, ends and terminations.

import { hash32 } from '@mosaic/wire';
import { behaviourOf } from '../behaviour.ts';
import { say } from '../events.ts';
import { type Controller, isLeaving, numberOf, type Sim, textOf } from '../sim.ts';
import type { About } from '../timers.ts';
import type { ContainerStatus, Pod, PodStatus } from '../types.ts';
import { asEnded, asRunning, asWaiting, withContainer } from './containers.ts';
import { announce, arm } from './kubelet.ts';
import { aboutPod, kubeletSays, podConditions, podOf, runtimeOf, setPodStatus } from './kubelet-pod.ts';
import { hasEnded, isReady } from './pods.ts';

const FIRST_RESTART_MS = 1_200;
const FIRST_BACK_OFF_MS = 10_000;
const MOST_BACK_OFF_MS = 300_000;
/** A run this long forgives the crashes before it. */
const CALM_MS = 600_000;
const PROBE_PERIOD_MS = 10_000;
/** Repeats of a failing probe are written less and less often, with their count. */
const MOST_PROBE_SILENCE_MS = 120_000;

function probe(sim: Sim, about: About): void {
  const pod = podOf(sim, about);
  if (pod === undefined || isLeaving(pod) || hasEnded(pod)) return;
  const runtime = runtimeOf(sim, pod);
  if (about.run !== undefined && about.run !== runtime.run) return;
  const reasons = new Map(pod.spec.containers.map((one) => [one.name, behaviourOf(sim, pod, one).unready]));
  const statuses = (pod.status.containerStatuses ?? []).map((status): ContainerStatus => {
    const ready = status.state.running !== undefined && reasons.get(status.name) === undefined;
    return status.ready === ready ? status : { ...status, ready };
  });
  const failing = statuses.find(({ name, state }) => state.running !== undefined && reasons.get(name) !== undefined);
  setReady(sim, pod, statuses);
  runtime.unready = failing === undefined ? '' : (reasons.get(failing.name) ?? '');
  if (failing === undefined) runtime.probeFailures = 0;
  else probeFailed(sim, pod, failing.name, about);
}

function probeFailed(sim: Sim, pod: Pod, container: string, about: About): void {
  const runtime = runtimeOf(sim, pod);
  const silence = Math.min(PROBE_PERIOD_MS * 2 ** runtime.probeFailures, MOST_PROBE_SILENCE_MS);
  const times = runtime.probeFailures === 0 ? 1 : Math.max(1, Math.round(silence / 2 / PROBE_PERIOD_MS));
  runtime.probeFailures++;
  const message = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
  kubeletSays(sim, pod, 'Unhealthy', message, { container, type: 'Warning', times });
  sim.after(silence, 'pod-probe', { ...aboutPod(pod), run: about.run ?? runtime.run });
}

export function setReady(sim: Sim, pod: Pod, statuses: readonly ContainerStatus[], more: Partial<PodStatus> = {}): Pod {
  const ready = statuses.length > 0 && statuses.every((status) => status.ready);
  return setPodStatus(sim, pod, {
    ...more,
    containerStatuses: statuses,
    conditions: podConditions(sim, pod, { Ready: ready, ContainersReady: ready }, 'ContainersNotReady'),
  });
}

/** A container's process ended: by itself, or `reason` says how it was killed. */
function end(sim: Sim, about: About) {
  const pod = podOf(sim, about);
  const runtime = pod && runtimeOf(sim, pod);
  if (pod === undefined || runtime === undefined || isLeaving(pod) || hasEnded(pod) || about.run !== runtime.run)
    return;
  endContainer(sim, pod, textOf(about, 'container'), numberOf(about, 'exitCode'), textOf(about, 'reason'));
}

export function endContainer(sim: Sim, pod: Pod, container: string, exitCode: number, reason: string) {
  const runtime = runtimeOf(sim, pod);
  const finishedAt = sim.world.stamp();
  const status = pod.status.containerStatuses?.find(({ name }) => name === container);
  const ranMs = sim.now() - Date.parse(status?.state.running?.startedAt ?? finishedAt);
  const said = exitCode !== 0 && reason === 'Completed' ? 'Error' : reason;
  const statuses = withContainer(pod.status, container, (one) => asEnded(one, { exitCode, reason: said, finishedAt }));
  if (said === 'OOMKilled') tellNode(sim, pod, container);
  const policy = pod.spec.restartPolicy ?? 'Always';
  if (policy === 'Never' || (policy === 'OnFailure' && exitCode === 0)) return finish(sim, pod, statuses);
  const ended = setReady(sim, pod, statuses);
  runtime.crashes = ranMs > CALM_MS ? 1 : runtime.crashes + 1;
  if (runtime.crashes === 1) return sim.after(FIRST_RESTART_MS, 'pod-restart', { ...aboutPod(ended), container });
  const delay = Math.min(FIRST_BACK_OFF_MS * 2 ** (runtime.crashes - 2), MOST_BACK_OFF_MS);
  sim.after(1_500, 'pod-back-off', { ...aboutPod(ended), container, delay });
  sim.after(delay + 1_500, 'pod-restart', { ...aboutPod(ended), container });
}

function tellNode(sim: Sim, pod: Pod, container: string): void {
  const node = sim.world.get('Node', '', pod.spec.nodeName ?? '');
  if (node === undefined) return;
  const message = `Memory cgroup out of memory: Killed process ${2000 + (hash32(pod.metadata.uid) % 30000)} (${container}) in pod ${pod.metadata.namespace}/${pod.metadata.name}`;
  say(sim, {
    about: node,
    type: 'Warning',
    reason: 'OOMKilling',
    message,
    from: 'kernel-monitor',
    node: node.metadata.name,
  });
}

function finish(sim: Sim, pod: Pod, statuses: readonly ContainerStatus[]): void {
  const isOver = statuses.every(({ state }) => state.terminated !== undefined);
  const isGood = statuses.every(({ state }) => state.terminated?.exitCode === 0);
  if (!isOver) return void setReady(sim, pod, statuses);
  setPodStatus(sim, pod, {
    phase: isGood ? 'Succeeded' : 'Failed',
    containerStatuses: statuses,
    conditions: podConditions(
      sim,
      pod,
      { Ready: false, ContainersReady: false },
      isGood ? 'PodCompleted' : 'PodFailed',
    ),
  });
}

function backOff(sim: Sim, about: About): void {
  const pod = podOf(sim, about);
  if (pod === undefined || isLeaving(pod)) return;
  const container = textOf(about, 'container');
  const { name, namespace, uid } = pod.metadata;
  const where = `${container} in pod ${name}_${namespace}(${uid})`;
  kubeletSays(sim, pod, 'BackOff', `Back-off restarting failed container ${where}`, { container, type: 'Warning' });
  const message = `back-off ${spoken(numberOf(about, 'delay'))} restarting failed container=${container} pod=${name}_${namespace}(${uid})`;
  setReady(
    sim,
    pod,
    withContainer(pod.status, container, (one) => asWaiting(one, 'CrashLoopBackOff', message)),
  );
}

const spoken = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
};

function restart(sim: Sim, about: About): void {
  const pod = podOf(sim, about);
  if (pod === undefined || isLeaving(pod) || hasEnded(pod)) return;
  const container = pod.spec.containers.find(({ name }) => name === about.container);
  if (container === undefined) return;
  const runtime = runtimeOf(sim, pod);
  runtime.run++;
  const time = sim.world.stamp();
  const statuses = withContainer(pod.status, container.name, (one) => ({
    ...asRunning(one, pod, time, runtime.run),
    restartCount: one.restartCount + 1,
  }));
  const running = setReady(sim, pod, statuses);
  kubeletSays(sim, running, 'Pulled', `Container image "${container.image}" already present on machine`, {
    container: container.name,
  });
  announce(sim, running, container);
  arm(sim, running, container.name);
}

/** Kills and starts a container again, as after a failed liveness probe. */
export function restartUnhealthy(sim: Sim, pod: Pod): void {
  const container = pod.spec.containers[0]?.name ?? '';
  const message =
    'Liveness probe failed: Get "http://healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  kubeletSays(sim, pod, 'Unhealthy', message, { container, type: 'Warning', times: 3 });
  kubeletSays(sim, pod, 'Killing', `Container ${container} failed liveness probe, will be restarted`, { container });
  endContainer(sim, pod, container, 137, 'Error');
}

function kill(sim: Sim, about: About): void {
  const pod = podOf(sim, about);
  if (pod === undefined) return;
  const graceMs = (pod.metadata as { deletionGracePeriodSeconds?: number }).deletionGracePeriodSeconds; // written by deletePod
  const running = (pod.status.containerStatuses ?? []).filter(({ state }) => state.running !== undefined);
  for (const { name } of running) kubeletSays(sim, pod, 'Killing', `Stopping container ${name}`, { container: name });
  const wantsMs = running.length === 0 ? 200 : 900 + (hash32(pod.metadata.uid) % 5_000);
  sim.after(Math.min(wantsMs, (graceMs ?? 30) * 1000), 'pod-gone', about);
}

function gone(sim: Sim, about: About): void {
  const pod = podOf(sim, about);
  if (pod === undefined) return;
  const finishedAt = sim.world.stamp();
  const ended = (pod.status.containerStatuses ?? []).map((one) =>
    one.state.running === undefined ? one : asEnded(one, { exitCode: 0, reason: 'Completed', finishedAt }),
  );
  const last = hasEnded(pod) ? pod : setReady(sim, pod, ended);
  if ((last.metadata.finalizers ?? []).length === 0) sim.world.remove(last);
}

/** Settings or services changed: running pods of the namespace look at their health again. */
function reprobe(sim: Sim, namespace: string): void {
  for (const pod of sim.world.inNamespace('Pod', namespace)) {
    const isWatched = pod.status.phase === 'Running' && pod.spec.containers.some((one) => one.readinessProbe);
    if (!isWatched || isLeaving(pod) || sim.memory.runtimes[pod.metadata.uid] === undefined) continue;
    const failing = pod.spec.containers.some((one) => behaviourOf(sim, pod, one).unready !== undefined);
    const isSettled = isReady(pod) === !failing;
    if (!isSettled) sim.after(2_000 + sim.random.between(0, 9_000), 'pod-probe', aboutPod(pod));
  }
}

/** A changed ConfigMap reaches the files of a pod within a kubelet's sync period. */
const configChanged = (sim: Sim, namespace: string): void => sim.after(8_000, 'namespace-probe', { namespace });

export const kubeletRun: Controller = {
  handle: {
    'pod-probe': probe,
    'pod-end': end,
    'pod-back-off': backOff,
    'pod-restart': restart,
    'pod-kill': kill,
    'pod-gone': gone,
    'namespace-probe': (sim, about) => reprobe(sim, textOf(about, 'namespace')),
  },
  react: {
    ConfigMap: (sim, { type, object }) =>
      type === 'ADDED' ? undefined : configChanged(sim, object.metadata.namespace ?? ''),
    Service: (sim, { type, object, before }) => {
      if (type !== 'ADDED' && before?.spec !== undefined) configChanged(sim, object.metadata.namespace ?? '');
    },
  },
};

/** The node answers again: what happened to its pods meanwhile is caught up. */
export function resumeNode(sim: Sim, node: string): void {
  for (const pod of sim.world.podsOn(node)) {
    if (isLeaving(pod)) sim.after(500, 'pod-kill', aboutPod(pod));
    else if (pod.status.startTime === undefined) sim.after(700, 'pod-admit', aboutPod(pod));
    else if (pod.status.phase === 'Pending') sim.after(700, 'pod-mount', aboutPod(pod));
    else if (pod.status.phase === 'Running') arm(sim, pod);
  }
}
