// The doors of others' contracts in the document, where this port has them too (`npm start`). The receiver's package answers them.

type Json = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const refusal = {
  type: 'object',
  required: ['message', 'detail'],
  properties: { message: text, detail: { ...text, description: 'Which field or bound, and what was expected' } },
} as const;
const REFUSALS: Readonly<Record<string, string>> = {
  '400': 'Cannot be read; nothing of it is written',
  '401': 'Wants `Authorization: Bearer` with a token of the cluster',
  '413': 'More than 16 MiB, or inflates to more than 64 MiB',
  '415': 'An encoding or type that is not read here',
  '429': 'Too many batches at once; `Retry-After` says when',
  '500': 'The store failed',
  '503': 'The store is not ready',
};
const refusals = Object.fromEntries(
  Object.entries(REFUSALS).map(([status, description]) => [status, answered(description, refusal)]),
);
const health = {
  type: 'object',
  required: ['healthy', 'detail'],
  properties: { healthy: { type: 'boolean' }, detail: text },
} as const;
const rows = {
  type: 'object',
  required: ['log_rows'],
  properties: {
    log_rows: {
      type: 'array',
      items: {
        type: 'object',
        required: ['time', 'log'],
        properties: { time: { ...text, format: 'date-time' }, log: text },
      },
    },
  },
} as const;
const record = {
  type: 'object',
  required: ['time', 'kubernetes'],
  properties: {
    time: { ...text, format: 'date-time' },
    log: text,
    stream: text,
    kubernetes: { type: 'object', required: ['namespace_name', 'pod_name', 'container_name'] },
  },
} as const;

const PROTOBUF = 'application/x-protobuf';
const CLUSTER = {
  ...{ name: 'X-Mosaic-Cluster', in: 'header', required: false, schema: { ...text, default: 'local' } },
  description: 'Whose it is, on loopback without users; else the token tells',
} as const;

function answered(description: string, schema: Json, type = 'application/json'): Json {
  return { description, content: { [type]: { schema } } };
}

const query = (name: string, about: string, required = true): Json => ({
  ...{ name, in: 'query', required, description: about, schema: text },
});

const door = (operationId: string, summary: string, more: Json): Json => ({
  ...{ operationId, summary, tags: ['intakes'] },
  ...more,
});

const otlp = (signal: string): Json => ({
  post: door(`otlp${signal}`, `OTLP over HTTP: ${signal.toLowerCase()}, gzip too`, {
    parameters: [CLUSTER],
    requestBody: { content: { [PROTOBUF]: { schema: text }, 'application/json': { schema: { type: 'object' } } } },
    responses: {
      '200': {
        description: 'Kept and found, in the encoding of the request',
        content: { [PROTOBUF]: { schema: text }, 'application/json': { schema: { type: 'object' } } },
      },
      ...refusals,
    },
  }),
});

/** Paths of OpenAPI. */
export const intakePaths: Json = {
  '/write': {
    get: door('intakeHealth', 'fluent-bit: whether batches can be kept', {
      responses: { '200': answered('They can', health), '503': answered('They cannot', health) },
    }),
    post: door('writeLogs', 'fluent-bit: a batch of lines, kept whole or not at all', {
      parameters: [CLUSTER],
      requestBody: { content: { 'application/json': { schema: { type: 'array', items: record } } } },
      responses: { '200': { description: 'Kept and found' }, ...refusals },
    }),
  },
  '/query': {
    get: door('queryLogs', 'fluent-bit: one container’s lines between two instants, both included, oldest first', {
      parameters: [
        CLUSTER,
        ...['namespace', 'pod_name', 'container_name'].map((name) => query(name, 'Exactly this')),
        query('start_time', 'RFC 3339'),
        query('end_time', 'RFC 3339, after `start_time`; default now', false),
      ],
      responses: { '200': answered('All of them', rows), ...refusals },
    }),
  },
  '/api/v1/write': {
    post: door('remoteWrite', 'Prometheus remote write 1.0', {
      parameters: [CLUSTER],
      requestBody: { content: { [PROTOBUF]: { schema: text } } },
      responses: { '204': { description: 'Kept and found' }, ...refusals },
    }),
  },
  '/v1/logs': otlp('Logs'),
  '/v1/metrics': otlp('Metrics'),
  '/v1/traces': otlp('Traces'),
};
