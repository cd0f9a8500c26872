// OpenAPI v2 (Swagger) of the same kinds, for clients older than the v3 documents: the third version, written in the words of the second.
import { isRecord, type Json, listOf, recordOf, textOf } from '../json.ts';
import { servedKinds } from '../metrics/kinds.ts';
import type { ObjectSource } from '../port.ts';
import { pathsOf } from './document.ts';
import { kindSchema, schemaName, sharedSchemas } from './schemas.ts';

/** Everything in one document, as JSON. */
export function openApiV2(source: ObjectSource): object {
  const kinds = servedKinds(source);
  const schemas = {
    ...sharedSchemas(kinds),
    ...Object.fromEntries(kinds.map((kind) => [schemaName(kind), kindSchema(kind)])),
  };
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: source.version().gitVersion },
    paths: Object.fromEntries(kinds.flatMap(pathsOf).map(([path, item]) => [path, pathItem(item)])),
    definitions: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, definition(schema)])),
  };
}

/** What the second version has no words for; its readers treat such values as anything. */
const UNKNOWN_WORDS = new Set(['oneOf', 'anyOf', 'not', 'nullable', 'allOf']);

function definition(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const own = reference(schema) ?? intOrString(schema) ?? {};
  const rest = Object.entries(schema).filter(
    ([word]) => !UNKNOWN_WORDS.has(word) && !(own.$ref !== undefined && word === 'default'),
  );
  return { ...Object.fromEntries(rest.map(([word, value]) => [word, inner(word, value)])), ...own };
}

function inner(word: string, value: unknown): unknown {
  if (word === 'properties')
    return Object.fromEntries(Object.entries(recordOf(value)).map(([name, each]) => [name, definition(each)]));
  return word === 'items' || word === 'additionalProperties' ? definition(value) : value;
}

const local = (ref: string): string => ref.replace('#/components/schemas/', '#/definitions/');

/** A reference with a description is wrapped in `allOf` in the third version, and bare in the second. */
function reference(schema: Json): Json | undefined {
  const [wrapped] = listOf(schema.allOf);
  const ref = textOf(schema.$ref) || textOf(recordOf(wrapped).$ref);
  return ref === '' ? undefined : { $ref: local(ref) };
}

const intOrString = ({ format }: Json): Json | undefined =>
  format === 'int-or-string' ? { type: 'string', format } : undefined;

function pathItem(item: Json): Json {
  return Object.fromEntries(
    Object.entries(item).map(([action, value]) => [
      action,
      action === 'parameters' ? listOf(value).map(parameter) : operation(recordOf(value)),
    ]),
  );
}

function parameter(value: unknown): Json {
  const { schema, ...rest } = recordOf(value);
  return { ...rest, ...recordOf(schema) };
}

function operation({ requestBody, responses, parameters, ...rest }: Json): Json {
  const consumes = Object.entries(recordOf(recordOf(requestBody).content));
  const [, body] = consumes[0] ?? [];
  const produced = recordOf(recordOf(recordOf(responses)[200]).content)['application/json'];
  const sent =
    body === undefined ? [] : [{ name: 'body', in: 'body', required: true, schema: definition(recordOf(body).schema) }];
  return {
    ...rest,
    consumes: consumes.length === 0 ? ['*/*'] : consumes.map(([type]) => type),
    produces: ['application/json', 'application/yaml'],
    parameters: [...listOf(parameters).map(parameter), ...sent],
    responses: { 200: { description: 'OK', schema: definition(recordOf(produced).schema) } },
  };
}
