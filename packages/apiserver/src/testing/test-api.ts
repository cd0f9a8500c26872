// A server over a memory source, and short ways to ask it, for this room's own tests.
import { type ApiServer, type ApiServerOptions, apiServer } from '../http/server.ts';
import { type Json, recordOf } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { type MemorySource, type MemorySourceOptions, memorySource } from './memory-source.ts';

export interface Answer {
  readonly code: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface TestApi {
  readonly server: ApiServer;
  readonly source: MemorySource;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, type: PatchType, body: unknown): Promise<Answer>;
  close(): Promise<void>;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** Objects are stamped as a cluster would; `default` and `shop` exist. */
export async function testApi(
  options: MemorySourceOptions & { readonly api?: ApiServerOptions; readonly readOnly?: boolean } = {},
): Promise<TestApi> {
  const source = memorySource(options);
  for (const name of ['default', 'shop'])
    plant(source, 'Namespace', { metadata: { name }, status: { phase: 'Active' } });
  const { write: _write, ...readOnly } = source;
  const server = await apiServer(options.readOnly === true ? readOnly : source, options.api);
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(server.url + path, {
      method,
      headers: { 'content-type': 'application/json', 'user-agent': 'tester/1', ...headers },
      ...(body === undefined ? {} : { body: text }),
    });
    const said = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      code: response.status,
      headers: response.headers,
      body: isJson ? recordOf(JSON.parse(said)) : { text: said },
    };
  };
  return {
    server,
    source,
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    patch: (path, type, body) => send('PATCH', path, body, { 'content-type': TYPES[type] }),
    close: () => server.close(),
  };
}

/** Puts an object as a controller would. */
export function plant(source: MemorySource, kindName: string, object: Json): KubeObject {
  const kind = source.kind(kindName);
  const metadata = {
    uid: crypto.randomUUID(),
    creationTimestamp: new Date(source.now()).toISOString(),
    resourceVersion: '',
    name: '',
    ...recordOf(object.metadata),
  };
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  return source.put(kind, { ...object, apiVersion, kind: kind.kind, metadata });
}

export const pod = (name: string, more: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...recordOf(more.metadata) },
  spec: { containers: [{ name: 'main', image: 'nginx:1' }], ...recordOf(more.spec) },
  ...(more.status === undefined ? {} : { status: more.status }),
});

export const deployment = (name: string, spec: Json = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'nginx:1', env: [{ name: 'A', value: 'a' }] }] },
    },
    ...spec,
  },
});
