// What the API server fills in when an object is created or replaced: defaults, addresses, generated labels.

import { invalid, type KubeObject } from '@mosaic/apiserver';
import { admitted, qualityOf } from './controllers/new-pod.ts';
import type { Sim } from './sim.ts';
import type { Container, Draft, PodSpec, PodTemplate, Probe, ServicePort } from './types.ts';

type Fields = Readonly<Record<string, unknown>>;
type Default = (sim: Sim, draft: Draft) => Draft;

const specOf = (draft: Draft): Fields => (draft.spec as Fields | undefined) ?? {}; // every kind handled here has an object there

const withSpec = (draft: Draft, defaults: Fields): Draft => ({ ...draft, spec: { ...defaults, ...specOf(draft) } });

function probeDefaults(probe: Probe | undefined): Probe | undefined {
  return probe && { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...probe };
}

function containerDefaults(container: Container): Container {
  const { readinessProbe, livenessProbe, ports } = container;
  return {
    imagePullPolicy:
      container.image.endsWith(':latest') || !/:[^/]+$/.test(container.image) ? 'Always' : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
    ...(ports && { ports: ports.map((port) => ({ protocol: 'TCP', ...port })) }),
    ...(readinessProbe && { readinessProbe: probeDefaults(readinessProbe) }),
    ...(livenessProbe && { livenessProbe: probeDefaults(livenessProbe) }),
  };
}

function podDefaults(spec: PodSpec): PodSpec {
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...spec,
    containers: (spec.containers ?? []).map(containerDefaults),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(containerDefaults) }),
  };
}

const withTemplate = (draft: Draft, defaults: Fields): Draft => {
  const spec = specOf(draft);
  const template = spec.template as PodTemplate | undefined; // the field of that name is a pod template in all these kinds
  return {
    ...draft,
    spec: {
      ...defaults,
      ...spec,
      ...(template?.spec && { template: { ...template, spec: podDefaults(template.spec) } }),
    },
    status: draft.status ?? {},
  };
};

