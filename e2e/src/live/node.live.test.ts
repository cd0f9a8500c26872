// A real node with real pods, watched by both agents: what its pods say, whom they call, what they use, also after they are gone.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Distributed, startDistributed } from '@mosaic/dev/distributed';
import type { EdgeExplanation, LogsAnswer, MetricSeriesAnswer, TopologyAnswer, TopologyEdge } from '@mosaic/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiAt, eventually } from '../journey/http.ts';
import { freePort, ROOT, type Running, ready, run } from './processes.ts';
import { service } from './services.ts';
import type { SharedNode } from './shared-node.ts';

const data = mkdtempSync(join(tmpdir(), 'mosaic-node-journey-'));
const WITHIN_MS = 240_000;
let node: SharedNode;
let mosaic: Running;
let url = '';
let distributed: Distributed | undefined;
const api = () => apiAt(url);
const kubectl = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('kubectl', ['--kubeconfig', node.kubeconfig, '-n', 'shop', ...args])).stdout;

beforeAll(async () => {
  node = JSON.parse(await service('/node/start')) as SharedNode;
  await promisify(execFile)('kubectl', [
    ...['--kubeconfig', node.kubeconfig, 'apply', '-f', join(ROOT, 'dev/node/shop.yaml')],
  ]);
  expect(readFileSync(node.kubeconfig, 'utf8')).toContain('clusters');
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  mosaic = run('mosaic', { KUBECONFIG: node.kubeconfig, MOSAIC_DATA: data, PORT: String(port) }, ['start']);
  await ready(url, mosaic);
});
afterAll(async () => {
  await mosaic?.stop();
  await distributed?.stop();
  await service('/node/stop');
  rmSync(data, { recursive: true, force: true });
});

const connections = async (level: string): Promise<readonly TopologyEdge[]> =>
  (await api().get<TopologyAnswer>(`/api/v1/topology?level=${level}&at=now`)).edges.filter(
    ({ relation }) => relation === 'connects',
  );
const named = ({ from, to }: TopologyEdge): string =>
  [from, to].map((id) => id.split(':').slice(1).filter(Boolean).join(':')).join(' → ');

test(
  'the map shows client → server between workloads, and explains it by the Service and the real backend',
  async () => {
    const edge = await eventually(
      'the edge',
      async () =>
        (await connections('workload')).find((one) => named(one) === 'Deployment:shop:client → Deployment:shop:server'),
      WITHIN_MS,
    );
    expect(edge.port).toBe(8080);
    // Within two seconds of the Service's beginning its address is nobody's yet: later windows know it.
    const why = await eventually(
      'the Service that was called',
      async () => {
        const asked = `/api/v1/topology/edges/${encodeURIComponent(edge.id)}/explain`;
        const found = await api().get<EdgeExplanation>(asked);
        return found.observations.some(({ kind, name }) => kind === 'Service' && name === 'server') ? found : undefined;
      },
      WITHIN_MS,
    );
    const vip = (await kubectl('get', 'service', 'server', '-o', 'jsonpath={.spec.clusterIP}')).trim();
    const backends = (
      await kubectl('get', 'pods', '-l', 'app=server', '-o', 'jsonpath={.items[*].status.podIP}')
    ).split(' ');
    const seen = why.connections?.find(({ nat }) => nat === 'seen');
    expect(seen?.called).toBe(`${vip}:80`);
    expect(backends.map((ip) => `${ip}:8080`)).toContain(seen?.server);
  },
  WITHIN_MS * 2 + 60_000,
);

test('no edge is wrong', async () => {
  const allowed =
    /^(Deployment:shop:(client|keeper) → Deployment:shop:server|(Node|External|Unknown)\S* → Deployment:shop:server)$/;
  const wrong = (await connections('workload'))
    .map(named)
    .filter((edge) => edge.includes(':shop:') && !allowed.test(edge));
  expect(wrong).toEqual([]);
});

