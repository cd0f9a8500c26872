// A service as its team would describe it in a line or two, and the manifests that follow from it.

import type { Container, Draft, Labels, Probe } from '../types.ts';

export interface Workload {
  readonly name: string;
  readonly namespace: string;
  /** `shop/checkout:1.8.2`. */
  readonly image: string;
  /** Tags before this one, oldest first: they become old ReplicaSets to roll back to. */
  readonly before?: readonly string[];
  readonly kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly replicas?: number;
  /** Absent: no Service. */
  readonly port?: number;
  readonly portName?: string;
  readonly component?: string;
  readonly env?: Labels;
  /** `KEY` from the Secret of the same name as the workload's. */
  readonly secret?: Labels;
  /** Files of a mounted ConfigMap `<name>-config`. */
  readonly config?: Labels;
  readonly storage?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly memoryLimit?: string;
  readonly autoscale?: readonly [least: number, most: number];
  readonly minAvailable?: number;
  readonly args?: readonly string[];
  readonly init?: string;
  readonly headless?: boolean;
  readonly hostNetwork?: boolean;
  readonly everyNode?: boolean;
  readonly sidecars?: readonly Container[];
  readonly probe?: boolean;
  /** A roll-out replaces all pods together: fast, and unforgiving. */
  readonly allAtOnce?: boolean;
}

const versionOf = (image: string): string => image.slice(image.lastIndexOf(':') + 1).replace(/[^A-Za-z0-9._-]/g, '-');

export const labelsOf = ({ name, namespace, image, component }: Workload): Labels => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/part-of': namespace,
  'app.kubernetes.io/managed-by': 'argo-cd',
  'app.kubernetes.io/version': versionOf(image),
  ...(component !== undefined && { 'app.kubernetes.io/component': component }),
});

export const selectorOf = ({ name, namespace }: Pick<Workload, 'name' | 'namespace'>): Labels => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/part-of': namespace,
});

/** Seven letters of what a commit would be. */
export const commitOf = (image: string): string => {
  let hash = 7;
  for (const letter of image) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return `${hash.toString(16)}0000000`.slice(0, 7);
};

export const annotationsOf = (workload: Workload): Labels => ({
  'argocd.argoproj.io/tracking-id': `${workload.namespace}:apps/${workload.kind ?? 'Deployment'}:${workload.namespace}/${workload.name}`,
  'mosaic.dev/commit-sha': commitOf(workload.image),
  'mosaic.dev/repository': `https://git.example.test/${workload.namespace}/${workload.name}`,
});

function container(workload: Workload): Container {
  const { name, image, port, portName = 'http', env = {}, secret = {}, cpu = '50m', memory = '128Mi' } = workload;
  const probe: Probe =
    portName === 'http' ? { httpGet: { path: '/healthz', port: portName } } : { tcpSocket: { port: portName } };
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    ...(workload.args && { args: workload.args }),
    ...(port !== undefined && { ports: [{ name: portName, containerPort: port, protocol: 'TCP' }] }),
    env: [
      ...Object.entries(env).map(([key, value]) => ({ name: key, value })),
      ...Object.keys(secret).map((key) => ({ name: key, valueFrom: { secretKeyRef: { name, key } } })),
    ],
    resources: { requests: { cpu, memory }, limits: { memory: workload.memoryLimit ?? memory } },
    ...(port !== undefined &&
      workload.probe !== false && {
        readinessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
        livenessProbe: { ...probe, periodSeconds: 20, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
      }),
    ...((workload.config ?? workload.storage) !== undefined && {
      volumeMounts: [
        ...(workload.config ? [{ name: 'config', mountPath: `/etc/${name}`, readOnly: true }] : []),
        ...(workload.storage ? [{ name: 'data', mountPath: '/data' }] : []),
      ],
    }),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  };
}

function templateOf(workload: Workload) {
  const { name, config, init, everyNode, hostNetwork, sidecars = [] } = workload;
  return {
    metadata: { labels: labelsOf(workload), annotations: { 'mosaic.dev/commit-sha': commitOf(workload.image) } },
    spec: {
      serviceAccountName: name,
      ...(init !== undefined && {
        initContainers: [{ name: 'migrate', image: init, args: ['migrate', '--wait'], resources: {} }],
      }),
      containers: [container(workload), ...sidecars],
      ...(config && { volumes: [{ name: 'config', configMap: { name: `${name}-config`, defaultMode: 420 } }] }),
      ...(hostNetwork && { hostNetwork }),
      ...(everyNode && { tolerations: [{ operator: 'Exists' }] }),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: hostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst',
      schedulerName: 'default-scheduler',
      securityContext: {},
    },
  };
}

