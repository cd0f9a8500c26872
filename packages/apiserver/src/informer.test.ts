import {
  AppsV1Api,
  CoreV1Api,
  type Informer,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  Watch,
} from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plant, type TestApi, testApi } from './testing/test-api.ts';

let api: TestApi;
let config: KubeConfig;
const informers: Informer<V1ConfigMap>[] = [];

beforeEach(async () => {
  api = await testApi();
  config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'c', server: api.server.url, skipTLSVerify: true }],
    users: [{ name: 'u' }],
    contexts: [{ name: 'c', cluster: 'c', user: 'u' }],
    currentContext: 'c',
  });
});
afterEach(async () => {
  for (const informer of informers.splice(0)) await informer.stop();
  await api.close();
});

const conf = (name: string, data: Record<string, string> = {}) =>
  plant(api.source, 'ConfigMap', { metadata: { name, namespace: 'default' }, data });

describe('@kubernetes/client-node', () => {
  it('an informer holds what the cluster holds, through changes, deletes and a forgotten version', async () => {
    const core = config.makeApiClient(CoreV1Api);
    conf('first');
    const told: string[] = [];
    const informer = makeInformer(config, '/api/v1/namespaces/default/configmaps', () =>
      core.listNamespacedConfigMap({ namespace: 'default' }),
    );
    informers.push(informer);
    for (const verb of ['add', 'update', 'delete'] as const)
      informer.on(verb, (object) => told.push(`${verb} ${object.metadata?.name}`));
    informer.on('error', () => void informer.start());
    await informer.start();
    conf('second');
    conf('first', { a: '1' });
    await api.send('DELETE', '/api/v1/namespaces/default/configmaps/second');
    await vi.waitFor(() => expect(told).toEqual(['add first', 'add second', 'update first', 'delete second']));
    api.source.compact();
    conf('third');
    await vi.waitFor(() =>
      expect(
        informer
          .list()
          .map((object) => object.metadata?.name)
          .sort(),
      ).toEqual(['first', 'third']),
    );
  });

  it('a watch from a forgotten version is told 410', async () => {
    const old = api.source.currentVersion();
    conf('a');
    api.source.compact();
    const phases: [string, number][] = [];
    await new Promise<void>((done) => {
      void new Watch(config).watch(
        '/api/v1/configmaps',
        { resourceVersion: old },
        (phase, object) => phases.push([phase, object.code]),
        () => done(),
      );
    });
    expect(phases).toEqual([['ERROR', 410]]);
  });

  it('creates, patches and applies', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: 'web' };
    const body = {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'm', image: 'i:1' }] } },
      },
    };
    const created = await apps.createNamespacedDeployment({ namespace: 'default', body });
    expect(created.spec?.replicas).toBe(1);
    const patched = await apps.patchNamespacedDeployment(
      { namespace: 'default', name: 'web', body: { spec: { replicas: 4 } } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    expect(patched.spec?.replicas).toBe(4);
    const scaled = await apps.readNamespacedDeploymentScale({ namespace: 'default', name: 'web' });
    expect(scaled.spec?.replicas).toBe(4);
    await expect(apps.readNamespacedDeployment({ namespace: 'default', name: 'none' })).rejects.toMatchObject({
      code: 404,
    });
  });
});