test(
  'the log of a workload is found, and the one before its last crash',
  async () => {
    const query = 'namespace=shop&workload=Deployment/server&q=%2Forders&from=now-10m&to=now';
    const found = await eventually('a line', async () => {
      const { items } = await api().get<LogsAnswer>(`/api/v1/logs?${query}`);
      return items.length > 0 ? items : undefined;
    });
    expect(found[0]?.container).toBe('server');
    const previous = await eventually(
      'the crash before',
      async () => {
        const asked = 'namespace=shop&workload=Deployment/ledger&previous=true&from=now-10m&to=now';
        const { items } = await api().get<LogsAnswer>(`/api/v1/logs?${asked}`);
        return items.find(({ line }) => line.includes('panic: runtime error'));
      },
      WITHIN_MS,
    );
    expect(previous.line).toContain('goroutine 1 [running]');
  },
  WITHIN_MS + 60_000,
);

test('what a container uses is there', async () => {
  const [pod = ''] = (await kubectl('get', 'pods', '-l', 'app=server', '-o', 'name')).trim().split('\n');
  const { items: clusters } = await api().get<{ items: readonly { id: number }[] }>('/api/v1/clusters');
  const entity = `${clusters[0]?.id}:Pod:shop:${pod.replace('pod/', '')}/server`;
  const metrics = await eventually('its memory', async () => {
    const asked = `/api/v1/metrics/series?entity=${encodeURIComponent(entity)}&from=now-10m&to=now`;
    const { items } = await api().get<MetricSeriesAnswer>(asked);
    const names = items.map(({ metric }) => metric);
    return names.includes('memory_working_set_bytes') ? names : undefined;
  });
  expect(metrics).toEqual(expect.arrayContaining(['cpu_usage_seconds_total', 'memory_limit_bytes', 'restarts_total']));
});

test(
  'a deleted pod is still there a minute ago, with its edge and its lines',
  async () => {
    const [pod = ''] = (await kubectl('get', 'pods', '-l', 'app=keeper', '-o', 'name')).trim().split('\n');
    const name = pod.replace('pod/', '');
    const edgeOf = (edges: readonly TopologyEdge[]) => edges.find(({ from }) => from.endsWith(`:Pod:shop:${name}`));
    await eventually('its edge', async () => edgeOf(await connections('pod')), WITHIN_MS);
    const before = new Date(Date.now() - 1_000).toISOString();
    await kubectl('delete', 'pod', name, '--wait=true');
    await eventually('it is gone', async () => {
      const { nodes } = await api().get<TopologyAnswer>('/api/v1/topology?level=pod&at=now');
      return nodes.some(({ id }) => id.endsWith(`:Pod:shop:${name}`)) ? undefined : true;
    });
    const then = await api().get<TopologyAnswer>(`/api/v1/topology?level=pod&at=${before}`);
    expect(then.nodes.some(({ id }) => id.endsWith(`:Pod:shop:${name}`))).toBe(true);
    expect(edgeOf(then.edges)?.to).toMatch(/:Pod:shop:server-/);
    const { items } = await api().get<LogsAnswer>(`/api/v1/logs?namespace=shop&pod=${name}&from=now-10m&to=now`);
    expect(items.length).toBeGreaterThan(0);
  },
  WITHIN_MS + 120_000,
);

/** Where the node agent would run, for a token that is bound to a pod of this node. */
const SEAT = `
apiVersion: v1
kind: Namespace
metadata: { name: mosaic }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: mosaic-node-agent, namespace: mosaic }
---
apiVersion: v1
kind: Pod
metadata: { name: seat, namespace: mosaic }
spec:
  serviceAccountName: mosaic-node-agent
  containers: [{ name: seat, image: "mosaic.dev/pause:1", imagePullPolicy: Never }]
`;

