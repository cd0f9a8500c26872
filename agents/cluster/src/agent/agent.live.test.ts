// The agent on a real kube-apiserver with etcd and controllers: RBAC that forbids a kind, a CRD, a large object, restarts.

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '@mosaic/dev';
import { apiVersionOf, live, type Manifest, type ResourceType } from '@mosaic/kat';
import { makeKey, nodeCompression, silentLog } from '@mosaic/runtime';
import { until } from '@mosaic/runtime/testing';
import { readChunk } from '@mosaic/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { received } from '../testing/receive.ts';
import { type ClusterAgent, clusterAgent } from './agent.ts';

const USER = 'mosaic-agent';
const READ = ['get', 'list', 'watch'];
/** Everything but Secrets. */
const RULES = [
  {
    apiGroups: [''],
    resources: ['namespaces', 'nodes', 'pods', 'services', 'configmaps', 'events', 'serviceaccounts', 'endpoints'],
    verbs: READ,
  },
  {
    apiGroups: [
      'apps',
      'batch',
      'networking.k8s.io',
      'discovery.k8s.io',
      'events.k8s.io',
      'apiextensions.k8s.io',
      'shop.test',
    ],
    resources: ['*'],
    verbs: READ,
  },
];
const FAR = 8e15;
const core = (kind: string, resource: string): ResourceType => ({
  group: '',
  version: 'v1',
  kind,
  resource,
  namespaced: true,
  verbs: [],
});
const CONFIG_MAPS = core('ConfigMap', 'configmaps');
const DEPLOYMENTS: ResourceType = { ...core('Deployment', 'deployments'), group: 'apps' };
const CRDS: ResourceType = {
  ...core('CustomResourceDefinition', 'customresourcedefinitions'),
  group: 'apiextensions.k8s.io',
  namespaced: false,
};
const WIDGETS: ResourceType = { ...core('Widget', 'widgets'), group: 'shop.test' };
const made = (type: ResourceType, name: string, more: object): Manifest =>
  ({
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: { name, ...(type.namespaced && { namespace: 'default' }) },
    ...more,
  }) as unknown as Manifest; // the server gives the uid

let cluster: ControlPlane;
let kubeconfig: string;
let dataDir: string;
const agents: ClusterAgent[] = [];
const out = received();

beforeAll(async () => {
  cluster = await startControlPlane({ own: true });
  kubeconfig = await cluster.kubeconfigFor(USER);
  await cluster.grant(USER, RULES);
  dataDir = await mkdtemp(join(tmpdir(), 'mosaic-agent-live-'));
}, 240_000);

afterAll(async () => {
  for (const agent of agents) await agent.stop();
  await cluster?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<ClusterAgent> {
  const agent = clusterAgent({
    source: live({ kubeconfig }),
    cluster: { id: 1, name: 'real' },
    transport: {
      async publish(_, messages) {
        for (const { value } of messages) await out.publish('', readChunk(value, nodeCompression));
      },
    },
    signer: makeKey(),
    redactKey: 'key',
    dataDir,
    compression: nodeCompression,
    log: silentLog,
    version: 'test',
    reconstruct: true,
  });
  agents.push(agent);
  await agent.start();
  await agent.ready();
  return agent;
}

const kept = (kind: string, name: string) =>
  out.revisions().filter((row) => row.kind === kind && row.name.startsWith(name));
const has = (name: string): boolean => [...out.stateAt(FAR).values()].some((slim) => slim.name === name);

describe('the cluster agent on a real API server', () => {
  it('watches what it may, later kinds and large objects included, and says what it may not', async () => {
    const admin = live({ kubeconfig: cluster.kubeconfigPath });
    await admin.create(CONFIG_MAPS, made(CONFIG_MAPS, 'before', { data: { a: '1' } }));
    const agent = await start();
    expect(has('before')).toBe(true);
    await until(
      'the gap',
      () =>
        out
          .coverage()
          .some(({ kind, reason }) => kind === 'v1/Secret' && reason === 'forbidden: missing list,watch on secrets'),
      30_000,
    );
    expect(agent.status().kinds.find(({ kind }) => kind === 'v1/Pod')?.state).toBe('watching');

    await admin.create(
      CRDS,
      made(CRDS, 'widgets.shop.test', {
        spec: {
          group: 'shop.test',
          scope: 'Namespaced',
          names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          ],
        },
      }),
    );
    await until(
      'the kind',
      () => agent.status().kinds.some(({ kind, state }) => kind === 'shop.test/v1/Widget' && state === 'watching'),
      30_000,
    );
    await admin.create(WIDGETS, made(WIDGETS, 'first', { spec: { size: 1 } }));
    await until('the widget', () => kept('Widget', 'first').length > 0, 30_000);

    const file = randomBytes(500_000).toString('hex');
    await admin.create(CONFIG_MAPS, made(CONFIG_MAPS, 'large', { data: { file } }));
    await until('the large one', () => kept('ConfigMap', 'large').length > 0, 30_000);
    const [large] = kept('ConfigMap', 'large');
    expect(large && JSON.parse(out.restore(large)).data.file).toBe(file);

    const template = {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'main', image: 'shop:1' }] },
    };
    await admin.create(
      DEPLOYMENTS,
      made(DEPLOYMENTS, 'shop', { spec: { replicas: 2, selector: { matchLabels: { app: 'shop' } }, template } }),
    );
    await until('its pods', () => new Set(kept('Pod', 'shop-').map(({ uid }) => uid)).size === 2, 60_000);
    await until('an event', () => out.events().some(({ reason }) => reason === 'ScalingReplicaSet'), 60_000);
  }, 240_000);

  it('goes on after the API server was killed and started again', async () => {
    const [agent] = agents;
    await cluster.killApiServer();
    await until('the trouble', () => agent?.status().kinds.some(({ state }) => state === 'gap') === true, 30_000);
    await cluster.restartApiServer();
    const admin = live({ kubeconfig: cluster.kubeconfigPath });
    await admin.create(CONFIG_MAPS, made(CONFIG_MAPS, 'after', { data: {} }));
    await until('what came after', () => kept('ConfigMap', 'after').length === 1, 120_000);
    await admin.remove(CONFIG_MAPS, 'default', 'after');
    await until('its delete', () => kept('ConfigMap', 'after').at(-1)?.op === 'delete', 30_000);
  }, 300_000);

  it('knows after a stop what was deleted meanwhile, in a greater epoch', async () => {
    const before = agents[0]?.status().epoch ?? 0;
    await agents[0]?.stop();
    expect(has('large')).toBe(true);
    const admin = live({ kubeconfig: cluster.kubeconfigPath });
    await admin.remove(CONFIG_MAPS, 'default', 'large');
    const agent = await start();
    expect(agent.status().epoch).toBeGreaterThan(before);
    const own = received();
    for (const chunk of out.chunks) if (chunk.header.epoch === agent.status().epoch) await own.publish('', chunk);
    const now = [...own.stateAt(FAR).values()].map(({ name }) => name);
    expect(now).toContain('before');
    expect(now).not.toContain('large');
  }, 120_000);
});
