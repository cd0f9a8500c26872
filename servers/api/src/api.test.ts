import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  blameSchema,
  changeSchema,
  clusterSchema,
  coverageReportSchema,
  edgeExplanationSchema,
  eventSchema,
  listOf,
  logsSchema,
  objectAtSchema,
  objectDiffSchema,
  objectSummarySchema,
  podLogSchema,
  problemSchema,
  readinessSchema,
  revisionSchema,
  searchSchema,
  timelineSchema,
  topologyDiffSchema,
  topologySchema,
  Unavailable,
} from '@mosaic/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from './create-api.ts';
import { openApiDocument } from './openapi/document.ts';
import { ENDPOINTS, fullPath } from './openapi/endpoints.ts';
import {
  type Asked,
  apiOver,
  at,
  change,
  checkpoint,
  emptyWorld,
  event,
  gone,
  iso,
  MINUTE,
  NOW,
  revision,
  service,
  slim,
  steps,
  turned,
  type World,
  watching,
  workload,
} from './testing.ts';

let world: World;
let asked: Asked;
const ui = mkdtempSync(join(tmpdir(), 'mosaic-ui-'));
writeFileSync(join(ui, 'index.html'), `<!doctype html><title>Mosaic</title>${'<!-- -->'.repeat(300)}`);

const checkout = workload('checkout', 2, [
  { relation: 'declared', kind: 'Service', name: 'payments', via: 'env PAYMENTS_HOST' },
]);
const payments = workload('payments', 2);
const recommender = workload('recommender', 1);
const [deployment, , podA, podB] = checkout as [
  (typeof checkout)[0],
  (typeof checkout)[0],
  (typeof checkout)[0],
  (typeof checkout)[0],
];
const [ghost] = recommender as [(typeof recommender)[0]];
const all = [
  ...checkout,
  ...payments,
  ...recommender,
  service('checkout'),
  service('payments'),
  slim({ kind: 'Node', name: 'a', namespace: '' }),
];
const manifest = (replicas: number, managers = true) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'checkout',
    namespace: 'shop',
    uid: deployment.uid,
    ...(managers && {
      managedFields: [
        {
          manager: 'kubectl',
          operation: 'Update',
          time: '2026-03-10T12:00:00Z',
          fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:containers': { 'k:{"name":"main"}': { 'f:image': {} } } } },
        },
      ],
    }),
  },
  spec: { replicas, containers: [{ name: 'main', image: 'shop/checkout:1.8.2' }] },
});

beforeAll(async () => {
  world = await emptyWorld();
  const { store, cluster } = world;
  await checkpoint(store, cluster, at(180), all, 1);
  await checkpoint(
    store,
    cluster,
    at(20),
    all.filter((one) => !recommender.includes(one)),
    10,
  );
  await steps(
    store,
    cluster,
    2,
    recommender.map((one) => gone(one, at(40))),
  );
  const broken = { health: 'broken' as const, ready: 0, reasons: ['0 of 2 ready'] };
  const crashed = { health: 'broken' as const, ready: 0, reasons: ['CrashLoopBackOff (exit 1)'] };
  await steps(store, cluster, 3, [
    turned(deployment, at(150), broken),
    turned(podA, at(150), crashed),
    turned(podB, at(150), crashed),
  ]);
  await steps(store, cluster, 4, [
    turned(deployment, at(100), {}),
    turned(podA, at(100), {}),
    turned(podB, at(100), {}),
  ]);
  await store.coverage.write(
    cluster,
    [watching('eu-1', at(180), at(130)), watching('eu-1', at(120), NOW), watching('eu-1', at(180), NOW, 'events')],
    NOW,
  );
  await store.coverage.write(
    cluster,
    [
      {
        ...watching('eu-1', at(180), NOW, 'objects', 'v1/Secret'),
        state: 'gap',
        reason: 'forbidden: missing list,watch on secrets',
      },
    ],
    NOW,
  );
  await store.objects.write(
    cluster,
    [
      revision(deployment, 1, at(170), manifest(2)),
      revision(deployment, 2, at(60), manifest(3), {
        actor: 'kubectl',
        diff: [{ path: 'spec.replicas', op: 'replace', before: 2, after: 3 }],
      }),
    ],
    NOW,
  );
  await store.objects.write(
    cluster,
    [revision(ghost, 1, at(170), manifest(1)), revision(ghost, 2, at(40), undefined)],
    NOW,
  );
  await store.changes.write(cluster, [
    change(deployment, 2, at(60), {
      severity: 2,
      fields: ['spec.template.spec.containers[main].image'],
      summary: 'image 1.8.2 → 1.9.0',
      workload: 'Deployment/checkout',
    }),
    ...Array.from({ length: 5 }, (_, i) => change(payments[0] ?? deployment, 10 + i, at(50 - i))),
  ]);
  await store.events.write(
    cluster,
    [
      event(podA, 1, at(149)),
      event(podB, 2, at(148), { type: 'Normal', reason: 'Pulled', message: 'Container image pulled' }),
    ],
    NOW,
  );
  asked = await apiOver(world, {
    settings: { host: '127.0.0.1', port: 0, uiDir: ui },
    live: {
      async *podLogs(_, __, pod, { tail = 10 }) {
        if (pod === 'nobody') throw Object.assign(new Error('pods "nobody" not found'), { code: 404 });
        for (let i = 0; i < tail; i++) yield `2026-03-10T12:00:00.123456789Z line ${i}`;
      },
    },
  });
});
afterAll(() => asked.api.close());

