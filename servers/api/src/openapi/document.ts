// The OpenAPI 3.1 document, from the table of endpoints and wire's schemas.

import { jsonSchemaOf, problemSchema } from '@mosaic/wire';
import type { Param } from '../asking/query.ts';
import type { Endpoint, Method } from './endpoint.ts';
import { ENDPOINTS, fullPath } from './endpoints.ts';
import { intakePaths } from './intakes.ts';

type Json = Readonly<Record<string, unknown>>;

const PROBLEMS: Readonly<Record<string, string>> = {
  '400': 'The question cannot be read; `errors` names each field',
  '401': 'Sign in first: a session’s cookie or a bearer token',
  '403': 'Not allowed, or the request was not made for this server',
  '404': 'Not known',
  '410': 'Older than what is kept',
  '429': 'Too many at once',
  '503': 'Not now; `Retry-After` says when',
};

/** Of what changes something. */
const CHANGE_PROBLEMS: Readonly<Record<string, string>> = {
  '409': 'In conflict with what there is',
  '413': 'The body is too large',
  '415': 'The body is not JSON by its Content-Type',
  '422': 'Understood, but not possible',
};

/** `hasIntakes`: this port answers them as well. */
export function openApiDocument(version: string, { hasIntakes = false } = {}): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mosaic',
      version,
      description:
        'What ran in your clusters, now or at any past moment. Instants in: RFC 3339 with any offset, epoch milliseconds, `now`, `now-15m`. Instants out: RFC 3339 with milliseconds. Errors: problem details (RFC 9457). Any past moment also answers as a read-only Kubernetes API below `/at/{instant}/{cluster}`, with its own OpenAPI at `/at/{instant}/{cluster}/openapi/v3`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: {
      ...Object.fromEntries(ENDPOINTS.map((endpoint) => [fullPath(endpoint), operations(endpoint)])),
      ...(hasIntakes && intakePaths),
    },
    components: { schemas: { Problem: jsonSchemaOf(problemSchema) } },
  };
}

const operations = (endpoint: Endpoint): Json =>
  Object.fromEntries(
    (endpoint.methods ?? ['GET']).map((method) => [method.toLowerCase(), operation(endpoint, method)]),
  );

function operation(endpoint: Endpoint, method: Method): Json {
  const { about, query, path } = endpoint;
  const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    summary: about,
    operationId: method === 'GET' ? operationId(path) : `${method.toLowerCase()}${capital(operationId(path))}`,
    tags: [path.split('/')[1] ?? ''],
    parameters: [
      ...inPath,
      ...(method === 'GET' ? Object.entries(query) : []).map(([name, param]) => parameter(name, param)),
    ],
    ...(endpoint.body !== undefined &&
      method !== 'GET' &&
      method !== 'DELETE' && { requestBody: { content: { 'application/json': { schema: endpoint.body } } } }),
    responses: { ...success(endpoint, method), ...problems(method) },
  };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function success(endpoint: Endpoint, method: Method): Json {
  if (method === 'DELETE') return { '204': { description: 'Done' } };
  return { [method === 'POST' ? '201' : '200']: { description: endpoint.about, content: content(endpoint) } };
}

const operationId = (path: string): string =>
  path
    .split(/[/{}]+/)
    .filter(Boolean)
    .map((word, i) => (i === 0 ? word : capital(word)))
    .join('');

const parameter = (name: string, { about, expected, required, schema }: Param<unknown>): Json => ({
  name,
  in: 'query',
  required,
  description: `${about} (${expected})`,
  schema,
});

function content({ answer, stream, type }: Endpoint): Json {
  if (stream) return { 'text/event-stream': { schema: { type: 'string' } } };
  if (answer === undefined)
    return Object.fromEntries([type ?? 'text/plain'].flat().map((one) => [one, { schema: schemaOf(one) }]));
  return { 'application/json': { schema: jsonSchemaOf(answer) } };
}

const schemaOf = (type: string): Json => (type === 'application/json' ? {} : { type: 'string' });

const problems = (method: Method): Json =>
  Object.fromEntries(
    Object.entries({ ...PROBLEMS, ...(method !== 'GET' && CHANGE_PROBLEMS) }).map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    ]),
  );