const deploymentDefaults: Default = (_sim, draft) => {
  const next = withTemplate(draft, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const strategy = specOf(next).strategy as { type?: string; rollingUpdate?: Fields } | undefined; // its shape in apps/v1
  const type = strategy?.type ?? 'RollingUpdate';
  const rolling = { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%', ...strategy?.rollingUpdate } };
  return { ...next, spec: { ...specOf(next), strategy: { type, ...(type === 'RollingUpdate' && rolling) } } };
};

const podCreated: Default = (_sim, draft) => {
  const spec = admitted(podDefaults(specOf(draft) as unknown as PodSpec)); // a draft of kind Pod
  const qosClass = qualityOf(spec);
  return { ...draft, spec, status: { phase: 'Pending', qosClass, ...(draft.status as object | undefined) } };
};

const serviceDefaults: Default = (sim, draft) => {
  const spec = specOf(draft);
  const type = spec.type ?? 'ClusterIP';
  const clusterIP = spec.clusterIP ?? (type === 'ExternalName' ? undefined : serviceAddress(sim));
  const ports = (spec.ports as readonly ServicePort[] | undefined)?.map((port) => ({
    // a Service's ports
    protocol: 'TCP',
    targetPort: port.port,
    ...port,
    ...((type === 'NodePort' || type === 'LoadBalancer') && {
      nodePort: port.nodePort ?? 30000 + sim.random.between(0, 2767),
    }),
  }));
  const addresses =
    clusterIP === undefined
      ? {}
      : { clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  return {
    ...draft,
    spec: {
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ...spec,
      type,
      ...addresses,
      ...(ports && { ports }),
    },
    status: draft.status ?? {
      loadBalancer: type === 'LoadBalancer' ? { ingress: [{ ip: `172.18.0.${sim.random.between(210, 250)}` }] } : {},
    },
  };
};

/** 10.96/16, one after the other, none twice. */
function serviceAddress(sim: Sim): string {
  const next = (sim.memory.addresses.services ?? 260) + 1 + sim.random.between(0, 90);
  sim.memory.addresses.services = next;
  return `10.96.${(next >> 8) & 255}.${next & 255}`;
}

const jobDefaults: Default = (sim, draft) => {
  const uid = draft.metadata.uid ?? sim.random.uuid();
  const { name } = draft.metadata;
  const labels = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'job-name': name };
  const next = withTemplate(draft, {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
  });
  const spec = specOf(next);
  const template = spec.template as PodTemplate | undefined; // a Job's template
  if (template === undefined) throw invalid(`Job.batch "${name}" is invalid: spec.template: Required value`);
  const labelled = {
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } },
  };
  return {
    ...next,
    metadata: { ...draft.metadata, uid, labels: { ...draft.metadata.labels, ...labels } },
    spec: {
      ...spec,
      selector: spec.selector ?? { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: labelled,
    },
  };
};

const cronDefaults: Default = (_sim, draft) =>
  withSpec(
    { ...draft, status: draft.status ?? {} },
    {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    },
  );

const DEFAULTS: Readonly<Record<string, Default>> = {
  Pod: podCreated,
  Deployment: deploymentDefaults,
  ReplicaSet: (_sim, draft) => ({ ...withTemplate(draft, { replicas: 1 }), status: draft.status ?? { replicas: 0 } }),
  StatefulSet: (_sim, draft) =>
    withTemplate(draft, {
      replicas: 1,
      serviceName: '',
      podManagementPolicy: 'OrderedReady',
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    }),
  DaemonSet: (_sim, draft) =>
    withTemplate(draft, {
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    }),
  Job: jobDefaults,
  CronJob: cronDefaults,
  Service: serviceDefaults,
  Namespace: (_sim, draft) => ({ ...draft, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }),
  PersistentVolumeClaim: (_sim, draft) => ({
    ...withSpec(draft, { volumeMode: 'Filesystem' }),
    status: draft.status ?? { phase: 'Pending' },
  }),
  HorizontalPodAutoscaler: (_sim, draft) => ({ ...withSpec(draft, { minReplicas: 1 }), status: draft.status ?? {} }),
  PriorityClass: (_sim, draft) => ({ preemptionPolicy: 'PreemptLowerPriority', ...draft }),
  Secret: (_sim, draft) => secretCreated(draft),
};

/** Plain text in `stringData` is kept encoded in `data`. */
function secretCreated({ stringData, ...draft }: Draft): Draft {
  const plain = Object.entries((stringData as Readonly<Record<string, string>> | undefined) ?? {}); // a Secret's field of strings
  const data = {
    ...(draft.data as object | undefined),
    ...Object.fromEntries(plain.map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  };
  return { type: 'Opaque', ...draft, ...(Object.keys(data).length > 0 && { data }) } as Draft; // kind and metadata come with the rest
}

const isBuiltIn = (object: { readonly apiVersion: string }): boolean =>
  !object.apiVersion.includes('.') || object.apiVersion.includes('.k8s.io/');

/** A new object, whole. */
export const admit = (sim: Sim, draft: Draft): Draft =>
  isBuiltIn(draft) ? (DEFAULTS[draft.kind]?.(sim, draft) ?? draft) : draft;

/** A replaced object: defaults come back where a client left them out; what cannot change stays. */
export function readmit(sim: Sim, before: KubeObject, next: KubeObject): KubeObject {
  if (next.spec === before.spec) return next;
  if (next.kind === 'Service') return keepAddress(before, next);
  if (next.kind === 'Pod' || next.kind === 'Job') return next;
  const whole = admit(sim, next as unknown as Draft) as unknown as KubeObject; // a stored object is a whole draft
  return { ...whole, metadata: next.metadata, ...(next.status !== undefined && { status: next.status }) };
}

function keepAddress(before: KubeObject, next: KubeObject): KubeObject {
  const was = before.spec as Fields; // a stored Service
  const { clusterIP = was.clusterIP, clusterIPs = was.clusterIPs, ...spec } = (next.spec ?? {}) as Fields; // a Service's spec
  const ports = (spec.ports as readonly ServicePort[] | undefined)?.map((port) => ({
    protocol: 'TCP',
    targetPort: port.port,
    ...port,
  })); // its ports
  return { ...next, spec: { ...was, ...spec, clusterIP, clusterIPs, ...(ports && { ports }) } };
}
