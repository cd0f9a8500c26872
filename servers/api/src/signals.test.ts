// Logs, metrics and intake tokens over HTTP.

import { nodeCompression } from '@mosaic/runtime';
import { TOPICS } from '@mosaic/transport';
import {
  intakeTokenSchema,
  listOf,
  logPatternsSchema,
  logsSchema,
  type MetricSeries,
  metricQuerySchema,
  metricSeriesListSchema,
  type SentLine,
  sealChunk,
  sealLogs,
  writeSeries,
} from '@mosaic/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, apiOver, at, checkpoint, emptyWorld, iso, MINUTE, NOW, type World, workload } from './testing.ts';

let world: World;
let asked: Asked;
const checkout = workload('checkout', 2);
const [, , podA, podB] = checkout;
let seq = 0;

const line = (pod: string, ms: number, text: string, more: Partial<SentLine> = {}): SentLine => ({
  stream: { namespace: 'shop', pod, podUid: `uid-${pod}`, container: 'main', restart: 0, node: 'n1' },
  ...{ channel: 'stdout', at: ms, nanos: 5, text },
  ...more,
});

const sealed = (lines: readonly SentLine[]) =>
  sealLogs(
    lines,
    { cluster: world.cluster, source: 'node n1', boot: 'b', epoch: 0, seq: seq++, sealedAt: NOW },
    nodeCompression,
    world.key,
  );

beforeAll(async () => {
  world = await emptyWorld();
  asked = await apiOver(world);
  await checkpoint(world.store, world.cluster, at(30), checkout, 1);
  const a = podA?.name ?? '';
  const b = podB?.name ?? '';
  const chunks = sealed([
    line(a, at(10), 'INFO served /cart in 12 ms'),
    line(b, at(9), 'ERROR payment refused', { channel: 'stderr' }),
    line(a, at(8), '{"level":"warn","msg":"slow lookup","ms":12}'),
    line('gone-7d-x', at(7), 'somebody else'),
  ]);
  for (const chunk of chunks) await world.store.logs.file(chunk, NOW);
});
afterAll(() => asked.api.close());

const lines = async (query: string) => logsSchema.parse(await asked.ask(`/api/v1/logs?${query}`)).items;

describe('logs', () => {
  it('of a workload are those of its pods, merged in time order', async () => {
    const found = await lines('cluster=eu-1&namespace=shop&workload=Deployment/checkout');
    expect(found.map((one) => one.line)).toEqual([
      'INFO served /cart in 12 ms',
      'ERROR payment refused',
      '{"level":"warn","msg":"slow lookup","ms":12}',
    ]);
    expect(found[0]).toMatchObject({
      at: `${iso(at(10)).slice(0, -1)}000005Z`,
      workload: 'Deployment/checkout',
      pod: podA?.name,
      level: 'info',
      stream: 'stdout',
    });
    expect(found[2]).toMatchObject({ level: 'warn', message: 'slow lookup' });
  });

  it.each([
    ['level=error', 1],
    ['level=warn,info', 2],
    ['q=PAYMENT', 1],
    ['regex=%5EINFO', 1],
    ['stream=stderr', 1],
    ['pod=nobody', 0],
    ['order=desc&limit=1', 1],
    ['tail=2', 2],
    ['from=now-9m', 3],
    ['from=now-1h&to=now-10m', 1],
  ])('%s narrows to %i', async (query, count) => {
    expect(await lines(query)).toHaveLength(count);
  });

  it('a page goes on where the one before ended', async () => {
    const first = logsSchema.parse(await asked.ask('/api/v1/logs?limit=3'));
    const second = logsSchema.parse(await asked.ask(`/api/v1/logs?limit=3&cursor=${first.next}`));
    expect([...first.items, ...second.items].map(({ at }) => at)).toEqual((await lines('')).map(({ at }) => at));
  });

  it('patterns count, context surrounds', async () => {
    const { items, lines: total } = logPatternsSchema.parse(await asked.ask('/api/v1/logs/patterns?namespace=shop'));
    expect(total).toBe(4);
    expect(items.find(({ template }) => template === 'INFO served /cart in <*> ms')).toMatchObject({
      count: 1,
      workloads: ['Deployment/checkout'],
    });
    const [hit] = await lines('q=slow');
    const around = logsSchema.parse(await asked.ask(`/api/v1/logs/context?id=${hit?.id}`));
    expect(around.items.map(({ pod }) => pod)).toEqual([podA?.name, podA?.name]);
    expect((await asked.get(`/api/v1/logs/context?id=${world.cluster}.zz.ab-1.0`)).status).toBe(404);
  });

  it('a tail tells lines as they come, those asked for only', async () => {
    const response = await asked.get('/api/v1/logs/stream?workload=checkout&level=error');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let told = '';
    const until = async (word: string) => {
      while (!told.includes(word)) told += (await reader?.read())?.value ?? '';
    };
    await until('event: open');
    for (const chunk of sealed([
      line(podA?.name ?? '', NOW, 'ERROR live one'),
      line(podA?.name ?? '', NOW, 'INFO live two'),
      line('gone-7d-x', NOW, 'ERROR of another'),
      line(podB?.name ?? '', NOW, 'ERROR live last'),
    ]))
      await world.transport.publish(TOPICS.logs, [{ key: '1', value: chunk.bytes }]);
    await until('live last');
    expect(told).toContain('ERROR live one');
    expect(told).not.toContain('live two');
    expect(told).not.toContain('of another');
    await reader?.cancel();
  });
});

