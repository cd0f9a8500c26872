// Small objects for tests and measurements.

import type { Link, Slim } from '@mosaic/wire';

type Part = Partial<Slim> & Pick<Slim, 'kind' | 'name'>;

const API: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  Ingress: 'networking.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
};

export const slim = (part: Part): Slim => ({
  uid: `${part.kind}-${part.namespace ?? 'shop'}-${part.name}`.toLowerCase(),
  apiVersion: API[part.kind] ?? 'v1',
  namespace: 'shop',
  labels: {},
  links: [],
  images: [],
  createdAt: 1_700_000_000_000,
  hostNetwork: false,
  addresses: [],
  health: 'well',
  reasons: [],
  containers: [],
  rv: 1,
  ...part,
});

/** A Deployment with its ReplicaSet and pods; `pods` are told how each differs. */
export function deployment(
  name: string,
  pods: readonly Partial<Slim>[],
  of: Partial<Slim> & { readonly podLinks?: readonly Link[] } = {},
): Slim[] {
  const { podLinks = [], ...part } = of;
  const namespace = part.namespace ?? 'shop';
  const labels = { app: name };
  const images = part.images ?? [`shop/${name}:1.0.0`];
  const links = part.links ?? podLinks;
  const top = slim({
    kind: 'Deployment',
    name,
    namespace,
    labels,
    wanted: pods.length,
    ready: pods.length,
    ...part,
    images,
    links,
  });
  const set = slim({
    kind: 'ReplicaSet',
    name: `${name}-5d`,
    namespace,
    labels,
    owner: top.uid,
    images,
    wanted: pods.length,
  });
  return [top, set, ...pods.map((pod, i) => podOf(set, `${set.name}-${i}`, { images, links: podLinks, ...pod }))];
}

export const podOf = (owner: Slim, name: string, part: Partial<Slim> = {}): Slim =>
  slim({
    kind: 'Pod',
    name,
    namespace: owner.namespace,
    labels: owner.labels,
    owner: owner.uid,
    phase: 'Running',
    wanted: 1,
    ready: 1,
    restarts: 0,
    containers: [{ name: 'main', state: 'running', ready: true, restarts: 0 }],
    ...part,
  });

export const broken: Partial<Slim> = {
  health: 'broken',
  ready: 0,
  reasons: ['CrashLoopBackOff (exit 1)'],
  containers: [{ name: 'main', state: 'waiting', ready: false, restarts: 4, reason: 'CrashLoopBackOff' }],
  restarts: 4,
};

export const service = (
  name: string,
  labels: Readonly<Record<string, string>> = { app: name },
  namespace = 'shop',
): Slim =>
  slim({
    kind: 'Service',
    name,
    namespace,
    links: [{ relation: 'selects', kind: 'Pod', selector: { matchLabels: labels }, port: 80 }],
  });

export const declares = (name: string, via: string, namespace?: string): Link => ({
  relation: 'declared',
  kind: 'Service',
  name,
  via,
  ...(namespace !== undefined && { namespace }),
});

export const mounts = (kind: string, name: string, via = `volume ${name}`): Link => ({
  relation: 'mounts',
  kind,
  name,
  via,
});

export const byUid = (slims: readonly Slim[]): Map<string, Slim> => new Map(slims.map((one) => [one.uid, one]));

/** A large cluster: per workload a Deployment, ReplicaSets, pods, Service, ConfigMap; about 15 k objects by default. */
export function bigCluster(workloads = 1000, podsEach = 7, namespaces = 20): Map<string, Slim> {
  const slims: Slim[] = [];
  for (let n = 0; n < 50; n++) slims.push(slim({ kind: 'Node', name: `node-${n}`, namespace: '' }));
  for (let w = 0; w < workloads; w++) {
    const namespace = `team-${w % namespaces}`;
    const labels = { app: `app-${w}`, team: namespace, tier: w % 2 ? 'front' : 'back' };
    const links = [
      mounts('ConfigMap', `config-${w}`),
      declares(`app-${(w + namespaces) % workloads}`, 'env UPSTREAM_HOST'),
    ];
    const pods = Array.from({ length: podsEach }, (_, i) => ({
      node: `node-${(w * 7 + i) % 50}`,
      labels,
      ...(w % 50 === 0 && i === 0 ? broken : {}),
    }));
    slims.push(...deployment(`app-${w}`, pods, { namespace, labels, podLinks: links }));
    for (let old = 0; old < 3; old++)
      slims.push(
        slim({
          kind: 'ReplicaSet',
          name: `app-${w}-old${old}`,
          namespace,
          labels,
          owner: `deployment-${namespace}-app-${w}`,
          wanted: 0,
        }),
      );
    slims.push(service(`app-${w}`, { app: `app-${w}` }, namespace));
    slims.push(slim({ kind: 'ConfigMap', name: `config-${w}`, namespace }));
    slims.push(slim({ kind: 'EndpointSlice', name: `app-${w}-x`, namespace }));
  }
  return byUid(slims);
}
