import { afterEach, describe, expect, it } from 'vitest';
import type { KubeObject, UsageReader } from '../port.ts';
import { plant, pod, type TestApi, testApi } from '../testing/test-api.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const measured = { at: NOW, windowMs: 15_000 };

/** Pods and nodes called `new…` were not measured yet. */
const usage: UsageReader = {
  pods: (pods) =>
    pods.map(({ metadata }) =>
      metadata.name.startsWith('new')
        ? undefined
        : {
            ...measured,
            containers: [
              { name: 'main', cpuNanocores: 12_345_678.4, memoryBytes: 100 * 1024 + 1 },
              { name: 'side', cpuNanocores: 0, memoryBytes: 2048 },
            ],
          },
    ),
  nodes: (nodes) => nodes.map(() => ({ ...measured, cpuNanocores: 2e9, memoryBytes: 4 * 2 ** 30 })),
};

let api: TestApi;
afterEach(() => api.close());

const started = async (
  reader: UsageReader | undefined,
  names: readonly string[] = [],
): Promise<readonly KubeObject[]> => {
  api = await testApi({ now: () => NOW, ...(reader === undefined ? {} : { usage: reader }) });
  plant(api.source, 'Node', { metadata: { name: 'n1' } });
  return names.map((name) => plant(api.source, 'Pod', pod(name, { metadata: { labels: { app: name } } })));
};

const METRICS = '/apis/metrics.k8s.io/v1beta1';

describe('the metrics API', () => {
  it('is absent where nothing is measured', async () => {
    await started(undefined);
    const [group, groups] = await Promise.all([api.get('/apis/metrics.k8s.io'), api.get('/apis')]);
    expect([group.code, JSON.stringify(groups.body).includes('metrics.k8s.io')]).toEqual([404, false]);
  });

  it('is found in both discoveries', async () => {
    await started(usage);
    const list = await api.get(METRICS);
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const aggregated = await api.get('/apis', { accept });
    expect(list.body.resources).toEqual([
      { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
      { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
    ]);
    expect(JSON.stringify(aggregated.body)).toContain('metrics.k8s.io');
  });

  it('tells each container of the pods that were measured, in nanocores and kibibytes', async () => {
    await started(usage, ['a', 'new-one']);
    const { body } = await api.get(`${METRICS}/namespaces/default/pods`);
    expect(body).toMatchObject({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1' });
    expect(body.items).toEqual([
      {
        kind: 'PodMetrics',
        apiVersion: 'metrics.k8s.io/v1beta1',
        metadata: { name: 'a', namespace: 'default', labels: { app: 'a' }, creationTimestamp: '2026-01-02T00:00:00Z' },
        timestamp: '2026-01-02T00:00:00Z',
        window: '15s',
        containers: [
          { name: 'main', usage: { cpu: '12345678n', memory: '101Ki' } },
          { name: 'side', usage: { cpu: '0', memory: '2Ki' } },
        ],
      },
    ]);
  });

  it('selects by labels, gets one, and pages', async () => {
    await started(usage, ['a', 'b', 'c', 'new']);
    const [selected, one, missing, unmeasured, page] = await Promise.all([
      api.get(`${METRICS}/pods?labelSelector=app%20in%20(a,c)`),
      api.get(`${METRICS}/nodes/n1`),
      api.get(`${METRICS}/namespaces/default/pods/gone`),
      api.get(`${METRICS}/namespaces/default/pods/new`),
      api.get(`${METRICS}/pods?limit=2`),
    ]);
    expect((selected.body.items as KubeObject[]).map(({ metadata }) => metadata.name)).toEqual(['a', 'c']); // objects of a list
    expect(one.body).toMatchObject({ kind: 'NodeMetrics', usage: { cpu: '2000000000n', memory: '4194304Ki' } });
    expect([missing.code, unmeasured.code]).toEqual([404, 404]);
    const { continue: token } = page.body.metadata as { continue: string }; // a page that is not the last has one
    const rest = await api.get(`${METRICS}/pods?limit=2&continue=${token}`);
    expect((rest.body.items as KubeObject[]).map(({ metadata }) => metadata.name)).toEqual(['c']); // objects of a list
  });

  it('is a table of sums, and can be neither written nor watched', async () => {
    await started(usage, ['a']);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = await api.get(`${METRICS}/pods`, { accept });
    expect(table.body.rows).toMatchObject([{ cells: ['a', '12345678n', '103Ki', '15s'] }]);
    const codes = await Promise.all([
      api.send('DELETE', `${METRICS}/namespaces/default/pods/a`),
      api.get(`${METRICS}/pods?watch=true`),
      api.send('POST', `${METRICS}/namespaces/default/pods`, {}),
    ]);
    expect(codes.map(({ code }) => code)).toEqual([405, 405, 405]);
  });
});
