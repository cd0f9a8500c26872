// Schemas of the kinds: every field with its type, the main ones with what they mean.
import { isRecord, type Json, recordOf } from '../json.ts';
import type { ResourceKind } from '../port.ts';
import { type Field, isBuiltInGroup, jsonFields, type Message, messageNamed, messageOfKind } from '../types/catalog.ts';
import { ABOUT } from './about.ts';

/** As Kubernetes names definitions: `io.k8s.api.apps.v1.Deployment`, and a custom group's name reversed. */
export function schemaName(kind: Pick<ResourceKind, 'group' | 'version' | 'kind'>): string {
  const { group, version } = kind;
  if (group === 'apiextensions.k8s.io') {
    return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${kind.kind}`;
  }
  if (!isBuiltInGroup(group)) return `${group.split('.').reverse().join('.')}.${version}.${kind.kind}`;
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? group)}.${version}.${kind.kind}`;
}

const definitionName = (message: string): string =>
  message.startsWith('meta.') ? `io.k8s.apimachinery.pkg.apis.${message}` : `io.k8s.api.${message}`;
const refTo = (message: string) => ({ $ref: `#/components/schemas/${definitionName(message)}` });

const HEAD = {
  apiVersion: { type: 'string', description: 'The group and version of this representation of the object.' },
  kind: { type: 'string', description: 'Which kind of object this is.' },
};
const METADATA = {
  metadata: {
    description: 'What every object has: name, labels, owners.',
    default: {},
    allOf: [refTo('meta.v1.ObjectMeta')],
  },
};

export function kindSchema(kind: ResourceKind): Json {
  const message = messageOfKind(kind);
  const own = message !== undefined ? messageSchema(message) : isRecord(kind.schema) ? kind.schema : OPEN;
  return {
    ...own,
    type: 'object',
    properties: { ...HEAD, ...recordOf(own.properties), ...METADATA },
    'x-kubernetes-group-version-kind': [{ group: kind.group, version: kind.version, kind: kind.kind }],
  };
}

/** A kind nothing more is known of. */
const OPEN: Json = {
  type: 'object',
  properties: {
    spec: { type: 'object', description: 'What is wanted.', 'x-kubernetes-preserve-unknown-fields': true },
    status: { type: 'object', description: 'What is, as last observed.', 'x-kubernetes-preserve-unknown-fields': true },
  },
  'x-kubernetes-preserve-unknown-fields': true,
};

function messageSchema(message: Message): Json {
  const about = ABOUT[message.name] ?? {};
  const properties = jsonFields(message).map((field): [string, Json] => [
    field.name,
    { ...fieldSchema(field), ...describedBy(about[field.name] ?? COMMON[field.name]) },
  ]);
  return { type: 'object', ...describedBy(about['']), properties: Object.fromEntries(properties) };
}

const describedBy = (description: string | undefined): Json => (description === undefined ? {} : { description });

const COMMON: Readonly<Record<string, string>> = {
  spec: 'What is wanted.',
  status: 'What is, as last observed by the one who looks after it.',
  conditions: 'What holds of it now, each with since when and why.',
  name: 'Its name, unique among its neighbours.',
  observedGeneration: 'The newest generation that the status speaks of.',
};

function fieldSchema({ many, type, keys, isSet, isAtomic, patchKey }: Field): Json {
  if (many === 'map') return { type: 'object', additionalProperties: valueSchema(type) };
  if (many === 'one') return valueSchema(type);
  return {
    type: 'array',
    items: valueSchema(type),
    ...(keys.length > 0 ? { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys } : {}),
    ...(isSet ? { 'x-kubernetes-list-type': 'set' } : {}),
    ...(isAtomic ? { 'x-kubernetes-list-type': 'atomic' } : {}),
    ...(patchKey === undefined ? {} : { 'x-kubernetes-patch-strategy': 'merge' }),
    ...(patchKey === undefined || patchKey === '' ? {} : { 'x-kubernetes-patch-merge-key': patchKey }),
  };
}

const SCALARS: Readonly<Record<string, Json>> = {
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  time: { type: 'string', format: 'date-time' },
  microtime: { type: 'string', format: 'date-time' },
  quantity: { type: 'string' },
  'int-or-string': { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  strings: { type: 'array', items: { type: 'string' } },
  json: { type: 'object' },
};

const valueSchema = (type: string): Json =>
  SCALARS[type] ?? (messageNamed(type) === undefined ? { type: 'object' } : { default: {}, allOf: [refTo(type)] });

/** The definitions that these kinds' schemas point to. */
export function sharedSchemas(kinds: readonly ResourceKind[]): Json {
  const found = new Map<string, Message>();
  const visit = (name: string) => {
    const message = messageNamed(name);
    if (message === undefined || found.has(name)) return;
    found.set(name, message);
    for (const field of jsonFields(message)) visit(field.type);
  };
  visit('meta.v1.ObjectMeta');
  for (const kind of kinds) for (const field of messageOfKind(kind)?.fields ?? []) visit(field.type);
  return Object.fromEntries([...found].map(([name, message]) => [definitionName(name), messageSchema(message)]));
}
