// A cluster for load: as many objects as asked for with real labels, owners and links, and a steady rate of changes. No controller runs in it; templates are shared, so a pod costs little.

import { admit } from './admission.ts';
import { namespace, node } from './catalog/machines.ts';
import { labelsOf, surroundings, type Workload } from './catalog/workload.ts';
import { emptyCluster } from './cluster.ts';
import { asRunning, waiting } from './controllers/containers.ts';
import { admitted } from './controllers/new-pod.ts';
import type { Controller, Engine, Sim } from './sim.ts';
import type { Draft, Pod, PodTemplate, ReplicaSet } from './types.ts';
import { isoSecond } from './world/instants.ts';
import { ownerReference } from './writing.ts';

export interface LoadOptions {
  readonly name?: string;
  readonly seed: number;
  readonly at: number;
  readonly objects: number;
  readonly changesPerS: number;
}

const PODS_PER_WORKLOAD = 8;
const WORKLOADS_PER_NAMESPACE = 12;
/** Changes come in small bursts, ten times a second. */
const BEAT_MS = 100;
/** Of changes: a pod replaced by another is four, the rest are status updates. */
const REPLACED_SHARE = 0.1;
const LOAD_WINDOW = 20_000;

export function loadCluster({ name = 'load-1', seed, at, objects, changesPerS }: LoadOptions): Engine {
  const sim = emptyCluster({ name, seed, at, bare: true, window: LOAD_WINDOW, more: [beats(changesPerS)] });
  for (const each of ['default', 'kube-system', 'kube-node-lease']) sim.world.create(namespace(each));
  const nodes = Math.max(3, Math.ceil(objects / 600));
  for (let i = 0; i < nodes; i++) sim.world.create(loadNode(name, i, isoSecond(at)));
  for (let i = 0; sim.world.size < objects; i++) createWorkload(sim, i, nodes, objects);
  sim.memory.live = true;
  if (changesPerS > 0) sim.after(BEAT_MS, 'load-beat');
  return sim;
}

function loadNode(cluster: string, index: number, time: string): Draft {
  const draft = node(`${cluster}-node-${index}`, index, time);
  const podCIDR = `10.${1 + (index >> 8)}.${index & 255}.0/24`;
  return { ...draft, spec: { ...(draft.spec as object), podCIDR, podCIDRs: [podCIDR] } };
}

const TEAMS = ['shop', 'search', 'billing', 'media', 'maps', 'chat', 'risk', 'data'];
const ROLES = ['api', 'worker', 'web', 'cache', 'sync', 'gateway', 'indexer', 'mailer'];

function workloadAt(index: number): Workload {
  const space = Math.floor(index / WORKLOADS_PER_NAMESPACE);
  const team = TEAMS[space % TEAMS.length] ?? 'team';
  const role = ROLES[index % ROLES.length] ?? 'api';
  const name = `${team}-${role}-${index % WORKLOADS_PER_NAMESPACE}`;
  const peer = `${team}-${ROLES[(index + 1) % ROLES.length]}-${(index + 1) % WORKLOADS_PER_NAMESPACE}`;
  return {
    name,
    namespace: `${team}-${space}`,
    image: `registry.example.test/${team}/${role}:${1 + (index % 4)}.${index % 9}.0`,
    port: 8080,
    component: role,
    replicas: PODS_PER_WORKLOAD,
    env: { PEER_HOST: peer, PEER_PORT: '8080' },
    config: { 'settings.yaml': `team: ${team}\nrole: ${role}\n` },
    minAvailable: 1,
  };
}

