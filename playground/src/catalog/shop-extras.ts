// Around the services of the shop: its schedules, its ingress, its policies and quota.

import type { Draft } from '../types.ts';
import { namespace } from './machines.ts';
import { type Cron, selectorOf } from './workload.ts';

const shop = 'shop';

export const SHOP_CRONS: readonly Cron[] = [
  {
    name: 'stock-sync',
    namespace: shop,
    schedule: '*/10 * * * *',
    image: 'shop/inventory:1.3.3',
    takesS: 21,
    env: { INVENTORY_HOST: 'inventory' },
  },
  {
    name: 'sitemap',
    namespace: shop,
    schedule: '*/30 * * * *',
    image: 'shop/catalog:3.2.1',
    takesS: 14,
    env: { CATALOG_HOST: 'catalog' },
  },
  {
    name: 'session-cleanup',
    namespace: shop,
    schedule: '5 * * * *',
    image: 'shop/cart:1.14.0',
    takesS: 9,
    env: { REDIS_HOST: 'cart-redis' },
  },
  {
    name: 'daily-report',
    namespace: shop,
    schedule: '0 6 * * *',
    image: 'shop/orders:4.0.7',
    takesS: 190,
    env: { DATABASE_HOST: 'orders-db' },
  },
];

const policy = (name: string, from: readonly string[], port: number): Draft => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `${name}-clients`, namespace: shop },
  spec: {
    podSelector: { matchLabels: selectorOf({ name, namespace: shop }) },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: from.map((client) => ({ podSelector: { matchLabels: selectorOf({ name: client, namespace: shop }) } })),
        ports: [{ protocol: 'TCP', port }],
      },
    ],
  },
});

export const SHOP_EXTRAS: readonly Draft[] = [
  namespace(shop, 'shop'),
  namespace('platform'),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'shop', namespace: shop, annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '4m' } },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['shop.test'], secretName: 'shop-test-tls' }],
      rules: [
        {
          host: 'shop.test',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'frontend', port: { number: 8080 } } } },
            ],
          },
        },
      ],
    },
    status: { loadBalancer: { ingress: [{ ip: '172.18.0.200' }] } },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'shop-test-tls', namespace: shop },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'cGxheWdyb3VuZA==', 'tls.key': 'cGxheWdyb3VuZA==' },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'feature-flags', namespace: shop },
    data: { 'checkout.express': 'off', 'search.synonyms': 'on', 'banner.text': 'Free delivery above 40' },
  },
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'shop', namespace: shop },
    spec: { hard: { 'requests.cpu': '16', 'requests.memory': '32Gi', pods: '120' } },
    status: {
      hard: { 'requests.cpu': '16', 'requests.memory': '32Gi', pods: '120' },
      used: { 'requests.cpu': '2500m', 'requests.memory': '7Gi', pods: '34' },
    },
  },
  policy('cart-redis', ['cart'], 6379),
  policy('catalog-db', ['catalog'], 5432),
  policy('orders-db', ['orders', 'inventory'], 5432),
];
