// What Kubernetes fills in when a client leaves it out: the fields controllers and kubectl rely on.
import { at, isRecord, type Json, listOf, recordOf, textAt, withField } from '../json.ts';
import type { ResourceKind } from '../port.ts';
import { qualified } from '../status.ts';

type Default = (object: Json) => Json;

const under =
  (field: string, fill: Default): Default =>
  (object) =>
    isRecord(object[field]) ? { ...object, [field]: fill(object[field]) } : object;

const each =
  (field: string, fill: Default): Default =>
  (object) =>
    Array.isArray(object[field])
      ? { ...object, [field]: object[field].map((item: unknown) => (isRecord(item) ? fill(item) : item)) }
      : object;

/** Written fields win; `undefined` and absent ones are filled. */
const filled =
  (defaults: Json): Default =>
  (object) => {
    const missing = Object.entries(defaults).filter(([name]) => object[name] === undefined || object[name] === null);
    return missing.length === 0 ? object : { ...object, ...Object.fromEntries(missing) };
  };

const all =
  (...fills: readonly Default[]): Default =>
  (object) =>
    fills.reduce((made, fill) => fill(made), object);

const probe = filled({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });

const pullPolicy: Default = (container) => {
  const image = textAt(container, 'image');
  const tag = /:([^:/@]+)$/.exec(image.split('@')[0] ?? '')?.[1];
  const isPinned = image.includes('@') || (tag !== undefined && tag !== 'latest');
  return filled({ imagePullPolicy: isPinned ? 'IfNotPresent' : 'Always' })(container);
};

const container = all(
  filled({ resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }),
  pullPolicy,
  each('ports', filled({ protocol: 'TCP' })),
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((name) => under(name, probe)),
);

const podSpec = (restartPolicy: string): Default =>
  all(
    each('containers', container),
    each('initContainers', container),
    filled({
      restartPolicy,
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      terminationGracePeriodSeconds: 30,
      securityContext: {},
    }),
  );

const template = (restartPolicy = 'Always'): Default => under('template', under('spec', podSpec(restartPolicy)));

const ROLLING = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };

const rolling: Default = (strategy) =>
  textAt(strategy, 'type') === 'Recreate'
    ? strategy
    : all(
        filled({ type: 'RollingUpdate', rollingUpdate: {} }),
        under('rollingUpdate', filled(ROLLING.rollingUpdate)),
      )(strategy);

const deployment = all(
  filled({ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: ROLLING }),
  under('strategy', rolling),
  template(),
);

const statefulSet = all(
  filled({
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
  }),
  template(),
);

const daemonSet = all(
  filled({
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  }),
  template(),
);

const job: Default = (spec) =>
  all(filled({ backoffLimit: 6, completionMode: 'NonIndexed', suspend: false }), jobCounts, template('Never'))(spec);

/** A job without any count is one pod; with parallelism alone it is a work queue, whose completions stay open. */
const jobCounts: Default = (spec) =>
  spec.completions === undefined && spec.parallelism === undefined
    ? { ...spec, completions: 1, parallelism: 1 }
    : filled({ parallelism: 1 })(spec);

const cronJob = all(
  filled({ concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 }),
);

const servicePort: Default = (port) => filled({ protocol: 'TCP', targetPort: port.port })(port);

const service: Default = (spec) =>
  textAt(spec, 'type') === 'ExternalName'
    ? filled({ sessionAffinity: 'None' })(spec)
    : all(
        filled({ type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' }),
        each('ports', servicePort),
      )(spec);

/** What an autoscaler aims at when it is not told. */
const CPU_AT_80 = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
];

const secret: Default = (object) => {
  const plain = Object.entries(recordOf(object.stringData)).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  const typed = filled({ type: 'Opaque' })(withField(object, 'stringData', undefined));
  return plain.length === 0 ? typed : { ...typed, data: { ...recordOf(object.data), ...Object.fromEntries(plain) } };
};

const namespace: Default = (object) => {
  const metadata = recordOf(object.metadata);
  const labels = { ...recordOf(metadata.labels), 'kubernetes.io/metadata.name': metadata.name };
  return all(filled({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }))({
    ...object,
    metadata: { ...metadata, labels },
  });
};

/** A definition is established as soon as it is stored: its kinds are served from then on. */
const definition: Default = (object) => {
  const names = recordOf(at(object, 'spec', 'names'));
  const kind = textAt(names, 'kind');
  const acceptedNames = filled({ singular: kind.toLowerCase(), listKind: `${kind}List` })(names);
  const lastTransitionTime = textAt(object, 'metadata', 'creationTimestamp');
  const conditions = ['NamesAccepted', 'Established'].map((type) => ({
    type,
    status: 'True',
    reason: type === 'Established' ? 'InitialNamesAccepted' : 'NoConflicts',
    message: type === 'Established' ? 'the initial names have been accepted' : 'no conflicts found',
    lastTransitionTime,
  }));
  const storedVersions = listOf(at(object, 'spec', 'versions'))
    .filter((each) => at(each, 'storage') === true)
    .map((each) => textAt(each, 'name'));
  const spec = filled({ conversion: { strategy: 'None' } })({ ...recordOf(object.spec), names: acceptedNames });
  return filled({ status: { conditions, acceptedNames, storedVersions } })({ ...object, spec });
};

const KINDS: Readonly<Record<string, Default>> = {
  pods: all(under('spec', podSpec('Always')), filled({ status: { phase: 'Pending' } })),
  services: all(under('spec', service), filled({ status: { loadBalancer: {} } })),
  secrets: secret,
  namespaces: namespace,
  persistentvolumeclaims: all(
    under('spec', filled({ volumeMode: 'Filesystem' })),
    filled({ status: { phase: 'Pending' } }),
  ),
  persistentvolumes: all(
    under('spec', filled({ volumeMode: 'Filesystem', persistentVolumeReclaimPolicy: 'Retain' })),
    filled({ status: { phase: 'Available' } }),
  ),
  'deployments.apps': under('spec', deployment),
  'replicasets.apps': under('spec', all(filled({ replicas: 1 }), template())),
  'statefulsets.apps': under('spec', statefulSet),
  'daemonsets.apps': under('spec', daemonSet),
  'jobs.batch': under('spec', job),
  'cronjobs.batch': under('spec', all(cronJob, under('jobTemplate', under('spec', template('Never'))))),
  'horizontalpodautoscalers.autoscaling': under('spec', filled({ minReplicas: 1, metrics: CPU_AT_80 })),
  'priorityclasses.scheduling.k8s.io': filled({ preemptionPolicy: 'PreemptLowerPriority' }),
  'storageclasses.storage.k8s.io': filled({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  'customresourcedefinitions.apiextensions.k8s.io': definition,
};

export const withDefaults = (kind: ResourceKind, object: Json): Json =>
  (KINDS[qualified(kind)] ?? ((same: Json) => same))(object);
