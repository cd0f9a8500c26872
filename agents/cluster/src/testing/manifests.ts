// Manifests as a real API server gives them, for tests and measurements: deployments, pods with their status and managers, nodes, secrets.

import type { Json, Manifest } from '@mosaic/kat';

let versions = 1000;
/** Every write of an API server has a greater one. */
export const nextVersion = (): string => String(++versions);

export const uidOf = (n: number): string =>
  `${(n * 2654435761).toString(16).padStart(8, '0').slice(-8)}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

const T0 = Date.UTC(2026, 10, 20, 8);
export const isoAt = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

const manager = (name: string, at: number, fieldsV1: Json, subresource?: string): Json => ({
  manager: name,
  operation: 'Update',
  apiVersion: 'v1',
  time: isoAt(at),
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource && { subresource }),
});

export interface PodOptions {
  readonly n: number;
  readonly app?: string;
  readonly namespace?: string;
  readonly env?: readonly Json[];
}

/** As the scheduler has just placed it. */
export function pod({ n, app = `app-${n % 40}`, namespace = `team-${n % 12}`, env = [] }: PodOptions): Manifest {
  const at = T0 + n * 1000;
  const suffix = n.toString(36).padStart(5, 'x');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${app}-7d9c6b8f5d-${suffix}`,
      generateName: `${app}-7d9c6b8f5d-`,
      namespace,
      uid: uidOf(n),
      resourceVersion: nextVersion(),
      generation: 1,
      creationTimestamp: isoAt(at),
      labels: {
        app,
        'app.kubernetes.io/name': app,
        'app.kubernetes.io/part-of': 'shop',
        'app.kubernetes.io/version': '1.8.2',
        'pod-template-hash': '7d9c6b8f5d',
      },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9102' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${app}-7d9c6b8f5d`,
          uid: uidOf(1_000_000 + (n % 40)),
          controller: true,
        },
      ],
      managedFields: [
        manager('kube-controller-manager', at, {
          'f:metadata': { 'f:generateName': {}, 'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} } },
          'f:spec': {
            'f:containers': { [`k:{"name":"${app}"}`]: { '.': {}, 'f:image': {}, 'f:env': {}, 'f:resources': {} } },
          },
        }),
      ],
    },
    spec: {
      volumes: [
        { name: 'config', configMap: { name: `${app}-config`, defaultMode: 420 } },
        {
          name: 'kube-api-access-x2k9q',
          projected: {
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            ],
            defaultMode: 420,
          },
        },
      ],
      containers: [
        {
          name: app,
          image: `registry.shop.test/${app}:1.8.2`,
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          env: [
            { name: 'PAYMENTS_URL', value: 'http://payments.shop.svc.cluster.local:8080/v1' },
            { name: 'CACHE_HOST', value: 'redis' },
            { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: `${app}-db`, key: 'password' } } },
            ...env,
          ],
          resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
          volumeMounts: [
            { name: 'config', mountPath: '/etc/app' },
            {
              name: 'kube-api-access-x2k9q',
              readOnly: true,
              mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
            },
          ],
          readinessProbe: {
            httpGet: { path: '/readyz', port: 'http', scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 5,
            successThreshold: 1,
            failureThreshold: 3,
          },
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: app,
      nodeName: `node-${n % 50}`,
      schedulerName: 'default-scheduler',
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: isoAt(at) }],
      qosClass: 'Burstable',
    },
  };
}

export type PodStep = 'pulling' | 'running' | 'unready' | 'crashed' | 'back-off' | 'terminating';

/** The same pod after the kubelet wrote its status once more. */
export function after(before: Manifest, step: PodStep, at: number, restarts = 0): Manifest {
  const spec = before.spec as { readonly containers: readonly { readonly name: string; readonly image: string }[] };
  const { name = '', image = '' } = spec.containers[0] ?? {};
  const ready = step === 'running';
  const n = Number.parseInt(before.metadata.uid.slice(-12), 16);
  const condition = (type: string, status: string): Json => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: isoAt(at),
    ...(status === 'False' && { reason: 'ContainersNotReady', message: `containers with unready status: [${name}]` }),
  });
  const state: Json =
    step === 'pulling'
      ? { waiting: { reason: 'ContainerCreating' } }
      : step === 'back-off'
        ? {
            waiting: {
              reason: 'CrashLoopBackOff',
              message: `back-off ${10 * 2 ** (restarts % 5)}s restarting failed container=${name}`,
            },
          }
        : step === 'crashed'
          ? { terminated: { exitCode: 1, reason: 'Error', startedAt: isoAt(at - 5000), finishedAt: isoAt(at) } }
          : { running: { startedAt: isoAt(at) } };
  const managedFields = [
    before.metadata.managedFields?.[0],
    manager(
      'kubelet',
      at,
      {
        'f:status': {
          'f:conditions': { 'k:{"type":"Ready"}': { '.': {}, 'f:status': {} } },
          'f:containerStatuses': {},
          'f:phase': {},
          'f:podIP': {},
        },
      },
      'status',
    ),
  ];
  return {
    ...before,
    metadata: {
      ...before.metadata,
      managedFields,
      resourceVersion: nextVersion(),
      ...(step === 'terminating' && { deletionTimestamp: isoAt(at) }),
    },
    status: {
      phase: step === 'pulling' ? 'Pending' : 'Running',
      conditions: [
        condition('PodReadyToStartContainers', 'True'),
        condition('Initialized', 'True'),
        condition('Ready', ready ? 'True' : 'False'),
        condition('ContainersReady', ready ? 'True' : 'False'),
        {
          type: 'PodScheduled',
          status: 'True',
          lastProbeTime: null,
          lastTransitionTime: before.metadata.creationTimestamp,
        },
      ],
      hostIP: `10.0.0.${n % 250}`,
      podIP: `10.244.${(n >> 8) % 256}.${n % 256}`,
      podIPs: [{ ip: `10.244.${(n >> 8) % 256}.${n % 256}` }],
      startTime: before.metadata.creationTimestamp,
      containerStatuses: [
        {
          name,
          state,
          lastState: restarts > 0 ? { terminated: { exitCode: 1, reason: 'Error', finishedAt: isoAt(at - 1000) } } : {},
          ready,
          restartCount: restarts,
          image,
          imageID: `sha256:${'9f86d081884c7d65'.repeat(4)}`,
          containerID: `containerd://${'2c26b46b68ffc68f'.repeat(4)}`,
          started: ready,
        },
      ],
      qosClass: 'Burstable',
    },
  };
}

export function configMap(n: number, data: Readonly<Record<string, string>>, namespace = 'shop'): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `config-${n}`,
      namespace,
      uid: uidOf(2_000_000 + n),
      resourceVersion: nextVersion(),
      creationTimestamp: isoAt(T0),
    },
    data,
  };
}

export const START = T0;