describe('metrics', () => {
  const series = (pod: string, metric: string, kind: 'gauge' | 'counter', values: readonly number[]): MetricSeries => ({
    ...{ entity: `Pod:shop:${pod}/main`, metric, kind, labels: {} },
    at: values.map((_, i) => at(10) + i * 15_000),
    values,
  });
  beforeAll(async () => {
    const all = [podA, podB].flatMap((pod, n) => [
      series(pod?.name ?? '', 'memory_bytes', 'gauge', [100 + n, 200 + n, 300 + n]),
      series(pod?.name ?? '', 'cpu_seconds_total', 'counter', [0, 15 * (n + 1), 30 * (n + 1)]),
    ]);
    const entities = [...new Set(all.map(({ entity }) => entity))];
    const header = {
      ...{ signal: 'metrics' as const, cluster: world.cluster, source: 'n1', boot: 'b', epoch: 0, seq: seq++ },
      ...{ t0: at(10), t1: at(10) + 30_000, sealedAt: NOW, count: 12 },
      metrics: { shape: 'wide' as const, step: 15_000, entities },
    };
    const chunk = sealChunk({ header, body: writeSeries(all) }, nodeCompression, world.key);
    await world.store.metrics.file(chunk, NOW);
  });

  it('of a pod are those of its containers', async () => {
    const path = `/api/v1/metrics/series?entity=${world.cluster}:Pod:shop:${podA?.name}`;
    const { items } = metricSeriesListSchema.parse(await asked.ask(path));
    expect(items.map(({ metric }) => metric).sort()).toEqual(['cpu_seconds_total', 'memory_bytes']);
  });

  it('of a workload are summed, a counter as its rate', async () => {
    const span = `from=${iso(at(10))}&to=${iso(at(10) + 30_000)}&step=15s`;
    const path = `/api/v1/metrics/query?entity=${world.cluster}:Deployment:shop:checkout&${span}`;
    const answer = metricQuerySchema.parse(await asked.ask(path));
    expect(answer.resolution).toBe('raw');
    expect(answer.series.find(({ metric }) => metric === 'memory_bytes')?.values).toEqual([201, 401, 601]);
    expect(answer.series.find(({ metric }) => metric === 'cpu_seconds_total')?.values).toEqual([null, 3, 3]);
    const each = metricQuerySchema.parse(await asked.ask(`${path}&each=true&metric=memory_bytes`));
    expect(each.series).toHaveLength(2);
  });

  it('nothing measured is nothing, not zero', async () => {
    const path = `/api/v1/metrics/query?entity=${world.cluster}:Pod:shop:${podA?.name}&from=${iso(at(5))}&to=${iso(at(4))}&step=15s&metric=cpu_seconds_total`;
    const { series: found } = metricQuerySchema.parse(await asked.ask(path));
    expect(found.flatMap(({ values }) => values).every((value) => value === null)).toBe(true);
  });

  it('too fine a step over too long a span is refused', async () => {
    const response = await asked.get('/api/v1/metrics/query?entity=1:Pod:a:b&from=now-30d&step=1s');
    expect(response.status).toBe(400);
  });
});

describe('intake tokens', () => {
  const path = '/api/v1/clusters/eu-1/tokens';
  const post = (body: unknown) =>
    asked.get(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

  it('are made, told once, listed and removed', async () => {
    const response = await post({ name: 'fluent-bit', days: 30 });
    expect(response.status).toBe(201);
    const made = intakeTokenSchema.parse(await response.json());
    expect(made.token).toMatch(/^mit_/);
    expect(made.expiresAt).toBe(iso(NOW + 30 * 24 * 60 * MINUTE));
    const { items } = listOf(intakeTokenSchema).parse(await asked.ask(path));
    expect(items).toEqual([{ id: made.id, name: 'fluent-bit', createdAt: iso(NOW), expiresAt: made.expiresAt }]);
    expect((await asked.get(`${path}/${made.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await asked.get(`${path}/${made.id}`, { method: 'DELETE' })).status).toBe(404);
    expect(listOf(intakeTokenSchema).parse(await asked.ask(path)).items).toEqual([]);
  });

  it.each([{ name: '' }, { name: 7 }, { days: -1 }, { days: 'long' }, { colour: 'red' }])(
    '%j is refused',
    async (body) => {
      expect((await post(body)).status).toBe(400);
    },
  );

  it('of a cluster nobody knows are not found', async () => {
    expect((await asked.get('/api/v1/clusters/nowhere/tokens')).status).toBe(404);
    expect((await asked.get(path, { method: 'PATCH' })).status).toBe(405);
  });
});
