// A believable past for looking at the page without a server: the shop of the look on two clusters, 24 h with five incidents.

import type { TopologyEdge, TopologyNode } from '@mosaic/wire';

export type Health = TopologyNode['health'];

export interface Spec {
  readonly cluster: 1 | 2;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly version?: string;
  readonly image?: string;
  readonly pods?: number;
  readonly goneAfterH?: number;
  readonly bornAfterH?: number;
}

const shop = (name: string, version: string, image: string, pods: number, extra: Partial<Spec> = {}): Spec => ({
  cluster: 1,
  namespace: 'shop',
  kind: 'Deployment',
  name,
  version,
  image,
  pods,
  ...extra,
});
const on = (
  cluster: 1 | 2,
  namespace: string,
  kind: string,
  name: string,
  version = '',
  image = name,
  pods = 1,
): Spec => ({ cluster, namespace, kind, name, version, image, pods });

export const WORKLOADS: readonly Spec[] = [
  shop('frontend', '1.27', 'nginx', 3),
  shop('cart', '1.14.0', 'shop/cart', 2),
  shop('checkout', '1.8.2', 'shop/checkout', 3),
  shop('catalog', '3.2.1', 'shop/catalog', 2),
  shop('payments', '2.5.3', 'shop/payments', 2),
  shop('search', '4.0.2', 'shop/search', 2),
  shop('mailer', '0.9.4', 'shop/mailer', 1),
  shop('shipping', '1.3.0', 'shop/shipping', 2),
  shop('recommender', '0.7.1', 'shop/recommender', 2, { goneAfterH: 18.9 }),
  shop('reviews', '2.1.0', 'shop/reviews', 2, { bornAfterH: 13.2 }),
  shop('cart-redis', '7.4', 'redis', 1, { kind: 'StatefulSet' }),
  shop('catalog-db', '17', 'postgres', 1, { kind: 'StatefulSet' }),
  shop('orders-db', '17', 'postgres', 2, { kind: 'StatefulSet' }),
  shop('nightly-report', '1.0.0', 'shop/report', 1, { kind: 'CronJob' }),
  on(1, 'platform', 'StatefulSet', 'orders-kafka', '4.1', 'apache/kafka', 3),
  on(1, 'platform', 'Deployment', 'ledger', '1.2.0', 'bank/ledger', 2),
  on(1, 'platform', 'Deployment', 'auth', '5.0.1', 'platform/auth', 2),
  on(1, 'platform', 'StatefulSet', 'auth-db', '17', 'postgres', 1),
  on(1, 'kube-system', 'Deployment', 'coredns', '1.12.1', 'coredns', 2),
  on(1, 'kube-system', 'DaemonSet', 'kube-proxy', '1.34.2', 'kube-proxy', 4),
  on(1, 'kube-system', 'DaemonSet', 'node-agent', '0.1.0', 'mosaic/agent', 4),
  on(2, 'ci', 'Deployment', 'gitea', '1.24', 'gitea', 1),
  on(2, 'ci', 'StatefulSet', 'gitea-db', '16', 'postgres', 1),
  on(2, 'ci', 'Deployment', 'runner', '3.1.0', 'runner', 5),
  on(2, 'ci', 'Deployment', 'registry', '3.0', 'registry', 2),
  on(2, 'monitoring', 'StatefulSet', 'prometheus', '3.5', 'prometheus', 2),
  on(2, 'monitoring', 'Deployment', 'grafana', '12.1', 'grafana', 1),
  on(2, 'monitoring', 'Deployment', 'alertmanager', '0.28', 'alertmanager', 2),
  on(2, 'monitoring', 'DaemonSet', 'node-exporter', '1.9', 'node-exporter', 3),
];

export const CONFIG: readonly Spec[] = [
  { cluster: 1, namespace: 'shop', kind: 'ConfigMap', name: 'checkout-config' },
  { cluster: 1, namespace: 'shop', kind: 'Secret', name: 'payments-key' },
  { cluster: 1, namespace: 'shop', kind: 'HorizontalPodAutoscaler', name: 'frontend' },
  { cluster: 1, namespace: 'shop', kind: 'PodDisruptionBudget', name: 'checkout' },
  { cluster: 1, namespace: 'shop', kind: 'PersistentVolumeClaim', name: 'data-orders-db-0' },
  { cluster: 2, namespace: 'ci', kind: 'Secret', name: 'gitea-admin' },
];
export const INGRESSES: readonly Spec[] = [
  { cluster: 1, namespace: 'shop', kind: 'Ingress', name: 'shop.test' },
  { cluster: 2, namespace: 'ci', kind: 'Ingress', name: 'git.test' },
];

