// What lives in the cluster whose past is asked: an object or two of thirty kinds, and what happens to them round by round.

import type { Kubectl } from '../journey/kubectl.ts';

export const NAMESPACE = 'past-e2e';
/** Its name goes on where the other's ends: it stands before that in a list of all. */
const OTHER = 'past-e2e-more';
export const GADGETS = 'gadgets.past.test';

/** All that is recorded: `kubectl get` takes these words. The gadgets apart: their kind goes away. */
export const KINDS = [
  ...['namespaces', 'nodes', 'pods', 'services', 'endpoints', 'configmaps', 'secrets', 'serviceaccounts'],
  ...['persistentvolumes', 'persistentvolumeclaims', 'resourcequotas', 'limitranges', 'podtemplates'],
  ...['replicationcontrollers', 'deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'],
  ...['jobs', 'cronjobs', 'horizontalpodautoscalers', 'poddisruptionbudgets', 'ingresses', 'ingressclasses'],
  ...['networkpolicies', 'endpointslices', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
  ...['storageclasses', 'priorityclasses', 'runtimeclasses', 'customresourcedefinitions'],
  'validatingwebhookconfigurations',
];

type Body = Readonly<Record<string, unknown>>;
const object = (apiVersion: string, kind: string, name: string, body: Body = {}, namespace = NAMESPACE): Body => ({
  ...{ apiVersion, kind, metadata: { name, ...(namespace !== '' && { namespace }), labels: { round: '0' } } },
  ...body,
});
const wide = (apiVersion: string, kind: string, name: string, body: Body = {}): Body =>
  object(apiVersion, kind, name, body, '');

const app = { app: 'shop' };
const template = { metadata: { labels: app }, spec: { containers: [{ name: 'main', image: 'shop:1.0.0' }] } };
const selected = { selector: { matchLabels: app }, template };
const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
const once = { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } };
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const roleRef = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
const subjects = [{ kind: 'ServiceAccount', name: 'keeper', namespace: NAMESPACE }];

export const gadgetKind = wide('apiextensions.k8s.io/v1', 'CustomResourceDefinition', GADGETS, {
  spec: {
    ...{ group: 'past.test', scope: 'Namespaced' },
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', shortNames: ['gg'] },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        additionalPrinterColumns: [{ name: 'Colour', type: 'string', jsonPath: '.spec.colour' }],
      },
    ],
  },
});
export const gadget = (name: string, colour: string): Body =>
  object('past.test/v1', 'Gadget', name, { spec: { colour } });

export const FIRST: readonly Body[] = [
  object('v1', 'ConfigMap', 'far', { data: {} }, OTHER),
  object('v1', 'ConfigMap', 'settings', { data: { motto: 'größe ✓' } }),
  object('v1', 'ConfigMap', 'phoenix', { data: { life: '0' } }),
  object('v1', 'Secret', 'vault', { stringData: { password: 'hunter2hunter2' } }),
  object('v1', 'ServiceAccount', 'keeper'),
  object('v1', 'Service', 'shop', { spec: { selector: app, ports: [{ port: 80, targetPort: 8080 }] } }),
  object('v1', 'Pod', 'lone', { spec: template.spec }),
  object('v1', 'PersistentVolumeClaim', 'disk', { spec: { ...claim, storageClassName: 'past-slow' } }),
  object('v1', 'ResourceQuota', 'share', { spec: { hard: { pods: '100' } } }),
  object('v1', 'LimitRange', 'limits', { spec: { limits: [{ type: 'Container', max: { memory: '1Gi' } }] } }),
  object('v1', 'PodTemplate', 'mould', { template }),
  object('v1', 'ReplicationController', 'old', {
    spec: { replicas: 1, selector: { app: 'old' }, template: { ...template, metadata: { labels: { app: 'old' } } } },
  }),
  object('apps/v1', 'Deployment', 'shop', { spec: { replicas: 2, ...selected } }),
  object('apps/v1', 'StatefulSet', 'db', { spec: { replicas: 1, serviceName: 'shop', ...selected } }),
  object('apps/v1', 'DaemonSet', 'everywhere', { spec: selected }),
  object('batch/v1', 'Job', 'once', { spec: once }),
  object('batch/v1', 'CronJob', 'nightly', {
    spec: { schedule: '0 3 * * *', suspend: true, jobTemplate: { spec: once } },
  }),
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'shop', {
    spec: {
      ...{
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
        minReplicas: 1,
        maxReplicas: 5,
      },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
  }),
  object('policy/v1', 'PodDisruptionBudget', 'shop', { spec: { minAvailable: 1, selector: { matchLabels: app } } }),
  object('networking.k8s.io/v1', 'Ingress', 'front', {
    spec: { defaultBackend: { service: { name: 'shop', port: { number: 80 } } } },
  }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'closed', { spec: { podSelector: {}, policyTypes: ['Ingress'] } }),
  object('rbac.authorization.k8s.io/v1', 'Role', 'reader', { rules: [rule] }),
  object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'reader', { subjects, roleRef: roleRef('Role', 'reader') }),
  wide('v1', 'PersistentVolume', 'past-disk', {
    spec: { ...{ capacity: { storage: '1Gi' }, accessModes: ['ReadOnlyMany'] }, hostPath: { path: '/tmp' } },
  }),
  wide('rbac.authorization.k8s.io/v1', 'ClusterRole', 'past-reader', { rules: [rule] }),
  wide('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'past-reader', {
    subjects,
    roleRef: roleRef('ClusterRole', 'past-reader'),
  }),
  wide('storage.k8s.io/v1', 'StorageClass', 'past-slow', { provisioner: 'past.test/slow' }),
  wide('scheduling.k8s.io/v1', 'PriorityClass', 'past-high', { value: 1000 }),
  wide('node.k8s.io/v1', 'RuntimeClass', 'past-box', { handler: 'box' }),
  wide('networking.k8s.io/v1', 'IngressClass', 'past-door', { spec: { controller: 'past.test/door' } }),
  wide('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'past-guard', { webhooks: [] }),
  wide('v1', 'Node', 'past-node'),
];

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}
const all = FIRST as unknown as readonly Named[]; // `object` made them
const NAMES = {
  own: all.filter(({ metadata }) => metadata.namespace === NAMESPACE),
  wide: all.filter(({ metadata }) => metadata.namespace === undefined),
};
const PER_ROUND = 6;
/** They end, or end and begin: nobody labels them. */
const ENDING = ['phoenix', 'lone', 'once'];