test(
  'as processes on Kafka and Cassandra: a certified node agent, killed in the middle, loses and doubles nothing',
  async () => {
    await mosaic.stop();
    const seat = join(data, 'seat.yaml');
    writeFileSync(seat, SEAT);
    await promisify(execFile)('kubectl', ['--kubeconfig', node.kubeconfig, 'apply', '-f', seat]);
    await kubectl('-n', 'mosaic', 'wait', 'pod/seat', '--for=condition=Ready', '--timeout=60s');
    const uid = await kubectl('-n', 'mosaic', 'get', 'pod', 'seat', '-o', 'jsonpath={.metadata.uid}');
    const bound = ['--bound-object-kind', 'Pod', '--bound-object-name', 'seat', '--bound-object-uid', uid];
    const account = ['-n', 'mosaic', 'create', 'token', 'mosaic-node-agent'];
    const tokenFile = join(data, 'token');
    writeFileSync(tokenFile, await kubectl(...account, '--audience', 'mosaic', ...bound));

    const context = (await kubectl('config', 'current-context')).trim();
    const folder = join(data, 'distributed');
    const told = (line: string): void => console.log(`[distributed] ${line}`);
    const { kubeconfig } = node;
    distributed = await startDistributed({ clusters: [context], kubeconfig, folder, keyspace: 'journey_node', told });
    const certifier = distributed.processes.get(`agent-${context}`)?.url ?? '';
    const asked = { method: 'POST', body: JSON.stringify({ key: Buffer.alloc(32).toString('base64') }) };
    const withToken = async (token: string) =>
      (
        await fetch(`${certifier}/node-certificates`, {
          ...asked,
          headers: { Authorization: `Bearer ${token.trim()}` },
        })
      ).status;
    expect(await withToken('no.such.token')).toBe(403);
    expect(await withToken(await kubectl(...account, ...bound))).toBe(403); // made for the API server, not for us
    expect(await withToken(await kubectl(...account, '--audience', 'mosaic'))).toBe(403); // bound to no pod

    const port = await freePort();
    const start = async (): Promise<Running> => {
      const agent = run('agent-node', {
        ...distributed?.services.env,
        ...{
          KUBECONFIG: kubeconfig,
          MOSAIC_CLUSTERS: context,
          MOSAIC_CLUSTER_ID: String(distributed?.clusters[0]?.id),
        },
        ...{ MOSAIC_NODE_NAME: node.name, MOSAIC_CERTIFIER: certifier, MOSAIC_NODE_TOKEN: tokenFile },
        ...{ MOSAIC_DATA: join(data, 'node-agent'), PORT: String(port) },
      });
      await ready(`http://127.0.0.1:${port}`, agent);
      return agent;
    };
    const first = await start();
    const ask = apiAt(distributed.url);
    const [pod = ''] = (await kubectl('get', 'pods', '-l', 'app=client', '-o', 'name')).trim().split('\n');
    const asLogs = `/api/v1/logs?namespace=shop&pod=${pod.replace('pod/', '')}&from=now-30m&to=now&limit=1000`;
    const lines = async () => (await ask.get<LogsAnswer>(asLogs)).items.map(({ at, line }) => `${at} ${line}`);
    await eventually('lines', async () => ((await lines()).length > 5 ? true : undefined));
    await first.kill();
    await new Promise((later) => setTimeout(later, 3_000));
    const second = await start();
    const then = (await kubectl('logs', pod.replace('pod/', ''), '--timestamps')).trim().split('\n');
    const last = then.at(-1) ?? '';
    const stored = await eventually('the last line', async () => {
      const found = await lines();
      return found.some((one) => one.includes(last.split(' ').slice(1).join(' '))) ? found : undefined;
    });
    expect(new Set(stored).size).toBe(stored.length);
    const texts = new Set(stored.map((one) => one.split(' ').slice(1).join(' ')));
    expect(then.map((one) => one.split(' ').slice(1).join(' ')).filter((text) => !texts.has(text))).toEqual([]);

    const edge = await eventually(
      'the edge',
      async () => {
        const { edges } = await ask.get<TopologyAnswer>('/api/v1/topology?level=workload&at=now');
        return edges.find(
          (one) => one.relation === 'connects' && named(one) === 'Deployment:shop:client → Deployment:shop:server',
        );
      },
      WITHIN_MS,
    );
    expect(edge.health).toBe('well');
    const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    console.log(
      figures
        .split('\n')
        .filter((line) => /resident|cpu_seconds|pass_seconds|lines_total/.test(line) && !line.startsWith('#'))
        .join('\n'),
    );
    await second.stop();
  },
  WITHIN_MS * 2,
);
