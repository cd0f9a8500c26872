// The kubelets: from a pod bound to a node to its containers running. Each step is a timer that names the pod by uid, so a pod that went leaves only stale timers.

import { hash32 } from '@mosaic/wire';
import { behaviourOf } from '../behaviour.ts';
import { environmentOf, missingVolume } from '../environment.ts';
import { type Controller, isLeaving, numberOf, type React, type Sim } from '../sim.ts';
import { type About } from '../timers.ts';
import type { Container, Pod } from '../types.ts';
import { asEnded, asRunning, asWaiting, waiting } from './containers.ts';
import { aboutPod, kubeletSays, podConditions, podOf, runtimeOf, setPodStatus } from './kubelet-pod.ts';
import { hasEnded } from './pods.ts';

const MOUNT_AGAIN_MS = 15_000;
const CONFIG_AGAIN_MS = 12_000;
const FIRST_PULL_BACK_OFF_MS = 10_000;
const MOST_BACK_OFF_MS = 300_000;

const bound: React = (sim, { type, object, before }) => {
  const pod = object as Pod; // reactions of the Pod table
  if (type === 'DELETED') {
    delete sim.memory.runtimes[pod.metadata.uid];
    return;
  }
  const was = before as Pod | undefined; // the same table
  if (pod.spec.nodeName === undefined || pod.metadata.annotations?.['mosaic.dev/simulated'] === 'load') return;
  if (was?.spec.nodeName === undefined) sim.after(80 + sim.random.between(0, 250), 'pod-admit', aboutPod(pod));
  else if (isLeaving(pod) && !isLeaving(was)) sim.after(60, 'pod-kill', aboutPod(pod));
};

function admit(sim: Sim, about: About) {
  const pod = podOf(sim, about);
  if (pod === undefined || isLeaving(pod) || pod.status.startTime !== undefined) return;
  const node = sim.world.get('Node', '', pod.spec.nodeName ?? '');
  const inits = pod.spec.initContainers ?? [];
  const reason = inits.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  const states = { Initialized: inits.length === 0, Ready: false, ContainersReady: false };
  setPodStatus(sim, pod, {
    hostIP: node?.status.addresses.find(({ type }) => type === 'InternalIP')?.address,
    startTime: sim.world.stamp(),
    conditions: podConditions(sim, pod, states, 'ContainersNotReady'),
    containerStatuses: pod.spec.containers.map((container) => waiting(container, reason)),
    ...(inits.length > 0 && { initContainerStatuses: inits.map((container) => waiting(container, 'PodInitializing')) }),
  });
  sim.after(350 + sim.random.between(0, 500), 'pod-mount', about);
}

function mount(sim: Sim, about: About) {
  const pod = podOf(sim, about);
  if (pod === undefined || isLeaving(pod)) return;
  const missing = missingVolume(sim, pod);
  if (missing === undefined) return prepare(sim, { ...about, index: 0 });
  kubeletSays(sim, pod, 'FailedMount', missing, { type: 'Warning' });
  sim.after(MOUNT_AGAIN_MS, 'pod-mount', about);
}

const allContainers = ({ spec }: Pod): readonly Container[] => [...(spec.initContainers ?? []), ...spec.containers];

/** Pulls one image after the other; init containers run to their end in between. */
function prepare(sim: Sim, about: About): void {
  const pod = podOf(sim, about);
  if (pod === undefined || isLeaving(pod) || hasEnded(pod)) return;
  const container = allContainers(pod)[numberOf(about, 'index')];
  if (container === undefined) start(sim, pod);
  else if (behaviourOf(sim, pod, container).isMissing) failPull(sim, pod, container, about);
  else pull(sim, pod, container, about);
}

