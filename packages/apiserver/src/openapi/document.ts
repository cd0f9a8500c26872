// OpenAPI v3, a document per group and version: what `kubectl explain` reads and what tells kubectl that the server validates.

import { createHash } from 'node:crypto';
import type { Json } from '../json.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import { servedKinds } from '../metrics/kinds.ts';
import type { ObjectSource, ResourceKind } from '../port.ts';
import { kindSchema, schemaName, sharedSchemas } from './schemas.ts';

export const placeOf = ({ group, version }: Pick<ResourceKind, 'group' | 'version'>): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`;

/** `/openapi/v3`: where each group's document is; the hash changes when its kinds do. */
export function openApiIndex(source: ObjectSource): object {
  const places = Map.groupBy(servedKinds(source), placeOf);
  const paths = [...places].map(([place, kinds]): [string, object] => [
    place,
    { serverRelativeURL: `/openapi/v3/${place}?hash=${hashOf(kinds)}` },
  ]);
  return { paths: Object.fromEntries(paths) };
}

const hashOf = (kinds: readonly ResourceKind[]): string =>
  createHash('sha256').update(JSON.stringify(kinds)).digest('hex').slice(0, 32).toUpperCase();

/** The document at `api/v1` or `apis/G/V`; `undefined` when nothing of it is served. */
export function openApiDocument(source: ObjectSource, place: string): object | undefined {
  const kinds = servedKinds(source).filter((kind) => placeOf(kind) === place);
  const [any] = kinds;
  if (any === undefined) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: source.version().gitVersion },
    paths: Object.fromEntries(kinds.flatMap(pathsOf)),
    components: {
      schemas: {
        ...sharedSchemas(kinds),
        ...Object.fromEntries(kinds.map((kind) => [schemaName(kind), kindSchema(kind)])),
      },
    },
  };
}

const queryParameter = (name: string, type: string, description: string) => ({
  name,
  in: 'query',
  description,
  schema: { type, uniqueItems: true },
});

const WRITE_PARAMETERS = [
  queryParameter('dryRun', 'string', 'With "All" nothing is stored.'),
  queryParameter('fieldManager', 'string', 'Under whose name the changed fields are recorded.'),
  queryParameter('fieldValidation', 'string', 'What to do about unknown fields: Ignore, Warn or Strict.'),
];
const FORCE = queryParameter('force', 'boolean', 'Take over fields that other managers own.');
const LIST_PARAMETERS = [
  queryParameter('continue', 'string', 'The token of the page before.'),
  queryParameter('fieldSelector', 'string', 'Which objects, by their fields.'),
  queryParameter('labelSelector', 'string', 'Which objects, by their labels.'),
  queryParameter('limit', 'integer', 'The most objects in one answer.'),
  queryParameter('resourceVersion', 'string', 'Which version of the list.'),
  queryParameter('watch', 'boolean', 'Follow changes instead of listing.'),
];

/** Not strategic merge: kubectl knows the built-in kinds' merge keys itself, better than from a document. */
const PATCH_TYPES = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'];

/** Paths of a kind: all of them, one of them. */
export function pathsOf(kind: ResourceKind): readonly (readonly [string, Json])[] {
  const root = `/${placeOf(kind)}`;
  const one = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.resource}` : `${root}/${kind.resource}`;
  const everywhere: readonly (readonly [string, Json])[] = kind.namespaced
    ? [[`${root}/${kind.resource}`, { get: operation(kind, 'list', LIST_PARAMETERS) }]]
    : [];
  const collection = {
    ...(kind.verbs.includes('list') ? { get: operation(kind, 'list', LIST_PARAMETERS) } : {}),
    post: operation(kind, 'post', WRITE_PARAMETERS, ['application/json', 'application/yaml']),
    parameters: pathParameters(kind, false),
  };
  if (!kind.verbs.includes('get')) return [[one, collection]];
  return [...everywhere, [one, collection], [`${one}/{name}`, objectPath(kind)]];
}

const objectPath = (kind: ResourceKind): Json => ({
  get: operation(kind, 'get', []),
  put: operation(kind, 'put', WRITE_PARAMETERS, ['application/json', 'application/yaml']),
  patch: operation(kind, 'patch', [...WRITE_PARAMETERS, FORCE], PATCH_TYPES),
  delete: operation(kind, 'delete', WRITE_PARAMETERS.slice(0, 1)),
  parameters: pathParameters(kind, true),
});

const pathParameters = (kind: ResourceKind, hasName: boolean): readonly object[] =>
  [...(hasName ? ['name'] : []), ...(kind.namespaced ? ['namespace'] : [])].map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', uniqueItems: true },
  }));

function operation(
  kind: ResourceKind,
  action: string,
  parameters: readonly object[],
  takes: readonly string[] = [],
): Json {
  const schema = { $ref: `#/components/schemas/${schemaName(kind)}` };
  const body = {
    content: Object.fromEntries(takes.map((type) => [type, { schema: type.includes('patch') ? {} : schema }])),
  };
  return {
    tags: [apiVersionOf(kind).replaceAll(/[/.]/g, '_')],
    operationId: `${action}${kind.group === '' ? 'Core' : ''}${apiVersionOf(kind).replaceAll(/\W/g, '')}${kind.kind}`,
    parameters,
    ...(takes.length === 0 ? {} : { requestBody: body }),
    responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: kind.group, version: kind.version, kind: kind.kind },
  };
}