function createWorkload(sim: Engine, index: number, nodes: number, most: number): void {
  const { world } = sim;
  const workload = workloadAt(index);
  if (world.get('Namespace', '', workload.namespace) === undefined) world.create(namespace(workload.namespace));
  const parts = index % WORKLOADS_PER_NAMESPACE === 0 || world.size + 20 < most ? surroundings(workload) : [];
  for (const draft of parts) world.create(admit(sim, draft));
  const labels = labelsOf(workload);
  const template = templateOf(workload);
  const common = { selector: { matchLabels: labels }, replicas: PODS_PER_WORKLOAD, template };
  const counts = {
    replicas: PODS_PER_WORKLOAD,
    readyReplicas: PODS_PER_WORKLOAD,
    availableReplicas: PODS_PER_WORKLOAD,
    observedGeneration: 1,
  };
  const metadata = { namespace: workload.namespace, labels };
  const dep = world.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: workload.name, ...metadata, annotations: { 'deployment.kubernetes.io/revision': '1' } },
    spec: { ...common, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } },
    status: { ...counts, updatedReplicas: PODS_PER_WORKLOAD },
  });
  const set = world.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${workload.name}-${sim.random.suffix(9)}`, ...metadata, ownerReferences: [ownerReference(dep)] },
    spec: common,
    status: counts,
  }) as ReplicaSet; // a draft of kind ReplicaSet
  for (let i = 0; i < PODS_PER_WORKLOAD && world.size < most; i++)
    createPod(sim, set, (index * PODS_PER_WORKLOAD + i) % nodes);
}

const templateOf = (workload: Workload): PodTemplate => ({
  metadata: { labels: labelsOf(workload) },
  spec: admitted({
    serviceAccountName: workload.name,
    containers: [
      {
        name: workload.component ?? 'main',
        image: workload.image,
        env: Object.entries(workload.env ?? {}).map(([name, value]) => ({ name, value })),
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        resources: { requests: { cpu: '100m', memory: '128Mi' } },
        readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
      },
    ],
    volumes: [{ name: 'config', configMap: { name: `${workload.name}-config` } }],
  }),
});

function createPod(sim: Sim, set: ReplicaSet, nodeIndex: number): void {
  const nodeName = `${sim.name}-node-${nodeIndex}`;
  const last = (sim.memory.addresses[nodeName] ?? 1) + 1;
  sim.memory.addresses[nodeName] = last % 250;
  const { template } = set.spec;
  const draft: Draft = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${set.metadata.name}-${sim.random.suffix(5)}`,
      namespace: set.metadata.namespace ?? '',
      ...(template.metadata?.labels && { labels: template.metadata.labels }),
      annotations: SIMULATED,
      ownerReferences: [ownerReference(set)],
    },
    spec: { ...template.spec, nodeName },
    status: { phase: 'Pending' },
  };
  const time = sim.world.stamp();
  const unborn = draft as unknown as Pod; // only its uid is looked at, and the name stands in for it
  const containerStatuses = template.spec.containers.map((container) => ({
    ...asRunning(waiting(container, ''), unborn, time, 1),
    ready: true,
  }));
  const podIP = `10.${1 + (nodeIndex >> 8)}.${nodeIndex & 255}.${(last % 250) + 2}`;
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: time,
  }));
  sim.world.create({
    ...draft,
    status: {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: time,
      qosClass: 'Burstable',
      conditions,
      containerStatuses,
    },
  });
}
const SIMULATED = { 'mosaic.dev/simulated': 'load' };

function beats(changesPerS: number): Controller {
  let pods: Pod[] = [];
  let owed = 0;
  /** Any living pod. The list is made anew when it has fallen behind. */
  const pick = (sim: Sim): Pod | undefined => {
    for (let tries = 0; tries < 100; tries++) {
      if (pods.length === 0) pods = [...sim.world.all('Pod')];
      const known = pods[sim.random.between(0, Math.max(0, pods.length - 1))];
      const pod = known && sim.world.get('Pod', known.metadata.namespace ?? '', known.metadata.name);
      if (pod !== undefined) return pod;
    }
    pods = [];
    return undefined;
  };
  return {
    handle: {
      'load-beat'(sim) {
        sim.after(BEAT_MS, 'load-beat');
        for (owed += (changesPerS * BEAT_MS) / 1000; owed >= 1; owed--) {
          const pod = pick(sim);
          if (pod === undefined) continue;
          if (!sim.random.chance(REPLACED_SHARE / 2)) changeStatus(sim, pod);
          else {
            replacePod(sim, pod);
            owed--;
          }
        }
      },
    },
  };
}

function replacePod(sim: Sim, pod: Pod): void {
  const owner = pod.metadata.ownerReferences?.[0]?.name ?? '';
  const set = sim.world.get('ReplicaSet', pod.metadata.namespace ?? '', owner);
  sim.world.remove(pod);
  if (set) createPod(sim, set, Number(pod.spec.nodeName?.split('-').at(-1) ?? 0));
}

/** It restarts, or its readiness comes and goes. */
function changeStatus(sim: Sim, pod: Pod): void {
  const restarts = sim.random.chance(0.3);
  const conditions = pod.status.conditions ?? [];
  const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const ready = restarts || !isReady;
  const time = sim.world.stamp();
  sim.world.update({
    ...pod,
    status: {
      ...pod.status,
      conditions: conditions.map((one) =>
        one.type.endsWith('Ready')
          ? { ...one, status: ready ? ('True' as const) : ('False' as const), lastTransitionTime: time }
          : one,
      ),
      containerStatuses: pod.status.containerStatuses?.map((one) => ({
        ...one,
        ready,
        restartCount: one.restartCount + (restarts ? 1 : 0),
        ...(restarts && { state: { running: { startedAt: time } } }),
      })),
    },
  });
}