const named = (answer: unknown, kind: string, name: string) =>
  topologySchema.parse(answer).nodes.find((node) => node.kind === kind && node.name === name);

describe('topology', () => {
  it('is the graph of that moment: a broken workload then, whole now, a deleted one only before it went', async () => {
    expect(named(await asked.ask(`/api/v1/topology?at=${iso(at(140))}`), 'Deployment', 'checkout')).toMatchObject({
      health: 'broken',
      counts: { ready: 0, wanted: 2 },
    });
    const now = await asked.ask('/api/v1/topology?cluster=eu-1&level=workload&namespace=shop');
    expect(named(now, 'Deployment', 'checkout')?.health).toBe('well');
    expect(named(now, 'Deployment', 'recommender')).toBeUndefined();
    expect(named(await asked.ask('/api/v1/topology?at=now-1h'), 'Deployment', 'recommender')).toBeDefined();
  });

  it.each(['cluster', 'namespace', 'workload', 'pod', 'container', 'node'])('answers level %s', async (level) => {
    expect(topologySchema.parse(await asked.ask(`/api/v1/topology?level=${level}`)).nodes.length).toBeGreaterThan(0);
  });

  it('the same instant in any writing is the same answer', async () => {
    const instant = at(140);
    const offset = new Date(instant + 5.5 * 60 * MINUTE).toISOString().replace('Z', '+05:30');
    const answers = await Promise.all(
      [iso(instant), String(instant), encodeURIComponent(offset), offset, 'now-140m'].map((written) =>
        asked.ask(`/api/v1/topology?at=${written}`),
      ),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('before anything was watched it shows what objects prove, and says so', async () => {
    const answer = topologySchema.parse(await asked.ask(`/api/v1/topology?at=${iso(at(6 * 60))}`));
    expect(answer.nodes.every(({ reconstructed }) => reconstructed)).toBe(true);
    expect(answer.coverage).toMatchObject({
      complete: false,
      gaps: [{ reason: 'not watching yet', cluster: 1 }, { kind: 'v1/Secret' }].slice(0, 1),
    });
    expect(topologySchema.parse(await asked.ask(`/api/v1/topology?at=${iso(at(30 * 60))}`)).nodes).toEqual([]);
  });

  it('a moment nobody watched says since when and until when; a forbidden kind is told by name', async () => {
    const { coverage } = topologySchema.parse(await asked.ask(`/api/v1/topology?at=${iso(at(125))}`));
    expect(coverage.gaps).toContainEqual({
      cluster: 1,
      signal: 'objects',
      from: iso(at(130)),
      to: iso(at(120)),
      reason: 'agent silent',
    });
    expect(coverage.gaps).toContainEqual(
      expect.objectContaining({ kind: 'v1/Secret', reason: 'forbidden: missing list,watch on secrets' }),
    );
  });

  it('a difference tells what was added, removed and changed, with reasons', async () => {
    const answer = topologyDiffSchema.parse(await asked.ask(`/api/v1/topology/diff?from=${iso(at(140))}&to=now`));
    expect(answer.nodes.removed.map(({ name }) => name)).toContain('recommender');
    expect(
      answer.nodes.changed.find(({ after }) => after.kind === 'Deployment' && after.name === 'checkout')?.reasons[0],
    ).toMatch(/^broken → well/);
  });

  it('an edge tells why it is there', async () => {
    const { edges } = topologySchema.parse(await asked.ask('/api/v1/topology'));
    const edge = edges.find(({ relation }) => relation === 'declared');
    const why = edgeExplanationSchema.parse(
      await asked.ask(`/api/v1/topology/edges/${encodeURIComponent(edge?.id ?? '')}/explain`),
    );
    expect(why.observations[0]).toMatchObject({ name: 'checkout', where: 'env PAYMENTS_HOST' });
  });
});

describe('objects', () => {
  const one = () => `/api/v1/objects/eu-1/${deployment.uid}`;

  it('lists by selectors, pages to the end without a repeat', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = listOf(objectSummarySchema).parse(
        await asked.ask(
          `/api/v1/objects?kind=pods&namespace=shop&labelSelector=${encodeURIComponent('app in (checkout,payments)')}&limit=3&cursor=${cursor}`,
        ),
      );
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.next ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(['checkout-5d-0', 'checkout-5d-1', 'payments-5d-0', 'payments-5d-1']);
    const named = listOf(objectSummarySchema).parse(
      await asked.ask('/api/v1/objects?kind=Deployment&fieldSelector=metadata.name=checkout'),
    );
    expect(named.items.map(({ uid }) => uid)).toEqual([deployment.uid]);
  });

  it('what was deleted is listed at a moment of its life', async () => {
    const then = listOf(objectSummarySchema).parse(
      await asked.ask(`/api/v1/objects?name=recommender&at=${iso(at(60))}`),
    );
    expect(then.items.map(({ kind }) => kind)).toEqual(['Deployment']);
    expect(listOf(objectSummarySchema).parse(await asked.ask('/api/v1/objects?name=recommender')).items).toEqual([]);
  });

  it('shows the manifest as it was, and when the thing went later', async () => {
    const then = objectAtSchema.parse(await asked.ask(`${one()}?at=${iso(at(100))}`));
    expect(then.manifest).toMatchObject({ spec: { replicas: 2 }, metadata: { resourceVersion: '1' } });
    expect(then.manifest).not.toHaveProperty('metadata.managedFields');
    expect(objectAtSchema.parse(await asked.ask(one())).manifest).toMatchObject({ spec: { replicas: 3 } });
    const past = objectAtSchema.parse(await asked.ask(`/api/v1/objects/1/${ghost.uid}?at=${iso(at(60))}`));
    expect(past.deletedAt).toBe(iso(at(40)));
  });

  it('tells a thing that is gone from one not there yet and one nobody knows', async () => {
    const detail = async (path: string) => problemSchema.parse(await (await asked.get(path)).json());
    expect(await detail(`/api/v1/objects/1/${ghost.uid}`)).toMatchObject({
      status: 404,
      detail: expect.stringContaining('was gone'),
    });
    expect(await detail(`${one()}?at=${iso(at(30 * 60))}`)).toMatchObject({
      status: 404,
      detail: expect.stringContaining('was created at'),
    });
    expect(await detail('/api/v1/objects/1/00000000-0000-4000-8000-ffffffffffff')).toMatchObject({
      status: 404,
      detail: expect.stringContaining('no object'),
    });
    expect(await detail('/api/v1/objects/mars/x')).toMatchObject({
      status: 404,
      detail: expect.stringContaining('eu-1 (1)'),
    });
  });

  it('before its first sight it is shown as its first version proves', async () => {
    expect(objectAtSchema.parse(await asked.ask(`${one()}?at=${iso(at(10 * 60))}`)).reconstructed).toBe(true);
  });

  it('tells its revisions with what a person would say of them, its differences and who set each field', async () => {
    const history = listOf(revisionSchema).parse(await asked.ask(`${one()}/history`));
    expect(history.items.map(({ summary }) => summary)).toEqual(['image 1.8.2 → 1.9.0', 'created']);
    const diff = objectDiffSchema.parse(await asked.ask(`${one()}/diff?from=${iso(at(100))}&to=now`));
    expect(diff.items).toEqual([{ path: 'spec.replicas', op: 'replace', before: 2, after: 3 }]);
    const blame = blameSchema.parse(await asked.ask(`${one()}/blame`));
    expect(blame.items).toContainEqual(
      expect.objectContaining({
        path: 'spec.containers[main].image',
        value: 'shop/checkout:1.8.2',
        manager: 'kubectl',
      }),
    );
  });
});

describe('lists through time', () => {
  it('changes come newest first, page by page, none twice', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = listOf(changeSchema).parse(await asked.ask(`/api/v1/changes?limit=2&cursor=${cursor}`));
      seen.push(...page.items.map(({ resourceVersion }) => resourceVersion));
      cursor = page.next ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(['14', '13', '12', '11', '10', '2']);
    const deploys = listOf(changeSchema).parse(
      await asked.ask('/api/v1/changes?workload=Deployment/checkout&minSeverity=2'),
    );
    expect(deploys.items).toHaveLength(1);
  });

  it('events of a workload are those of its pods too', async () => {
    const page = listOf(eventSchema).parse(
      await asked.ask('/api/v1/events?workload=Deployment/checkout&namespace=shop'),
    );
    expect(page.items.map(({ reason }) => reason)).toEqual(['Pulled', 'BackOff']);
    expect(page.items[1]?.meaning).toMatch(/container/);
    expect(listOf(eventSchema).parse(await asked.ask('/api/v1/events?type=Warning&q=RESTARTING')).items).toHaveLength(
      1,
    );
  });

  it('the time bar shows health, marks, incidents and what was not watched', async () => {
    const bar = timelineSchema.parse(await asked.ask(`/api/v1/timeline?from=${iso(at(240))}&to=now&buckets=24`));
    expect(bar.health).toHaveLength(24);
    expect(bar.health.slice(0, 5)).toEqual(['none', 'none', 'none', 'none', 'none']);
    expect(bar.health.slice(9, 11)).toEqual(['broken', 'broken']);
    expect(bar.health[15]).toBe('well');
    expect(bar.incidents).toEqual([
      {
        from: iso(at(150)),
        to: iso(at(100)),
        title: 'checkout broken: 0 of 2 ready',
        node: '1:Deployment:shop:checkout',
        health: 'broken',
      },
    ]);
    expect(bar.marks.map(({ type, node }) => [type, node])).toEqual([['deploy', '1:Deployment:shop:checkout']]);
    expect(bar.events.reduce((sum, { normal, warning }) => sum + normal + warning, 0)).toBe(2);
    expect(bar.changes.reduce((sum, n) => sum + n, 0)).toBe(6);
    expect(bar.coverage.gaps.map(({ reason }) => reason)).toEqual([
      'not watching yet',
      'agent silent',
      'forbidden: missing list,watch on secrets',
    ]);
  });

  it('coverage tells spans and gaps by source and signal', async () => {
    const report = coverageReportSchema.parse(await asked.ask(`/api/v1/coverage?from=${iso(at(180))}`));
    const objects = report.items.find(({ signal, kind }) => signal === 'objects' && kind === undefined);
    expect(objects?.covered).toEqual([
      { from: iso(at(180)), to: iso(at(130)) },
      { from: iso(at(120)), to: iso(NOW) },
    ]);
    expect(objects?.gaps).toEqual([
      {
        cluster: 1,
        source: 'agent eu-1',
        signal: 'objects',
        from: iso(at(130)),
        to: iso(at(120)),
        reason: 'agent silent',
      },
    ]);
  });

  it('finds the living and the gone, by name, image and address', async () => {
    const find = async (q: string) =>
      searchSchema.parse(await asked.ask(`/api/v1/search?q=${encodeURIComponent(q)}`)).items;
    expect((await find('checkout'))[0]).toMatchObject({ type: 'workload', title: 'checkout', living: true });
    const [past] = await find('recommender');
    expect(past).toMatchObject({ living: false, title: 'recommender', at: iso(at(40) - 1) });
    expect((await find(podA.ip ?? ''))[0]).toMatchObject({ type: 'ip', uid: podA.uid });
    expect((await find('shop/payments:1.8'))[0]).toMatchObject({ type: 'image' });
    expect((await find('eu-'))[0]).toMatchObject({ type: 'cluster', id: '1:Cluster::eu-1' });
  });

  it('clusters tell how they are watched', async () => {
    const { items } = listOf(clusterSchema).parse(await asked.ask('/api/v1/clusters'));
    expect(items[0]).toMatchObject({
      id: 1,
      name: 'eu-1',
      status: 'watching',
      watchedSince: iso(at(180)),
      health: 'well',
    });
    expect(items[0]?.signals.find(({ signal }) => signal === 'logs')?.state).toBe('absent');
  });

  it('pod logs that nobody stores are read on demand and say where they come from', async () => {
    const answer = logsSchema.parse(
      await asked.ask('/api/v1/logs?cluster=eu-1&namespace=shop&pod=checkout-5d-0&tail=3'),
    );
    expect(answer.source).toBe('api-server');
    expect(answer.items[0]).toMatchObject({
      at: '2026-03-10T12:00:00.123000000Z',
      container: 'checkout',
      line: 'line 0',
    });
    expect(answer.items).toHaveLength(3);
    expect(podLogSchema.parse(await asked.ask(`/api/v1/objects/1/${podA.uid}/log?tail=2`)).items).toHaveLength(2);
    expect((await asked.get('/api/v1/logs?cluster=1&namespace=shop&pod=nobody')).status).toBe(404);
    const past = await asked.ask('/api/v1/logs?cluster=eu-1&namespace=shop&pod=checkout-5d-0&at=2026-03-10T11:00:00Z');
    expect(logsSchema.parse(past)).toMatchObject({ source: 'store', items: [] });
  });
});

describe('bad questions', () => {
  const rows: [string, number, string][] = [
    ['/api/v1/topology?level=galaxy', 400, 'level'],
    ['/api/v1/topology?at=yesterday', 400, 'at'],
    ['/api/v1/topology?at=2026-02-30T00:00:00Z', 400, 'at'],
    ['/api/v1/topology?at=now&at=now', 400, 'at'],
    ['/api/v1/topology?levle=pod', 400, 'levle'],
    ['/api/v1/topology?at[x]=1', 400, 'at[x]'],
    ['/api/v1/topology/diff?from=now&to=now-1h', 400, 'from'],
    ['/api/v1/changes?limit=0', 400, 'limit'],
    ['/api/v1/changes?limit=1001', 400, 'limit'],
    ['/api/v1/changes?limit=ten', 400, 'limit'],
    ['/api/v1/changes?cursor=rubbish', 400, 'cursor'],
    ['/api/v1/events?cursor=eyJhIjoxfQ', 400, 'cursor'],
    ['/api/v1/objects?labelSelector=a%20b', 400, 'labelSelector'],
    ['/api/v1/objects?fieldSelector=spec.x=1', 400, 'fieldSelector'],
    ['/api/v1/search', 400, 'q'],
    ['/api/v1/timeline?buckets=5000', 400, 'buckets'],
    ['/api/v1/logs?regex=(', 400, 'regex'],
    ['/api/v1/logs?level=loud', 400, 'level'],
    ['/api/v1/logs/context?id=rubbish', 400, 'id'],
    ['/api/v1/metrics/query', 400, 'entity'],
    ['/api/v1/metrics/query?entity=1:Pod:a:b&step=1ms', 400, 'step'],
    ['/api/v1/topology/stream?level=x', 400, 'level'],
  ];
  it.each(rows)('%s → %i naming %s', async (path, status, field) => {
    const response = await asked.get(path);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = problemSchema.parse(await response.json());
    expect([response.status, problem.status]).toEqual([status, status]);
    expect(problem.errors?.map((error) => error.field)).toContain(field);
    expect(problem.errors?.every(({ expected, got }) => expected !== '' && got !== '')).toBe(true);
  });

  it.each<[string, RequestInit, number]>([
    ['/api/v1/nothing', {}, 404],
    ['/api/v1/topology?cluster=mars', {}, 404],
    ['/api/v1/topology/edges/nonsense/explain', {}, 404],
    ['/api/v1/objects/1/%ZZ', {}, 400],
    ['/api/v1/topology', { method: 'POST' }, 405],
    ['/api/v1/users', { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
    ['/api/v1/users', { method: 'POST', body: new URLSearchParams({ name: 'a' }) }, 415],
    [
      '/api/v1/topology',
      {
        method: 'POST',
        body: JSON.stringify({ a: 'x'.repeat(300_000) }),
        headers: { 'content-type': 'application/json' },
      },
      413,
    ],
  ])('%s %j → %i', async (path, init, status) => {
    const response = await asked.get(path, init);
    expect(response.status).toBe(status);
    expect(problemSchema.parse(await response.json()).status).toBe(status);
    if (status === 405) expect(response.headers.get('allow')).toContain('GET');
  });

  it('older than retention is 410 and says what is kept', async () => {
    const response = await asked.get('/api/v1/topology?at=2020-01-01T00:00:00Z');
    expect(response.status).toBe(410);
    expect(problemSchema.parse(await response.json()).detail).toContain(
      'nothing is kept before 2026-02-24T12:20:00.000Z',
    );
  });

  it('a store that is away is 503 with Retry-After, and readiness says which', async () => {
    const away = async (): Promise<never> => {
      throw new Unavailable('Cassandra cannot be reached', { retryAfterMs: 7_000 });
    };
    const store = {
      ...world.store,
      state: { ...world.store.state, at: away },
      health: async () => ({ ok: false, detail: 'Cassandra cannot be reached' }),
    };
    const other = await apiOver({ ...world, store });
    const response = await other.get('/api/v1/topology');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    const ready = await other.get('/readyz');
    expect(ready.status).toBe(503);
    expect(readinessSchema.parse(await ready.json()).dependencies.store).toEqual({
      status: 'unavailable',
      detail: 'Cassandra cannot be reached',
    });
    expect((await other.get('/livez')).status).toBe(200);
    await other.api.close();
  });

  it('a pod of which nothing is stored and nobody can be asked has no lines, and a gap says so', async () => {
    const other = await apiOver(world);
    const answer = logsSchema.parse(await other.ask('/api/v1/logs?cluster=1&namespace=a&pod=b'));
    expect(answer).toMatchObject({ items: [], coverage: { complete: false } });
    await other.api.close();
  });
});

describe('the door', () => {
  const withHost = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      request(`${asked.url}/api/v1/clusters`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });

  it.each<[Record<string, string>, number]>([
    [{}, 200],
    [{ host: 'localhost:9000' }, 200],
    [{ host: '[::1]:1234' }, 200],
    [{ host: 'evil.example' }, 403],
    [{ host: 'localhost.evil.example:9000' }, 403],
    [{ host: '127.0.0.1.nip.io' }, 403],
    [{ host: 'localhost:9000', origin: 'http://localhost:9000' }, 200],
    [{ host: 'localhost:9000', origin: 'http://localhost:3000' }, 403],
    [{ host: 'localhost:9000', origin: 'https://evil.example' }, 403],
    [{ host: 'localhost:9000', origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
  ])('%j → %i', async (headers, status) => {
    expect(await withHost(headers)).toBe(status);
  });

  it('an address others can reach is refused while there are no users', async () => {
    await expect(
      createApi({
        ...world,
        compression: { compress: (_, b) => b, inflate: (_, b) => b, crc32: () => 0 },
        log: console as never,
        version: '0',
        settings: { host: '0.0.0.0', port: 0 },
      }),
    ).rejects.toThrow(/no user is configured/);
  });

  it('serves the page for any address a person types, with safe headers, gzipped', async () => {
    const response = await asked.get('/map?at=now');
    expect(await response.text()).toContain('<title>Mosaic</title>');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await asked.get('/assets/gone-12345678.js')).status).toBe(404);
    expect((await asked.get('/..%2f..%2fetc/passwd')).status).not.toBe(500);
  });
});

describe('the document', () => {
  it('lists every path with its parameters and answers', async () => {
    const document = (await asked.ask('/api/openapi.json')) as {
      openapi: string;
      paths: Record<string, { get: { parameters: { name: string }[] } }>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual(ENDPOINTS.map(fullPath).sort());
    expect(document.paths['/api/v1/topology']?.get.parameters.map(({ name }) => name)).toContain('at');
    expect((await asked.get('/api/docs')).status).toBe(200);
  });

  it('the document has the intakes where one port has everything, and there alone', async () => {
    const doors = ['/api/v1/write', '/query', '/v1/logs', '/v1/metrics', '/v1/traces', '/write'];
    const { paths } = openApiDocument('1', { hasIntakes: true }) as { paths: Record<string, object> };
    expect(Object.keys(paths).sort()).toEqual([...ENDPOINTS.map(fullPath), ...doors].sort());
    expect(Object.keys(paths['/write'] ?? {})).toEqual(['get', 'post']);
    const neighbour = { handle: () => false };
    const both = await apiOver(world, { neighbour });
    expect(Object.keys(((await both.ask('/api/openapi.json')) as { paths: object }).paths)).toEqual(Object.keys(paths));
    await both.api.close();
  });

  it('metrics are Prometheus text and readiness is by dependency', async () => {
    expect(await (await asked.get('/metrics')).text()).toContain('mosaic_api_request_seconds');
    expect(readinessSchema.parse(await asked.ask('/readyz')).status).toBe('ok');
    expect(await (await asked.get('/livez')).text()).toBe('ok\n');
  });

  it('while the past is written it is not ready and says how far it is', async () => {
    const other = await apiOver(world, { progress: { of: () => 0.4, overall: () => 0.4 } });
    const response = await other.get('/readyz');
    expect(response.status).toBe(503);
    expect(readinessSchema.parse(await response.json())).toMatchObject({
      status: 'starting',
      dependencies: { history: { progress: 0.4 } },
    });
    await other.api.close();
  });
});