export function controllerOfWorkload(workload: Workload): Draft {
  const { name, namespace, kind = 'Deployment', replicas = 1, storage } = workload;
  const metadata = { name, namespace, labels: labelsOf(workload), annotations: annotationsOf(workload) };
  const common = {
    selector: { matchLabels: selectorOf(workload) },
    template: templateOf(workload),
    revisionHistoryLimit: 5,
  };
  if (kind === 'DaemonSet')
    return {
      apiVersion: 'apps/v1',
      kind,
      metadata,
      spec: { ...common, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
      status: {},
    };
  if (kind === 'StatefulSet')
    return {
      apiVersion: 'apps/v1',
      kind,
      metadata,
      spec: {
        replicas,
        serviceName: name,
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        ...common,
        ...(storage !== undefined && { volumeClaimTemplates: [claimTemplate(storage)] }),
      },
      status: { replicas: 0 },
    };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas,
      ...common,
      progressDeadlineSeconds: 600,
      strategy: workload.allAtOnce
        ? { type: 'Recreate' }
        : { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    },
    status: {},
  };
}

const claimTemplate = (storage: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'standard',
    volumeMode: 'Filesystem',
    resources: { requests: { storage } },
  },
});

/** Everything around the controller: account, Service, ConfigMap, Secret, autoscaler, disruption budget. */
export function surroundings(workload: Workload): readonly Draft[] {
  const { name, namespace, port, portName = 'http', config, secret, autoscale, minAvailable, headless } = workload;
  const metadata = { namespace, labels: labelsOf(workload) };
  const drafts: Draft[] = [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, ...metadata } }];
  if (config)
    drafts.push({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-config`, ...metadata },
      data: config,
    });
  if (secret)
    drafts.push({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, ...metadata },
      type: 'Opaque',
      data: encoded(secret),
    });
  if (port !== undefined)
    drafts.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, ...metadata },
      spec: {
        type: 'ClusterIP',
        ...((headless || workload.kind === 'StatefulSet') && { clusterIP: 'None' }),
        selector: selectorOf(workload),
        ports: [{ name: portName, port, protocol: 'TCP', targetPort: portName }],
        sessionAffinity: 'None',
      },
      status: { loadBalancer: {} },
    });
  if (autoscale) drafts.push(autoscalerOf(workload, autoscale));
  if (minAvailable !== undefined)
    drafts.push({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, ...metadata },
      spec: { minAvailable, selector: { matchLabels: selectorOf(workload) } },
    });
  return drafts;
}

const encoded = (values: Labels): Labels =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));

const autoscalerOf = (workload: Workload, [minReplicas, maxReplicas]: readonly [number, number]): Draft => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: workload.name, namespace: workload.namespace, labels: labelsOf(workload) },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name },
    minReplicas,
    maxReplicas,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 65 } } }],
  },
  status: {},
});

export interface Cron {
  readonly name: string;
  readonly namespace: string;
  readonly schedule: string;
  readonly image: string;
  readonly takesS: number;
  readonly env?: Labels;
  readonly keeps?: number;
}

export const cronJob = ({ name, namespace, schedule, image, takesS, env = {}, keeps = 2 }: Cron): Draft => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name, namespace, labels: labelsOf({ name, namespace, image, component: 'cron' }) },
  spec: {
    schedule,
    suspend: false,
    concurrencyPolicy: 'Forbid',
    successfulJobsHistoryLimit: keeps,
    failedJobsHistoryLimit: 1,
    jobTemplate: {
      spec: {
        backoffLimit: 2,
        template: {
          metadata: { labels: labelsOf({ name, namespace, image, component: 'cron' }) },
          spec: {
            restartPolicy: 'Never',
            containers: [
              {
                name,
                image,
                args: [`--takes=${takesS}`],
                env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
                resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '128Mi' } },
              },
            ],
          },
        },
      },
    },
  },
  status: {},
});