/** Who names whom: `from → to`, both in `namespace/name`. */
export const CALLS: readonly (readonly [1 | 2, string, string, string])[] = [
  [1, 'shop/frontend', 'shop/cart', 'env CART_URL'],
  [1, 'shop/frontend', 'shop/checkout', 'env CHECKOUT_URL'],
  [1, 'shop/frontend', 'shop/catalog', 'env CATALOG_URL'],
  [1, 'shop/frontend', 'shop/search', 'env SEARCH_URL'],
  [1, 'shop/frontend', 'platform/auth', 'env AUTH_URL'],
  [1, 'shop/cart', 'shop/cart-redis', 'env REDIS_HOST'],
  [1, 'shop/checkout', 'shop/payments', 'env PAYMENTS_HOST'],
  [1, 'shop/checkout', 'shop/mailer', 'env MAILER_URL'],
  [1, 'shop/checkout', 'shop/shipping', 'env SHIPPING_URL'],
  [1, 'shop/checkout', 'platform/orders-kafka', 'env KAFKA_BROKERS'],
  [1, 'shop/checkout', 'shop/orders-db', 'env DATABASE_HOST'],
  [1, 'shop/catalog', 'shop/catalog-db', 'env DATABASE_HOST'],
  [1, 'shop/catalog', 'shop/recommender', 'env RECOMMENDER_URL'],
  [1, 'shop/catalog', 'shop/reviews', 'env REVIEWS_URL'],
  [1, 'shop/search', 'shop/catalog-db', 'env DATABASE_HOST'],
  [1, 'shop/payments', 'platform/ledger', 'env LEDGER_URL'],
  [1, 'shop/nightly-report', 'shop/orders-db', 'args --db'],
  [1, 'platform/ledger', 'platform/orders-kafka', 'env KAFKA_BROKERS'],
  [1, 'platform/auth', 'platform/auth-db', 'env DATABASE_HOST'],
  [2, 'ci/gitea', 'ci/gitea-db', 'env DB_HOST'],
  [2, 'ci/runner', 'ci/gitea', 'env GITEA_URL'],
  [2, 'ci/runner', 'ci/registry', 'env REGISTRY'],
  [2, 'monitoring/grafana', 'monitoring/prometheus', 'configmap datasources'],
  [2, 'monitoring/prometheus', 'monitoring/alertmanager', 'args --alertmanager'],
];

export interface Trouble {
  readonly node: string;
  readonly fromH: number;
  readonly toH: number;
  readonly health: Health;
  readonly ready: number;
  readonly reason: string;
  readonly version?: string;
  readonly title: string;
}

/** Hours after the start of the story. */
export const TROUBLES: readonly Trouble[] = [
  {
    node: '1:Deployment:shop:catalog',
    fromH: 6.2,
    toH: 6.7,
    health: 'degraded',
    ready: 1,
    reason: 'container catalog was killed for memory (OOMKilled) 4 times',
    title: 'catalog runs out of memory',
  },
  {
    node: '1:DaemonSet:kube-system:kube-proxy',
    fromH: 9.3,
    toH: 9.6,
    health: 'degraded',
    ready: 3,
    reason: 'node eu-1-c is not ready',
    title: 'node eu-1-c was lost',
  },
  {
    node: '1:Deployment:shop:checkout',
    fromH: 18.21,
    toH: 20.3,
    health: 'broken',
    ready: 0,
    version: '1.9.0',
    reason: 'v1.9.0 has 0 of 3 ready: readiness probe failed, connect ECONNREFUSED payments:8081',
    title: 'checkout broke with 1.9.0',
  },
  {
    node: '1:Deployment:shop:payments',
    fromH: 18.3,
    toH: 20.35,
    health: 'degraded',
    ready: 1,
    reason: '1 of 2 ready: liveness probe failed 12 times',
    title: 'payments is short of pods',
  },
  {
    node: '1:Deployment:shop:mailer',
    fromH: 21.5,
    toH: 22.1,
    health: 'broken',
    ready: 0,
    reason: 'CreateContainerConfigError: key smtp-password is missing in Secret mailer',
    title: 'mailer cannot start',
  },
  {
    node: '2:Deployment:ci:registry',
    fromH: 23.4,
    toH: 99,
    health: 'degraded',
    ready: 1,
    reason: '1 of 2 ready: ImagePullBackOff registry:3.0.1',
    title: 'registry cannot pull its image',
  },
];

export const CLUSTER_NAMES: Record<number, string> = { 1: 'eu-1', 2: 'tools' };
export const idOf = (s: Pick<Spec, 'cluster' | 'kind' | 'namespace' | 'name'>): string =>
  `${s.cluster}:${s.kind}:${s.namespace}:${s.name}`;
export const uidOf = (id: string): string => `uid-${id.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`;
export type { TopologyEdge, TopologyNode };
