// A cluster's slim state as a real one of that size looks: workloads of different sizes, label sets of helm charts, links to configuration.

import { createHash } from 'node:crypto';
import type { Slim, SlimDynamic } from '@mosaic/wire';
import { seeded } from './bench.ts';

const NAMES = [
  'cart',
  'checkout',
  'catalog',
  'payments',
  'search',
  'mailer',
  'orders',
  'ledger',
  'inventory',
  'frontend',
  'gateway',
  'auth',
  'profile',
  'pricing',
  'shipping',
  'reviews',
];
const CREATED = Date.UTC(2026, 9, 1);

export const uidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** About `count` objects: two thirds pods, the rest their owners, services, configuration and nodes. Deterministic. */
export function syntheticCluster(count: number, seed = 1): Slim[] {
  const random = seeded(seed);
  const slims: Slim[] = [];
  const nodes = Math.max(3, Math.round(count / 150));
  for (let i = 0; i < nodes; i++) slims.push(nodeSlim(i));
  for (let w = 0; slims.length < count; w++) slims.push(...workload(w, nodes, random));
  return slims.slice(0, count);
}

function workload(index: number, nodes: number, random: () => number): Slim[] {
  const app = NAMES[index % NAMES.length] ?? 'app';
  const namespace = `team-${String(Math.floor(index / NAMES.length) % 60).padStart(2, '0')}`;
  const name = index < NAMES.length * 60 ? app : `${app}-${Math.floor(index / (NAMES.length * 60))}`;
  const replicas = 1 + Math.floor(random() * 12);
  const version = `${1 + (index % 4)}.${index % 20}.${index % 7}`;
  const common = {
    namespace,
    createdAt: CREATED + index * 1000,
    hostNetwork: false,
    addresses: [] as string[],
    containers: [],
    reasons: [] as string[],
    health: 'well' as const,
  };
  const labels = {
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/instance': `${namespace}-${name}`,
    'app.kubernetes.io/version': version,
    'app.kubernetes.io/part-of': 'shop',
    'helm.sh/chart': `${app}-0.${index % 30}.1`,
    team: namespace,
  };
  const hash = createHash('sha256').update(`${index}`).digest('hex').slice(0, 10);
  const deployment: Slim = {
    ...common,
    uid: uidOf(`d${index}`),
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    name,
    labels,
    links: linksOf(name),
    images: [`registry.test/${app}:${version}`],
    wanted: replicas,
    ready: replicas,
    rv: 1000 + index,
  };
  const set: Slim = {
    ...common,
    uid: uidOf(`r${index}`),
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    name: `${name}-${hash}`,
    owner: deployment.uid,
    labels: { ...labels, 'pod-template-hash': hash },
    links: [],
    images: deployment.images,
    wanted: replicas,
    ready: replicas,
    rv: 1000 + index,
  };
  const service: Slim = {
    ...common,
    uid: uidOf(`s${index}`),
    kind: 'Service',
    apiVersion: 'v1',
    name,
    labels,
    links: [
      {
        relation: 'selects',
        kind: 'Pod',
        selector: { matchLabels: { 'app.kubernetes.io/instance': `${namespace}-${name}` } },
      },
    ],
    images: [],
    addresses: [`10.96.${index % 250}.${(index * 7) % 250}`],
    rv: 1000 + index,
  };
  const config: Slim = {
    ...common,
    uid: uidOf(`c${index}`),
    kind: 'ConfigMap',
    apiVersion: 'v1',
    name,
    labels,
    links: [],
    images: [],
    rv: 1000 + index,
  };
  const pods = Array.from({ length: replicas }, (_, i) =>
    pod(set, deployment, `${index}/${i}`, Math.floor(random() * nodes)),
  );
  return [deployment, set, service, config, ...pods];
}

function pod(set: Slim, deployment: Slim, key: string, node: number): Slim {
  const digest = createHash('sha256').update(key).digest();
  const suffix = digest.toString('hex').slice(0, 5);
  return {
    ...set,
    uid: uidOf(`p${key}`),
    kind: 'Pod',
    apiVersion: 'v1',
    name: `${set.name}-${suffix}`,
    owner: set.uid,
    links: deployment.links,
    node: `node-${node}`,
    ip: `10.${digest[0] ?? 1}.${digest[1] ?? 1}.${digest[2] ?? 1}`,
    phase: 'Running',
    wanted: 1,
    ready: 1,
    restarts: 0,
    containers: [{ name: 'main', state: 'running', ready: true, restarts: 0 }],
    startedAt: deployment.createdAt + 4_000,
  };
}

const linksOf = (name: string): Slim['links'] => [
  { relation: 'mounts', kind: 'ConfigMap', name, via: 'volume config' },
  { relation: 'mounts', kind: 'Secret', name: `${name}-tls`, via: 'volume tls' },
  {
    relation: 'declared',
    kind: 'Service',
    name: NAMES[name.length % NAMES.length] ?? 'cart',
    port: 8080,
    via: 'env UPSTREAM',
  },
];

function nodeSlim(index: number): Slim {
  return {
    uid: uidOf(`n${index}`),
    kind: 'Node',
    apiVersion: 'v1',
    namespace: '',
    name: `node-${index}`,
    labels: { 'kubernetes.io/hostname': `node-${index}`, 'topology.kubernetes.io/zone': `zone-${index % 3}` },
    links: [],
    images: [],
    createdAt: CREATED,
    hostNetwork: false,
    addresses: [`192.168.${index >> 8}.${index & 255}`],
    health: 'well',
    reasons: [],
    containers: [],
    rv: index + 1,
  };
}

/** One believable change of one object: a pod restarts, turns unready, or recovers. */
export function nextDynamic(slim: Slim, rv: number, random: () => number): SlimDynamic {
  const isReady = random() < 0.7;
  const restarts = (slim.restarts ?? 0) + (random() < 0.2 ? 1 : 0);
  const base = {
    ...(slim.node !== undefined && { node: slim.node }),
    ...(slim.ip !== undefined && { ip: slim.ip }),
    ...(slim.phase !== undefined && { phase: slim.phase }),
    ...(slim.startedAt !== undefined && { startedAt: slim.startedAt }),
    wanted: slim.wanted ?? 1,
    rv,
  };
  if (slim.kind !== 'Pod')
    return {
      ...base,
      ready: isReady ? (slim.wanted ?? 1) : 0,
      health: isReady ? 'well' : 'degraded',
      reasons: isReady ? [] : [`0 of ${slim.wanted ?? 1} ready`],
      containers: [],
    };
  const container = {
    name: 'main',
    state: isReady ? ('running' as const) : ('waiting' as const),
    ready: isReady,
    restarts,
    ...(!isReady && { reason: 'CrashLoopBackOff' }),
  };
  return {
    ...base,
    ready: isReady ? 1 : 0,
    restarts,
    health: isReady ? 'well' : 'broken',
    reasons: isReady ? [] : ['CrashLoopBackOff (exit 1)'],
    containers: [container],
  };
}