const json = (...bodies: readonly Body[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: bodies });

export async function begin(kubectl: Kubectl): Promise<void> {
  for (const name of [NAMESPACE, OTHER]) await kubectl(['create', 'namespace', name]);
  await kubectl(['create', '-f', '-'], json(gadgetKind));
  await kubectl(['wait', '--for=condition=Established', `crd/${GADGETS}`, '--timeout=30s']);
  await kubectl(['create', '-f', '-'], json(...FIRST, gadget('left', 'red'), gadget('right', 'blue')));
}

/** Everything once more in a while is labelled; some things end, and begin anew under their name. */
export async function happen(kubectl: Kubectl, round: number, rounds: number): Promise<void> {
  const own = (args: readonly string[], input?: string) => kubectl(['-n', NAMESPACE, ...args], input);
  const living = NAMES.own.filter(({ metadata }) => !ENDING.includes(metadata.name));
  const some = <T>(list: readonly T[]) =>
    Array.from({ length: PER_ROUND }, (_, i) => list[(round * PER_ROUND + i) % list.length] as T); // never empty
  const words = (list: readonly Named[]) => [
    ...new Set(some(list).map(({ kind, metadata }) => `${kind}/${metadata.name}`)),
  ];
  const label = ['label', '--overwrite'];
  const deeds: Promise<string>[] = [own([...label, ...words(living), `round=${round}`])];
  if (round % 2 === 0) deeds.push(kubectl([...label, ...words(NAMES.wide), `round=${round}`]));
  if (round % 3 === 0) deeds.push(own(['scale', 'deployment/shop', `--replicas=${1 + (round % 4)}`]));
  if (round % 5 === 1) deeds.push(own(['set', 'image', 'deployment/shop', `main=shop:1.0.${round}`]));
  if (round % 4 === 2) deeds.push(phoenix(own, round));
  if (round % 7 === 3) deeds.push(own(['delete', 'pods', '-l', 'app=shop', '--wait=false']));
  if (round === Math.floor(rounds * 0.4)) deeds.push(own(['delete', 'pod/lone', 'job/once', '--wait=true']));
  if (round < rounds * 0.6)
    deeds.push(own(['patch', 'gadget', 'left', '--type=merge', '-p', `{"spec":{"colour":"shade ${round}"}}`]));
  if (round === Math.floor(rounds * 0.7)) deeds.push(kubectl(['delete', 'crd', GADGETS, '--wait=true']));
  await Promise.all(deeds);
}

/** Deleted, and there again under the same name: two lives. */
async function phoenix(own: Kubectl, round: number): Promise<string> {
  await own(['delete', 'configmap', 'phoenix']);
  return own(['create', '-f', '-'], json(object('v1', 'ConfigMap', 'phoenix', { data: { life: String(round) } })));
}

export async function end(kubectl: Kubectl): Promise<void> {
  const wideWords = NAMES.wide.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  await kubectl([
    'delete',
    '--ignore-not-found',
    '--wait=false',
    ...wideWords,
    `namespace/${NAMESPACE}`,
    `namespace/${OTHER}`,
    `crd/${GADGETS}`,
  ]);
}
