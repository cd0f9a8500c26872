// `platform-1`: what the other teams build on: kafka and the ledger, CI runners, an image registry, certificates, logs.

import type { Draft } from '../types.ts';
import { namespace } from './machines.ts';
import { SHARED_PLATFORM } from './shop.ts';
import type { Cron, Workload } from './workload.ts';

export const PLATFORM: readonly Workload[] = [
  ...SHARED_PLATFORM,
  {
    name: 'gateway',
    namespace: 'platform',
    image: 'platform/gateway:2.1.0',
    before: ['2.0.9'],
    replicas: 2,
    port: 8080,
    component: 'api',
    autoscale: [2, 4],
    env: { LEDGER_HOST: 'ledger', LEDGER_PORT: '8080' },
    minAvailable: 1,
  },
  {
    name: 'ci-controller',
    namespace: 'ci',
    image: 'platform/ci-controller:0.31.0',
    before: ['0.30.2'],
    port: 8080,
    component: 'api',
    env: { REGISTRY_HOST: 'registry.registry', REGISTRY_PORT: '5000', CACHE_HOST: 'ci-cache', CACHE_PORT: '6379' },
  },
  {
    name: 'ci-runner',
    namespace: 'ci',
    image: 'platform/ci-runner:0.31.0',
    before: ['0.30.2'],
    replicas: 3,
    component: 'worker',
    cpu: '500m',
    memory: '512Mi',
    autoscale: [2, 6],
    env: { CI_CONTROLLER_HOST: 'ci-controller', CI_CONTROLLER_PORT: '8080' },
  },
  { name: 'ci-cache', namespace: 'ci', image: 'redis:7.4', port: 6379, portName: 'redis', component: 'cache' },
  {
    name: 'registry',
    namespace: 'registry',
    image: 'docker.io/library/registry:2.8.3',
    kind: 'StatefulSet',
    replicas: 2,
    port: 5000,
    storage: '200Gi',
    component: 'registry',
    memory: '256Mi',
    config: { 'config.yml': 'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /data\nhttp:\n  addr: :5000\n' },
  },
  {
    name: 'registry-ui',
    namespace: 'registry',
    image: 'platform/registry-ui:1.0.4',
    before: ['1.0.3'],
    port: 8080,
    component: 'web',
    env: { REGISTRY_HOST: 'registry', REGISTRY_PORT: '5000' },
  },
  {
    name: 'cert-manager',
    namespace: 'cert-manager',
    image: 'quay.io/jetstack/cert-manager-controller:v1.17.1',
    before: ['v1.16.3'],
    port: 9402,
  },
  {
    name: 'cert-manager-webhook',
    namespace: 'cert-manager',
    image: 'quay.io/jetstack/cert-manager-webhook:v1.17.1',
    port: 443,
    portName: 'https',
  },
  {
    name: 'cert-manager-cainjector',
    namespace: 'cert-manager',
    image: 'quay.io/jetstack/cert-manager-cainjector:v1.17.1',
  },
  {
    name: 'loki',
    namespace: 'logging',
    image: 'docker.io/grafana/loki:3.4.2',
    kind: 'StatefulSet',
    replicas: 1,
    port: 3100,
    storage: '100Gi',
    memory: '512Mi',
    memoryLimit: '1Gi',
    config: { 'loki.yaml': 'auth_enabled: false\nschema_config: {}\n' },
  },
  {
    name: 'fluent-bit',
    namespace: 'logging',
    image: 'cr.fluentbit.io/fluent/fluent-bit:4.0.1',
    kind: 'DaemonSet',
    everyNode: true,
    memory: '64Mi',
    env: { LOKI_HOST: 'loki', LOKI_PORT: '3100' },
  },
];

