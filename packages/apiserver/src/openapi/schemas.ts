// Schemas of the kinds: the main fields described, everything else allowed.
import { isRecord, type Json, recordOf } from '../json.ts';
import type { ResourceKind } from '../port.ts';
import { qualified } from '../status.ts';
import { type Described, KIND_FIELDS, TYPES } from './types.ts';

/** As Kubernetes names definitions: `io.k8s.api.apps.v1.Deployment`, and a custom group's name reversed. */
export function schemaName({ group, version, kind }: ResourceKind): string {
  if (group === 'apiextensions.k8s.io')
    return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${kind}`;
  const isOurs = group === '' || !group.includes('.') || group.endsWith('.k8s.io');
  if (!isOurs) return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? group)}.${version}.${kind}`;
}

const typeName = (type: string): string =>
  type === 'ObjectMeta' ? 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' : `io.k8s.api.core.v1.${type}`;
const refTo = (type: string) => ({ $ref: `#/components/schemas/${typeName(type)}` });

export function kindSchema(kind: ResourceKind): Json {
  const own = isRecord(kind.schema) ? kind.schema : builtInSchema(kind);
  return {
    ...own,
    properties: { ...HEAD, ...recordOf(own.properties), ...HEAD_METADATA },
    type: 'object',
    'x-kubernetes-group-version-kind': [{ group: kind.group, version: kind.version, kind: kind.kind }],
  };
}

const HEAD = {
  apiVersion: { type: 'string', description: 'The group and version of this representation of the object.' },
  kind: { type: 'string', description: 'Which kind of object this is.' },
};
const HEAD_METADATA = {
  metadata: {
    description: 'What every object has: name, labels, annotations, owners.',
    default: {},
    allOf: [refTo('ObjectMeta')],
  },
};

function builtInSchema(kind: ResourceKind): Json {
  const described = KIND_FIELDS[qualified(kind)];
  const fallback = { spec: ['object', 'What is wanted.'], status: ['object', 'What is, as last observed.'] } as const;
  return typeSchema(described ?? { about: `${kind.kind}.`, fields: fallback });
}

function typeSchema({ about, fields, required }: Described): Json {
  return {
    type: 'object',
    description: about,
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, [type, text]]) => [name, fieldSchema(type, text)]),
    ),
    ...(required === undefined ? {} : { required }),
    'x-kubernetes-preserve-unknown-fields': true,
  };
}

const PLAIN: Readonly<Record<string, Json>> = {
  string: { type: 'string' },
  integer: { type: 'integer', format: 'int32' },
  boolean: { type: 'boolean' },
  time: { type: 'string', format: 'date-time' },
  quantity: { type: 'string' },
  map: { type: 'object', additionalProperties: { type: 'string' } },
  object: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
};

/** `string`, `Container[]`, `PodSpec`: a plain type, a list of, or a described type. */
function fieldSchema(type: string, description: string): Json {
  if (type.endsWith('[]')) {
    const item = type.slice(0, -2);
    return { type: 'array', description, items: PLAIN[item] ?? { default: {}, allOf: [refTo(item)] } };
  }
  const plain = PLAIN[type];
  return plain === undefined ? { description, default: {}, allOf: [refTo(type)] } : { ...plain, description };
}

export const sharedSchemas = (): Json =>
  Object.fromEntries(Object.entries(TYPES).map(([name, described]) => [typeName(name), typeSchema(described)]));
