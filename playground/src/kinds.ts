// The kinds a simulated cluster serves out of the box, and those its CRDs add.

import type { KubeObject, ResourceKind } from '@mosaic/apiserver';
import type { Definition } from './types.ts';

const ALL_VERBS: ResourceKind['verbs'] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** kind, plural, short names, then letters: n = namespaced, s = status, c = scale, l = log, a = category `all`. */
type Row = readonly [kind: string, resource: string, shortNames: string, traits: string];

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  v1: [
    ['Namespace', 'namespaces', 'ns', 's'],
    ['Node', 'nodes', 'no', 's'],
    ['Pod', 'pods', 'po', 'nsla'],
    ['Service', 'services', 'svc', 'nsa'],
    ['Endpoints', 'endpoints', 'ep', 'n'],
    ['ConfigMap', 'configmaps', 'cm', 'n'],
    ['Secret', 'secrets', '', 'n'],
    ['ServiceAccount', 'serviceaccounts', 'sa', 'n'],
    ['PersistentVolumeClaim', 'persistentvolumeclaims', 'pvc', 'ns'],
    ['PersistentVolume', 'persistentvolumes', 'pv', 's'],
    ['ResourceQuota', 'resourcequotas', 'quota', 'ns'],
    ['LimitRange', 'limitranges', 'limits', 'n'],
    ['Event', 'events', 'ev', 'n'],
  ],
  'apps/v1': [
    ['Deployment', 'deployments', 'deploy', 'nsca'],
    ['ReplicaSet', 'replicasets', 'rs', 'nsca'],
    ['StatefulSet', 'statefulsets', 'sts', 'nsca'],
    ['DaemonSet', 'daemonsets', 'ds', 'nsa'],
    ['ControllerRevision', 'controllerrevisions', '', 'n'],
  ],
  'batch/v1': [
    ['Job', 'jobs', '', 'nsa'],
    ['CronJob', 'cronjobs', 'cj', 'nsa'],
  ],
  'autoscaling/v2': [['HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'hpa', 'nsa']],
  'policy/v1': [['PodDisruptionBudget', 'poddisruptionbudgets', 'pdb', 'ns']],
  'networking.k8s.io/v1': [
    ['Ingress', 'ingresses', 'ing', 'ns'],
    ['IngressClass', 'ingressclasses', '', ''],
    ['NetworkPolicy', 'networkpolicies', 'netpol', 'n'],
  ],
  'discovery.k8s.io/v1': [['EndpointSlice', 'endpointslices', '', 'n']],
  'events.k8s.io/v1': [['Event', 'events', 'ev', 'n']],
  'storage.k8s.io/v1': [['StorageClass', 'storageclasses', 'sc', '']],
  'rbac.authorization.k8s.io/v1': [
    ['Role', 'roles', '', 'n'],
    ['RoleBinding', 'rolebindings', '', 'n'],
    ['ClusterRole', 'clusterroles', '', ''],
    ['ClusterRoleBinding', 'clusterrolebindings', '', ''],
  ],
  'coordination.k8s.io/v1': [['Lease', 'leases', '', 'n']],
  'scheduling.k8s.io/v1': [['PriorityClass', 'priorityclasses', 'pc', '']],
  'apiextensions.k8s.io/v1': [['CustomResourceDefinition', 'customresourcedefinitions', 'crd,crds', 's']],
};

export const BUILT_IN: readonly ResourceKind[] = Object.entries(ROWS).flatMap(([apiVersion, rows]) =>
  rows.map((row) => fromRow(apiVersion, row)),
);

const BUILT_IN_KINDS = new Map(BUILT_IN.map(({ group, kind }) => [`${kind}.${group}`, kind]));

function fromRow(apiVersion: string, [kind, resource, shortNames, traits]: Row): ResourceKind {
  const subresources: ('status' | 'scale' | 'log')[] = [];
  if (traits.includes('s')) subresources.push('status');
  if (traits.includes('c')) subresources.push('scale');
  if (traits.includes('l')) subresources.push('log');
  return {
    ...groupVersion(apiVersion),
    kind,
    resource,
    singular: kind.toLowerCase(),
    shortNames: shortNames === '' ? [] : shortNames.split(','),
    ...(traits.includes('a') && { categories: ['all'] }),
    namespaced: traits.includes('n'),
    verbs: ALL_VERBS,
    subresources,
  };
}

export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const [first = '', second] = apiVersion.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

export const apiVersionOf = ({ group, version }: Pick<ResourceKind, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

const keys = new Map<string, string>();

/** The world's table of a kind: `Pod`, `Certificate.cert-manager.io`. The two faces of events share one. */
export function tableOf(apiVersion: string, kind: string): string {
  const id = `${apiVersion}|${kind}`;
  const known = keys.get(id);
  if (known !== undefined) return known;
  const { group } = groupVersion(apiVersion);
  const table = BUILT_IN_KINDS.get(`${kind}.${group}`) ?? `${kind}.${group}`;
  keys.set(id, table);
  return table;
}

export const tableOfKind = (kind: ResourceKind): string => tableOf(apiVersionOf(kind), kind.kind);

/** What a CRD adds to discovery: each of its served versions. */
export function kindsOf(definition: KubeObject): readonly ResourceKind[] {
  const { spec } = definition as Definition; // callers pass objects of the CRD table
  const { names } = spec;
  return spec.versions
    .filter(({ served }) => served)
    .map((version) => ({
      group: spec.group,
      version: version.name,
      kind: names.kind,
      resource: names.plural,
      singular: names.singular ?? names.kind.toLowerCase(),
      shortNames: names.shortNames ?? [],
      ...(names.categories && { categories: names.categories }),
      namespaced: spec.scope === 'Namespaced',
      verbs: ALL_VERBS,
      subresources: version.subresources?.status === undefined ? [] : (['status'] as const),
      ...(version.schema?.openAPIV3Schema !== undefined && { schema: version.schema.openAPIV3Schema }),
      ...(version.additionalPrinterColumns && { printerColumns: version.additionalPrinterColumns }),
    }));
}
