// A small cluster behind the real HTTP face, and an agent on it, for tests.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiServer, apiServer, type KubeObject } from '@mosaic/apiserver';
import { live } from '@mosaic/kat';
import { nodeCompression, silentLog } from '@mosaic/runtime';
import { quickClock } from '@mosaic/runtime/testing';
import type { Message } from '@mosaic/transport';
import { readChunk, Unavailable } from '@mosaic/wire';
import {
  type MemorySource,
  type MemorySourceOptions,
  memorySource,
} from '../../../../packages/apiserver/src/testing/memory-source.ts';
import { type ClusterAgent, type ClusterAgentOptions, clusterAgent } from '../agent/agent.ts';
import { type Received, received } from './receive.ts';

export interface TestCluster extends AsyncDisposable {
  readonly source: MemorySource;
  /** Of all its agents. */
  readonly dataDir: string;
  readonly out: Received;
  /** While false, the broker is away. */
  broker: { isThere: boolean };
  put(kind: string, namespace: string, name: string, more?: object): KubeObject;
  remove(kind: string, namespace: string, name: string): void;
  serve(): Promise<void>;
  /** As a crash of the API server. */
  vanish(): Promise<void>;
  agent(options?: Partial<ClusterAgentOptions>): ClusterAgent;
}

export async function testCluster(options: MemorySourceOptions = {}): Promise<TestCluster> {
  const source = memorySource(options);
  const out = received();
  const broker = { isThere: true };
  const dataDir = await mkdtemp(join(tmpdir(), 'mosaic-agent-'));
  const agents: ClusterAgent[] = [];
  let server: ApiServer | undefined;
  let port = 0;
  let made = 0;

  const serve = async (): Promise<void> => {
    server = await apiServer(source, { port });
    port = server.port;
  };
  const publish = async (_: string, messages: readonly Message[]): Promise<void> => {
    if (!broker.isThere) throw new Unavailable('the broker is away', { retryAfterMs: 100 });
    for (const { value } of messages) await out.publish('', readChunk(value, nodeCompression));
  };
  const put = (kind: string, namespace: string, name: string, more: object = {}): KubeObject => {
    const type = source.kind(kind);
    const known = source.get(type, namespace, name) as KubeObject | undefined; // the memory source answers at once
    const metadata = known?.metadata ?? {
      name,
      ...(type.namespaced && { namespace }),
      uid: `uid-${++made}`,
      resourceVersion: '',
      creationTimestamp: new Date(Date.now() - 60_000).toISOString(),
    };
    return source.put(type, {
      ...known,
      apiVersion: type.group ? `${type.group}/${type.version}` : type.version,
      kind,
      ...more,
      metadata,
    });
  };
  put('Namespace', '', 'kube-system');
  put('Namespace', '', 'shop');
  await serve();
  return {
    source,
    dataDir,
    out,
    broker,
    put,
    remove: (kind, namespace, name) =>
      source.write.remove(source.kind(kind), namespace, name, {
        dryRun: false,
        user: 'tester',
        fieldManager: 'tester',
      }),
    serve,
    async vanish() {
      await server?.close();
      server = undefined;
    },
    agent(more = {}) {
      const about = { id: 1, name: 'test' };
      const kubeconfig = JSON.stringify(configFor(port), undefined, 1);
      const agent = clusterAgent({
        source: live({ kubeconfig }),
        cluster: about,
        transport: { publish },
        redactKey: 'key',
        dataDir,
        compression: nodeCompression,
        log: silentLog,
        version: 'test',
        clock: quickClock(),
        ...more,
      });
      agents.push(agent);
      return agent;
    },
    async [Symbol.asyncDispose]() {
      for (const agent of agents) await agent.stop();
      await server?.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const configFor = (port: number) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'test', cluster: { server: `http://127.0.0.1:${port}` } }],
  users: [{ name: 'tester', user: { token: 'tester' } }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'tester' } }],
  'current-context': 'test',
});
