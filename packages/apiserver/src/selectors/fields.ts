// Field selectors: `status.phase!=Running,spec.nodeName=n1`, for the fields Kubernetes indexes of each kind and no others.
import { at } from '../json.ts';
import { isCoreEvent, isEventsView } from '../kinds/find.ts';
import { badRequest, type KubeObject, type ResourceKind } from '../port.ts';
import { qualified } from '../status.ts';

export type FieldTest = (object: KubeObject) => boolean;

type Read = (object: KubeObject) => unknown;

const EVERY: readonly string[] = ['metadata.name', 'metadata.namespace'];

/** Beyond name and namespace, by resource: `kube-apiserver`'s own list. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  'replicasets.apps': ['status.replicas'],
  replicationcontrollers: ['status.replicas'],
  'jobs.batch': ['status.successful'],
  'certificatesigningrequests.certificates.k8s.io': ['spec.signerName'],
};

const EVENT_FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'type',
];

/** Fields of core events that are read from more than one place, and their names in events.k8s.io. */
const EVENT_READS: Readonly<Record<string, Read>> = {
  reportingComponent: (event) => at(event, 'reportingComponent'),
  reportingController: (event) => at(event, 'reportingComponent'),
  source: (event) => at(event, 'source', 'component') || at(event, 'reportingComponent'),
  ...Object.fromEntries(
    EVENT_FIELDS.filter((field) => field.startsWith('involvedObject.')).map((field): [string, Read] => [
      field.replace('involvedObject', 'regarding'),
      (event) => at(event, ...field.split('.')),
    ]),
  ),
};

/** A test for an object as stored, or `undefined` when everything is selected. Throws 400 for a field that is not selectable. */
export function fieldTest(kind: ResourceKind, selector: string | null | undefined): FieldTest | undefined {
  const text = selector?.trim() ?? '';
  if (text === '') return undefined;
  const tests = splitTerms(text).map((term) => termTest(kind, term));
  return (object) => tests.every((test) => test(object));
}

/** Commas separate, `\,` and `\=` do not. */
const splitTerms = (text: string): string[] =>
  text
    .split(/(?<!\\),/)
    .map((term) => term.trim())
    .filter((term) => term !== '');

function termTest(kind: ResourceKind, term: string): FieldTest {
  const match = /^([^=!]+?)\s*(!=|==|=)\s*(.*)$/.exec(term);
  if (match === null) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  const [, field = '', operator, written = ''] = match;
  const value = written.replaceAll(/\\([\\,=])/g, '$1');
  const read = readerOf(kind, field);
  const isEqual: FieldTest = (object) => asText(read(object)) === value;
  return operator === '!=' ? (object) => !isEqual(object) : isEqual;
}

function readerOf(kind: ResourceKind, field: string): Read {
  const isEvent = isCoreEvent(kind) || isEventsView(kind);
  const special = isEvent ? EVENT_READS[field] : undefined;
  if (special !== undefined) return special;
  const own = isEvent ? EVENT_FIELDS : (FIELDS[qualified(kind)] ?? defined(kind));
  if (!EVERY.includes(field) && !own.includes(field)) throw unsupported(kind, field, own.length > 0);
  if (field === 'status.successful') return (object) => at(object, 'status', 'succeeded') ?? 0;
  if (field === 'status.replicas') return (object) => at(object, 'status', 'replicas') ?? 0;
  if (field === 'spec.unschedulable' || field === 'spec.hostNetwork') {
    return (object) => at(object, ...field.split('.')) === true;
  }
  return (object) => at(object, ...field.split('.'));
}

/** `.spec.color` of a definition is asked for as `spec.color`. */
const defined = ({ selectableFields = [] }: ResourceKind): readonly string[] =>
  selectableFields.map((path) => path.replace(/^\./, ''));

const unsupported = (kind: ResourceKind, field: string, hasOwn: boolean) =>
  badRequest(
    hasOwn
      ? `field label not supported: ${field}`
      : `"${field}" is not a known field selector: only "metadata.name"${kind.namespaced ? ', "metadata.namespace"' : ''}`,
  );

/** Lists and records are no values to compare with: they are as if empty. */
const asText = (value: unknown): string =>
  value === undefined || value === null || typeof value === 'object' ? '' : String(value);