export const PLATFORM_CRONS: readonly Cron[] = [
  {
    name: 'ledger-reconcile',
    namespace: 'platform',
    schedule: '*/15 * * * *',
    image: 'platform/ledger:1.2.0',
    takesS: 26,
    env: { LEDGER_HOST: 'ledger' },
  },
  {
    name: 'nightly-backup',
    namespace: 'platform',
    schedule: '30 1 * * *',
    image: 'platform/backup:0.7.0',
    takesS: 420,
    env: { DATABASE_HOST: 'ledger-db' },
  },
  {
    name: 'registry-gc',
    namespace: 'registry',
    schedule: '20 * * * *',
    image: 'docker.io/library/registry:2.8.3',
    takesS: 55,
    env: { REGISTRY_HOST: 'registry' },
  },
  {
    name: 'ci-cache-prune',
    namespace: 'ci',
    schedule: '*/20 * * * *',
    image: 'platform/ci-controller:0.31.0',
    takesS: 12,
    env: { CACHE_HOST: 'ci-cache' },
  },
];

const text = { type: 'string' };
const certificateSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['secretName', 'issuerRef'],
      properties: {
        secretName: text,
        commonName: text,
        dnsNames: { type: 'array', items: text },
        duration: text,
        renewBefore: text,
        issuerRef: { type: 'object', required: ['name'], properties: { name: text, kind: text, group: text } },
      },
    },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};
const issuerSchema = {
  type: 'object',
  properties: {
    spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};

interface NewKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly scope?: string;
  readonly schema: unknown;
  readonly columns?: readonly object[];
}
const definition = ({
  group,
  kind,
  plural,
  shortNames = [],
  scope = 'Namespaced',
  schema,
  columns = [],
}: NewKind): Draft => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope,
    conversion: { strategy: 'None' },
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List`, shortNames },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {} },
        additionalPrinterColumns: columns,
      },
    ],
  },
});

const READY = { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' };
const AGE = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

export const DEFINITIONS: readonly Draft[] = [
  definition({
    group: 'cert-manager.io',
    kind: 'Certificate',
    plural: 'certificates',
    shortNames: ['cert', 'certs'],
    schema: certificateSchema,
    columns: [READY, { name: 'Secret', type: 'string', jsonPath: '.spec.secretName' }, AGE],
  }),
  definition({
    group: 'cert-manager.io',
    kind: 'ClusterIssuer',
    plural: 'clusterissuers',
    scope: 'Cluster',
    schema: issuerSchema,
    columns: [READY, AGE],
  }),
];

export const certificate = (name: string, space: string, host: string, time: string): Draft => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name, namespace: space },
  spec: {
    secretName: `${name}-tls`,
    dnsNames: [host],
    duration: '2160h',
    renewBefore: '360h',
    issuerRef: { name: 'internal-ca', kind: 'ClusterIssuer', group: 'cert-manager.io' },
  },
  status: {
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Ready',
        message: 'Certificate is up to date and has not expired',
        lastTransitionTime: time,
        observedGeneration: 1,
      },
    ],
    revision: 4,
  },
});

export const platformExtras = (time: string): readonly Draft[] => [
  namespace('platform'),
  namespace('ci'),
  namespace('registry'),
  namespace('cert-manager'),
  namespace('logging'),
  {
    apiVersion: 'cert-manager.io/v1',
    kind: 'ClusterIssuer',
    metadata: { name: 'internal-ca' },
    spec: { ca: { secretName: 'internal-ca' } },
    status: {
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KeyPairVerified',
          message: 'Signing CA verified',
          lastTransitionTime: time,
        },
      ],
    },
  },
  certificate('gateway', 'platform', 'gateway.platform.test', time),
  certificate('registry', 'registry', 'registry.platform.test', time),
  certificate('ledger', 'platform', 'ledger.platform.test', time),
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'gateway-tls', namespace: 'platform' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'cGxheWdyb3VuZA==', 'tls.key': 'cGxheWdyb3VuZA==' },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'gateway', namespace: 'platform' },
    spec: {
      tls: [{ hosts: ['gateway.platform.test'], secretName: 'gateway-tls' }],
      rules: [
        {
          host: 'gateway.platform.test',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'gateway', port: { name: 'http' } } } },
            ],
          },
        },
      ],
    },
    status: { loadBalancer: { ingress: [{ ip: '172.18.0.201' }] } },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'build-defaults', namespace: 'ci' },
    data: { cache: 'on', timeout: '30m', 'builder.image': 'platform/builder:5' },
  },
  {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'defaults', namespace: 'ci' },
    spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '100m', memory: '128Mi' } }] },
  },
];