function pull(sim: Sim, pod: Pod, { image, name }: Container, about: About): void {
  const isHere = sim.memory.images[pod.spec.nodeName ?? '']?.[image] !== undefined;
  if (isHere) {
    kubeletSays(sim, pod, 'Pulled', `Container image "${image}" already present on machine`, { container: name });
    prepared(sim, about);
    return;
  }
  kubeletSays(sim, pod, 'Pulling', `Pulling image "${image}"`, { container: name });
  const { pullMs } = behaviourOf(sim, pod, { name, image });
  sim.after(pullMs * (0.7 + sim.random.next() * 0.6), 'pod-pulled', { ...about, since: sim.now() });
}

function pulled(sim: Sim, about: About) {
  const pod = podOf(sim, about);
  const container = pod && allContainers(pod)[numberOf(about, 'index')];
  if (pod === undefined || container === undefined || isLeaving(pod)) return;
  const node = pod.spec.nodeName ?? '';
  sim.memory.images[node] ??= {};
  sim.memory.images[node][container.image] = sim.now();
  const took = `${((sim.now() - numberOf(about, 'since')) / 1000).toFixed(3)}s`;
  const { bytes } = behaviourOf(sim, pod, container);
  const message = `Successfully pulled image "${container.image}" in ${took} (${took} including waiting). Image size: ${bytes} bytes.`;
  kubeletSays(sim, pod, 'Pulled', message, { container: container.name });
  prepared(sim, about);
}

/** The image of container `index` is here: configuration is looked at, an init container runs. */
function prepared(sim: Sim, about: About): void {
  const pod = podOf(sim, about);
  const index = numberOf(about, 'index');
  const container = pod && allContainers(pod)[index];
  if (pod === undefined || container === undefined) return;
  const { missing } = environmentOf(sim, pod.metadata.namespace ?? '', container);
  const isInit = index < (pod.spec.initContainers?.length ?? 0);
  if (missing !== undefined) failConfig(sim, pod, container, missing, about);
  else if (!isInit) prepare(sim, { ...about, index: index + 1 });
  else {
    announce(sim, pod, container);
    sim.after(800 + (hash32(container.image) % 4) * 700, 'pod-init-done', about);
  }
}

function initDone(sim: Sim, about: About): void {
  const pod = podOf(sim, about);
  const container = pod?.spec.initContainers?.[numberOf(about, 'index')];
  if (pod === undefined || container === undefined || isLeaving(pod)) return;
  const index = numberOf(about, 'index');
  const isLast = index + 1 === pod.spec.initContainers?.length;
  const time = sim.world.stamp();
  const initContainerStatuses = pod.status.initContainerStatuses?.map((status) =>
    status.name === container.name
      ? {
          ...asEnded(asRunning(status, pod, time, 1), { exitCode: 0, reason: 'Completed', finishedAt: time }),
          ready: true,
        }
      : status,
  );
  setPodStatus(sim, pod, {
    initContainerStatuses,
    ...(isLast && { conditions: podConditions(sim, pod, { Initialized: true }) }),
  });
  prepare(sim, { ...about, index: index + 1 });
}

export function announce(sim: Sim, pod: Pod, { name }: Container): void {
  kubeletSays(sim, pod, 'Created', `Created container: ${name}`, { container: name });
  kubeletSays(sim, pod, 'Started', `Started container ${name}`, { container: name });
}

function start(sim: Sim, pod: Pod): void {
  const runtime = runtimeOf(sim, pod);
  runtime.run++;
  const time = sim.world.stamp();
  const podIP = pod.spec.hostNetwork ? pod.status.hostIP : freeAddress(sim, pod.spec.nodeName ?? '');
  const running = setPodStatus(sim, pod, {
    phase: 'Running',
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: podConditions(sim, pod, { PodReadyToStartContainers: true }),
    containerStatuses: pod.status.containerStatuses?.map((status) => asRunning(status, pod, time, runtime.run)),
  });
  for (const container of pod.spec.containers) announce(sim, running, container);
  arm(sim, running);
}

