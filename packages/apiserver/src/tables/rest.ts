// Columns of configuration, storage, access and events.
import { at, listAt, recordOf, textAt, textOf } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { ageOf } from './age.ts';
import { AGE, CREATED_AT, count, NAME, path, pathOrNone, sizeAt, text, wide } from './make.ts';
import type { Column } from './table.ts';

const ACCESS: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const accessModes = (modes: readonly unknown[]): string => modes.map((mode) => ACCESS[textOf(mode)] ?? mode).join(',');

const persistentVolume: readonly Column[] = [
  NAME,
  text('Capacity', path('spec', 'capacity', 'storage')),
  text('Access Modes', (object) => accessModes(listAt(object, 'spec', 'accessModes'))),
  text('Reclaim Policy', path('spec', 'persistentVolumeReclaimPolicy')),
  text('Status', (object) =>
    object.metadata.deletionTimestamp === undefined ? textAt(object, 'status', 'phase') : 'Terminating',
  ),
  text('Claim', (object) => {
    const claim = at(object, 'spec', 'claimRef');
    return claim === undefined ? '' : `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}`;
  }),
  text('StorageClass', path('spec', 'storageClassName')),
  text('VolumeAttributesClass', () => '<unset>'),
  text('Reason', path('status', 'reason')),
  AGE,
  wide(text('VolumeMode', (object) => textAt(object, 'spec', 'volumeMode') || '<unset>')),
];

const claim: readonly Column[] = [
  NAME,
  text('Status', (object) =>
    object.metadata.deletionTimestamp === undefined ? textAt(object, 'status', 'phase') : 'Terminating',
  ),
  text('Volume', path('spec', 'volumeName')),
  text('Capacity', path('status', 'capacity', 'storage')),
  text('Access Modes', (object) => accessModes(listAt(object, 'status', 'accessModes'))),
  text('StorageClass', path('spec', 'storageClassName')),
  text('VolumeAttributesClass', () => '<unset>'),
  AGE,
  wide(text('VolumeMode', (object) => textAt(object, 'spec', 'volumeMode') || '<unset>')),
];

const subjects = (type: string) => (object: KubeObject) =>
  listAt(object, 'subjects')
    .filter((subject) => textAt(subject, 'kind') === type)
    .map((subject) =>
      type === 'ServiceAccount'
        ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`
        : textAt(subject, 'name'),
    )
    .join(', ');

const binding: readonly Column[] = [
  NAME,
  text('Role', (object) => `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`),
  AGE,
  wide(text('Users', subjects('User'))),
  wide(text('Groups', subjects('Group'))),
  wide(text('ServiceAccounts', subjects('ServiceAccount'))),
];

const eventSeen = (event: KubeObject, ...fields: string[]): unknown =>
  fields.map((field) => at(event, field)).find((value) => typeof value === 'string' && value !== '');

function eventSource(event: KubeObject): string {
  const component = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent');
  const host = textAt(event, 'source', 'host') || textAt(event, 'reportingInstance');
  return host === '' ? component : `${component}, ${host}`;
}

const event: readonly Column[] = [
  text('Last Seen', (object, now) =>
    ageOf(
      textAt(object, 'series', 'lastObservedTime') || eventSeen(object, 'lastTimestamp', 'eventTime', 'firstTimestamp'),
      now,
    ),
  ),
  text('Type', path('type')),
  text('Reason', path('reason')),
  text(
    'Object',
    (object) => `${textAt(object, 'involvedObject', 'kind').toLowerCase()}/${textAt(object, 'involvedObject', 'name')}`,
  ),
  wide(text('Subobject', path('involvedObject', 'fieldPath'))),
  wide(text('Source', eventSource)),
  text('Message', (object) => textAt(object, 'message').trim()),
  wide(text('First Seen', (object, now) => ageOf(eventSeen(object, 'firstTimestamp', 'eventTime'), now))),
  wide(count('Count', (object) => at(object, 'series', 'count') ?? at(object, 'count') ?? 1)),
  wide({ ...text('Name', (object) => object.metadata.name), format: 'name' }),
];

function quotaText(quota: KubeObject, isLimit: boolean): string {
  const hard = recordOf(at(quota, 'status', 'hard') ?? at(quota, 'spec', 'hard'));
  return Object.keys(hard)
    .filter((name) => name.startsWith('limits.') === isLimit)
    .sort()
    .map((name) => `${name}: ${String(at(quota, 'status', 'used', name) ?? '0')}/${String(hard[name])}`)
    .join(', ');
}

const IS_DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

const storageClass: readonly Column[] = [
  {
    ...NAME,
    cell: ({ metadata }) =>
      metadata.annotations?.[IS_DEFAULT_CLASS] === 'true' ? `${metadata.name} (default)` : metadata.name,
  },
  text('Provisioner', path('provisioner')),
  text('ReclaimPolicy', (object) => textAt(object, 'reclaimPolicy') || 'Delete'),
  text('VolumeBindingMode', (object) => textAt(object, 'volumeBindingMode') || 'Immediate'),
  text('AllowVolumeExpansion', (object) => String(at(object, 'allowVolumeExpansion') === true)),
  AGE,
];

const secret: readonly Column[] = [
  NAME,
  text('Type', path('type')),
  count('Data', (object) => sizeAt(object, 'data')),
  AGE,
];

export const REST_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  configmaps: [NAME, count('Data', (object) => sizeAt(object, 'data') + sizeAt(object, 'binaryData')), AGE],
  secrets: secret,
  namespaces: [NAME, text('Status', path('status', 'phase')), AGE],
  serviceaccounts: [NAME, count('Secrets', (object) => sizeAt(object, 'secrets')), AGE],
  persistentvolumes: persistentVolume,
  persistentvolumeclaims: claim,
  events: event,
  'events.events.k8s.io': event,
  resourcequotas: [
    NAME,
    text('Request', (object) => quotaText(object, false)),
    text('Limit', (object) => quotaText(object, true)),
    AGE,
  ],
  limitranges: [NAME, CREATED_AT],
  'roles.rbac.authorization.k8s.io': [NAME, CREATED_AT],
  'clusterroles.rbac.authorization.k8s.io': [NAME, CREATED_AT],
  'rolebindings.rbac.authorization.k8s.io': binding,
  'clusterrolebindings.rbac.authorization.k8s.io': binding,
  'storageclasses.storage.k8s.io': storageClass,
  'priorityclasses.scheduling.k8s.io': [
    NAME,
    count('Value', (object) => at(object, 'value')),
    text('Global-Default', (object) => String(at(object, 'globalDefault') === true)),
    AGE,
    text('PreemptionPolicy', (object) => textAt(object, 'preemptionPolicy') || 'PreemptLowerPriority'),
  ],
  'leases.coordination.k8s.io': [NAME, text('Holder', pathOrNone('spec', 'holderIdentity')), AGE],
  'customresourcedefinitions.apiextensions.k8s.io': [NAME, CREATED_AT],
};
