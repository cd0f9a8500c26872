// Columns of configuration, access and events.
import { at, listAt, recordOf, textAt } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { ageOf } from './age.ts';
import { AGE, CREATED_AT, count, flag, NAME, path, sizeAt, text, wide } from './make.ts';
import type { Column } from './table.ts';

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
  text('Object', (object) => {
    const [kind, name] = [
      textAt(object, 'involvedObject', 'kind').toLowerCase(),
      textAt(object, 'involvedObject', 'name'),
    ];
    return name === '' ? kind : `${kind}/${name}`;
  }),
  wide(text('Subobject', path('involvedObject', 'fieldPath'))),
  wide(text('Source', eventSource)),
  text('Message', (object) => textAt(object, 'message').trim()),
  wide(text('First Seen', (object, now) => ageOf(eventSeen(object, 'firstTimestamp', 'eventTime'), now))),
  wide(text('Count', (object) => at(object, 'series', 'count') ?? at(object, 'count') ?? 1)),
  wide({ ...text('Name', (object) => object.metadata.name), format: 'name' }),
];

function quotaText(quota: KubeObject, isLimit: boolean): string {
  const hard = recordOf(at(quota, 'status', 'hard'));
  return Object.keys(hard)
    .filter((name) => name.startsWith('limits.') === isLimit)
    .sort()
    .map((name) => `${name}: ${String(at(quota, 'status', 'used', name) ?? '0')}/${String(hard[name])}`)
    .join(', ');
}

const secret: readonly Column[] = [
  NAME,
  text('Type', path('type')),
  text('Data', (object) => sizeAt(object, 'data')),
  AGE,
];

export const REST_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  configmaps: [NAME, text('Data', (object) => sizeAt(object, 'data') + sizeAt(object, 'binaryData')), AGE],
  secrets: secret,
  namespaces: [NAME, text('Status', path('status', 'phase')), AGE],
  serviceaccounts: [NAME, text('Secrets', (object) => sizeAt(object, 'secrets')), AGE],
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
  'priorityclasses.scheduling.k8s.io': [
    NAME,
    count('Value', (object) => at(object, 'value')),
    flag('Global-Default', (object) => at(object, 'globalDefault') === true),
    AGE,
    text('PreemptionPolicy', (object) => textAt(object, 'preemptionPolicy') || 'PreemptLowerPriority'),
  ],
  'leases.coordination.k8s.io': [NAME, text('Holder', path('spec', 'holderIdentity')), AGE],
  'customresourcedefinitions.apiextensions.k8s.io': [NAME, CREATED_AT],
};