/** Sets the timers of a run: the first probe and, when it will, the end of a container. */
export function arm(sim: Sim, pod: Pod, only?: string): void {
  const about = { ...aboutPod(pod), run: runtimeOf(sim, pod).run };
  let readyAfterMs = 0;
  for (const container of pod.spec.containers) {
    if (only !== undefined && container.name !== only) continue;
    const behaviour = behaviourOf(sim, pod, container);
    readyAfterMs = Math.max(readyAfterMs, container.readinessProbe === undefined ? 0 : behaviour.readyAfterMs);
    if (behaviour.ends) {
      const { afterMs, exitCode, reason } = behaviour.ends;
      sim.after(afterMs, 'pod-end', { ...about, container: container.name, exitCode, reason });
    }
  }
  sim.after(readyAfterMs + 20, 'pod-probe', about);
}

/** The next address of the node's range that nobody holds. */
function freeAddress(sim: Sim, node: string): string {
  const range = sim.world.get('Node', '', node)?.spec.podCIDR ?? '10.244.250.0/24';
  const prefix = range.slice(0, range.lastIndexOf('.'));
  const held = new Set(sim.world.podsOn(node).map(({ status }) => status.podIP));
  for (let tries = 0; tries < 250; tries++) {
    const last = ((sim.memory.addresses[node] ?? 0) % 250) + 1;
    sim.memory.addresses[node] = last;
    const address = `${prefix}.${last + 2}`;
    if (!held.has(address)) return address;
  }
  return `${prefix}.254`;
}

function failPull(sim: Sim, pod: Pod, container: Container, about: About): void {
  const runtime = runtimeOf(sim, pod);
  runtime.pullTries++;
  const { image, name } = container;
  const because = `failed to pull and unpack image "docker.io/${image}": failed to resolve reference "docker.io/${image}": docker.io/${image}: not found`;
  const refused = `rpc error: code = NotFound desc = ${because}`;
  kubeletSays(sim, pod, 'Pulling', `Pulling image "${image}"`, { container: name });
  kubeletSays(sim, pod, 'Failed', `Failed to pull image "${image}": ${refused}`, { container: name, type: 'Warning' });
  kubeletSays(sim, pod, 'Failed', 'Error: ErrImagePull', { container: name, type: 'Warning' });
  setWaiting(sim, pod, name, 'ErrImagePull', refused);
  sim.after(9_000, 'pod-pull-back-off', about);
  const delay = Math.min(FIRST_PULL_BACK_OFF_MS * 2 ** (runtime.pullTries - 1), MOST_BACK_OFF_MS);
  sim.after(10_000 + delay, 'pod-prepare', about);
}

function pullBackOff(sim: Sim, about: About): void {
  const pod = podOf(sim, about);
  const container = pod && allContainers(pod)[numberOf(about, 'index')];
  if (pod === undefined || container === undefined || isLeaving(pod)) return;
  const { image, name } = container;
  kubeletSays(sim, pod, 'BackOff', `Back-off pulling image "${image}"`, { container: name });
  kubeletSays(sim, pod, 'Failed', 'Error: ImagePullBackOff', { container: name, type: 'Warning' });
  setWaiting(sim, pod, name, 'ImagePullBackOff', `Back-off pulling image "${image}"`);
}

function failConfig(sim: Sim, pod: Pod, container: Container, missing: string, about: About): void {
  kubeletSays(sim, pod, 'Failed', `Error: ${missing}`, { container: container.name, type: 'Warning' });
  setWaiting(sim, pod, container.name, 'CreateContainerConfigError', missing);
  sim.after(CONFIG_AGAIN_MS, 'pod-prepare', about);
}

function setWaiting(sim: Sim, pod: Pod, name: string, reason: string, message: string): void {
  const statuses = pod.status.containerStatuses?.map((one) =>
    one.name === name ? asWaiting(one, reason, message) : one,
  );
  setPodStatus(sim, pod, { containerStatuses: statuses });
}

export const kubelet: Controller = {
  react: { Pod: bound },
  handle: {
    'pod-admit': admit,
    'pod-mount': mount,
    'pod-prepare': prepare,
    'pod-pulled': pulled,
    'pod-init-done': initDone,
    'pod-pull-back-off': pullBackOff,
  },
};
