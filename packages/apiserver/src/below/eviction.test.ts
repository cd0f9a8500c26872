import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { plant, type TestApi, testApi } from '../testing/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi({ mayDo: (user, verb) => user !== 'eve' || verb !== 'create' });
});
afterEach(() => api.close());

const READY = [{ type: 'Ready', status: 'True' }];

const webPod = (name: string, status: Json = {}) =>
  plant(api.source, 'Pod', {
    metadata: { name, namespace: 'shop', labels: { app: 'web' } },
    spec: { containers: [{ name: 'main', image: 'nginx:1' }] },
    status: { phase: 'Running', conditions: READY, ...status },
  });

const budget = (allowed: number, more: { spec?: Json; status?: Json; metadata?: Json } = {}) =>
  plant(api.source, 'PodDisruptionBudget', {
    metadata: { name: 'web', namespace: 'shop', generation: 1, ...more.metadata },
    spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } }, ...more.spec },
    status: {
      observedGeneration: 1,
      currentHealthy: 2 + allowed,
      desiredHealthy: 2,
      expectedPods: 3,
      disruptionsAllowed: allowed,
      conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' }],
      ...more.status,
    },
  });

const evict = (name: string, more: Json = {}, headers = {}, query = '') =>
  api.send(
    'POST',
    `/api/v1/namespaces/shop/pods/${name}/eviction${query}`,
    { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'shop' }, ...more },
    headers,
  );

const podAt = async (name: string) => api.source.get(api.source.kind('Pod'), 'shop', name);
const budgetNow = async () => api.source.get(api.source.kind('PodDisruptionBudget'), 'shop', 'web');

describe('an eviction', () => {
  it('deletes a pod that no budget protects', async () => {
    webPod('a');
    const { code, body } = await evict('a');
    expect([code, body.kind, body.status]).toEqual([201, 'Status', 'Success']);
    expect(await podAt('a')).toBeUndefined();
  });

  it('takes one disruption from the budget, then is refused in the words kubectl drain shows', async () => {
    webPod('a');
    webPod('b');
    budget(1);
    expect((await evict('a')).code).toBe(201);
    expect((await budgetNow())?.status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { a: expect.any(String) },
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
    });
    const { code, body, headers } = await evict('b');
    expect(code).toBe(429);
    expect(headers.get('retry-after')).toBeNull();
    expect(body).toMatchObject({
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          { reason: 'DisruptionBudget', message: 'The disruption budget web needs 2 healthy pods and has 3 currently' },
        ],
      },
    });
    expect(await podAt('b')).toBeDefined();
  });

  it('changes nothing on a dry run, said in the body or in the query', async () => {
    webPod('a');
    budget(1);
    const before = api.source.currentVersion();
    expect((await evict('a', { deleteOptions: { dryRun: ['All'] } })).code).toBe(201);
    expect((await evict('a', {}, {}, '?dryRun=All')).code).toBe(201);
    expect(api.source.currentVersion()).toBe(before);
  });

  it('says why a pod goes that has time to go', async () => {
    const source = api.source;
    source.put(source.kind('Pod'), {
      ...webPod('a'),
      metadata: { ...webPod('a').metadata, finalizers: ['x.dev/wait'] },
    });
    await evict('a');
    expect((await podAt('a'))?.status).toMatchObject({
      conditions: [...READY, { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }],
    });
    expect((await podAt('a'))?.metadata.deletionTimestamp).toBeDefined();
  });

  it.each<[string, Json, Parameters<typeof budget>[1], number]>([
    ['a pod that ended takes nothing from the budget', { phase: 'Succeeded' }, {}, 201],
    ['a pod that has not begun takes nothing', { phase: 'Pending' }, {}, 201],
    [
      'a pod that is not ready is protected while the budget is short',
      { conditions: [] },
      { status: { currentHealthy: 1 } },
      429,
    ],
    ['a pod that is not ready may go when the others suffice', { conditions: [] }, {}, 201],
    [
      'a pod that is not ready may always go where the budget says so',
      { conditions: [] },
      { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, status: { currentHealthy: 0 } },
      201,
    ],
    ['a budget without selector protects nothing', {}, { spec: { selector: undefined } }, 201],
    ['an empty selector protects every pod', {}, { spec: { selector: {} } }, 429],
    ['a budget of other pods does not count', {}, { spec: { selector: { matchLabels: { app: 'db' } } } }, 201],
    ['a budget not worked out yet is waited for', {}, { metadata: { generation: 2 } }, 429],
  ])('%s', async (_sentence, status, more, expected) => {
    webPod('a', status);
    budget(0, more);
    const { code, headers } = await evict('a');
    expect(code).toBe(expected);
    expect(headers.get('retry-after')).toBe(more?.metadata === undefined ? null : '10');
  });

  it('does not choose between two budgets', async () => {
    webPod('a');
    budget(1);
    budget(1, { metadata: { name: 'other' } });
    const { code, body } = await evict('a');
    expect(code).toBe(500);
    expect(body.message).toContain('more than one PodDisruptionBudget');
  });

  it('is refused for another name, another kind, another life, a pod that is not there and a user who may not', async () => {
    webPod('a');
    const codes = await Promise.all([
      evict('a', { metadata: { name: 'b' } }),
      evict('a', { kind: 'Pod' }),
      evict('a', { deleteOptions: { preconditions: { uid: 'another' } } }),
      evict('missing'),
      evict('a', {}, { 'impersonate-user': 'eve' }),
      api.get('/api/v1/namespaces/shop/pods/a/eviction'),
      api.send('POST', '/api/v1/namespaces/shop/pods/a', {}),
    ]);
    expect(codes.map(({ code }) => code)).toEqual([400, 400, 409, 404, 403, 405, 405]);
    expect(await podAt('a')).toBeDefined();
  });
});

describe('what needs a kubelet', () => {
  it.each(['exec?command=ls', 'attach', 'portforward', 'proxy/metrics/all'])(
    '%s is answered 501 with the reason',
    async (below) => {
      webPod('a');
      const { code, body } = await api.send('POST', `/api/v1/namespaces/shop/pods/a/${below}`);
      expect(code).toBe(501);
      expect(body).toMatchObject({
        reason: 'NotImplemented',
        message: expect.stringContaining('no kubelet stands behind'),
      });
      expect((await api.get(`/api/v1/namespaces/shop/pods/missing/${below}`)).code).toBe(404);
    },
  );
});

it('on a source that only shows, evictions and connections are answered 405', async () => {
  const past = await testApi({ readOnly: true, api: { readOnlyBecause: 'this is the past' } });
  plant(past.source, 'Pod', { metadata: { name: 'a', namespace: 'shop' }, spec: { containers: [] } });
  const answers = await Promise.all(
    ['eviction', 'exec', 'portforward'].map((below) =>
      past.send('POST', `/api/v1/namespaces/shop/pods/a/${below}`, {}),
    ),
  );
  await past.close();
  expect(answers.map(({ code, body }) => [code, body.message])).toEqual(Array(3).fill([405, 'this is the past']));
});
