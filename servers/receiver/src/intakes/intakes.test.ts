// The intakes as their senders meet them: on a port, over HTTP.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { metricsRegistry, nodeCompression, silentLog } from '@mosaic/runtime';
import { memoryStore, type Store } from '@mosaic/store';
import { inProcessTransport } from '@mosaic/transport';
import protobuf from 'protobufjs/minimal.js';
import SnappyJS from 'snappyjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intakes } from './intakes.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
let store: Store;
let url: string;
let close: () => Promise<void>;
const metrics = metricsRegistry();

async function opened(more: { readonly wantsToken?: boolean; readonly store?: Store; readonly atOnce?: number } = {}) {
  const kept = more.store ?? memoryStore({ compression: nodeCompression, now: () => NOW });
  const transport = inProcessTransport();
  const parts = { store: kept, transport, compression: nodeCompression, log: silentLog, metrics, now: () => NOW };
  const doors = intakes({ ...parts, wantsToken: false, ...more });
  const server = createServer((request, response) => {
    if (!doors.handle(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    store: kept,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await transport.close();
    },
  };
}

beforeAll(async () => {
  ({ store, url, close } = await opened());
});
afterAll(() => close());

const kubernetes = { namespace_name: 'shop', pod_name: 'cart-1', pod_id: 'u1', container_name: 'cart', host: 'n1' };
const record = (time: string, log: string, more: object = {}) => ({
  ...{ date: 1.5, time, log, stream: 'stdout', kubernetes },
  ...more,
});
const write = (body: unknown, headers: Record<string, string> = {}, to = url) =>
  fetch(`${to}/write`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const query = (params: Record<string, string> | string, headers: Record<string, string> = {}) =>
  fetch(`${url}/query?${typeof params === 'string' ? params : new URLSearchParams(params)}`, { headers });
const who = { namespace: 'shop', pod_name: 'cart-1', container_name: 'cart' };

describe('fluent-bit', () => {
  it('what was written with 200 is found by the next query, both ends included', async () => {
    const response = await write([
      record('2026-11-21T10:00:00.000000002Z', 'second'),
      record('2026-11-21T10:00:00.000000001Z', 'first'),
      record('2026-11-21T10:00:00.000000003Z', 'third'),
    ]);
    expect([response.status, await response.text()]).toEqual([200, '']);
    const found = await query({
      ...who,
      start_time: '2026-11-21T10:00:00.000000001Z',
      end_time: '2026-11-21T10:00:00.000000002Z',
    });
    expect(found.status).toBe(200);
    expect(await found.json()).toEqual({
      log_rows: [
        { time: '2026-11-21T10:00:00.000000001Z', log: 'first' },
        { time: '2026-11-21T10:00:00.000000002Z', log: 'second' },
      ],
    });
  });

  it('the same batch again doubles nothing', async () => {
    const batch = [record('2026-11-21T09:00:00Z', 'once')];
    await write(batch);
    await write(batch);
    const found = (await (
      await query({ ...who, start_time: '2026-11-21T08:59:00Z', end_time: '2026-11-21T09:01:00Z' })
    ).json()) as { log_rows: unknown[] };
    expect(found.log_rows).toEqual([{ time: '2026-11-21T09:00:00Z', log: 'once' }]);
  });

  it('instants of any zone are found again across midnight UTC', async () => {
    await write([
      record('2026-11-21T01:30:00.5+02:00', 'before midnight'),
      record('2026-11-20T19:30:00-05:00', 'after midnight'),
    ]);
    const span = 'start_time=2026-11-21T01:00:00%2B02:00&end_time=2026-11-20T20:00:00-05:00';
    const found = (await (await query(`namespace=shop&pod_name=cart-1&container_name=cart&${span}`)).json()) as {
      log_rows: unknown[];
    };
    expect(found.log_rows).toEqual([
      { time: '2026-11-20T23:30:00.5Z', log: 'before midnight' },
      { time: '2026-11-21T00:30:00Z', log: 'after midnight' },
    ]);
  });

  it('an empty array is nothing, with 200', async () => {
    expect((await write([])).status).toBe(200);
  });

  it('a gzipped batch is read', async () => {
    const body = gzipSync(JSON.stringify([record('2026-11-21T07:00:00Z', 'packed')]));
    const response = await fetch(`${url}/write`, { method: 'POST', headers: { 'Content-Encoding': 'gzip' }, body });
    expect(response.status).toBe(200);
  });

  const without = (field: string) => ({ ...kubernetes, [field]: undefined });
  const good = record('2026-11-21T06:00:00Z', 'good');
  it.each([
    ['no JSON', 'no', 'JSON'],
    ['no array', '{}', 'array'],
    ['no namespace', [good, { ...good, kubernetes: without('namespace_name') }], 'record 1: kubernetes.namespace_name'],
    ['no pod', [{ ...good, time: 'x', kubernetes: without('pod_name') }], 'kubernetes.pod_name'],
    ['no container', [{ ...good, time: 'x', kubernetes: without('container_name') }], 'kubernetes.container_name'],
    ['no time', [good, { ...good, time: undefined }], 'record 1: time'],
    ['no such day', [{ ...good, time: '2026-02-30T00:00:00Z' }], 'time'],
    ['no kubernetes', [{ ...good, kubernetes: undefined }], 'kubernetes.namespace_name'],
  ])('%s: 400 that names it, and nothing of the batch is written', async (_, body, named) => {
    const response = await write(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      message: expect.any(String),
      detail: expect.stringContaining(named),
    });
    const found = (await (
      await query({ ...who, start_time: '2026-11-21T05:59:00Z', end_time: '2026-11-21T06:01:00Z' })
    ).json()) as { log_rows: unknown[] };
    expect(found.log_rows).toEqual([]);
  });

  const times = 'start_time=2026-11-21T00:00:00Z&end_time=2026-11-21T01:00:00Z';
  it.each([
    ['', 'namespace'],
    [`namespace=a&${times}`, 'pod_name'],
    [`namespace=a&pod_name=b&${times}`, 'container_name'],
    ['namespace=a&pod_name=b&container_name=c', 'start_time'],
    ['namespace=a&pod_name=b&container_name=c&start_time=x&end_time=y', 'start_time'],
    ['namespace=a&pod_name=b&container_name=c&start_time=2026-11-21T00:00:00Z&end_time=y', 'end_time'],
    [
      'namespace=a&pod_name=b&container_name=c&start_time=2026-11-21T00:00:00Z&end_time=2026-11-21T00:00:00Z',
      'start_time',
    ],
    [`namespace=a&namespace=b&pod_name=b&container_name=c&${times}`, 'namespace: expected 1 value, got 2'],
  ])('query %j is refused naming %s', async (params, named) => {
    const response = await query(params);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toContain(named);
  });

  it('a pod nobody knows has no lines', async () => {
    const response = await query(`namespace=a&pod_name=b&container_name=c&${times}`);
    expect([response.status, await response.json()]).toEqual([200, { log_rows: [] }]);
  });

  it('a long answer is whole', async () => {
    const lines = Array.from({ length: 12_000 }, (_, i) =>
      record(
        `2026-11-21T04:00:${String(Math.floor(i / 1000)).padStart(2, '0')}.${String(i % 1000).padStart(3, '0')}Z`,
        `line ${i}`,
      ),
    );
    expect((await write(lines)).status).toBe(200);
    const found = (await (
      await query({ ...who, start_time: '2026-11-21T04:00:00Z', end_time: '2026-11-21T04:01:00Z' })
    ).json()) as { log_rows: { log: string }[] };
    expect(found.log_rows.map(({ log }) => log)).toEqual(lines.map(({ log }) => log));
  });

  it('writes of a cluster are its own, and make it known', async () => {
    await write([record('2026-11-21T03:00:00Z', 'elsewhere')], { 'X-Mosaic-Cluster': 'edge-7' });
    const span = { start_time: '2026-11-21T02:59:00Z', end_time: '2026-11-21T03:01:00Z' };
    expect(await (await query({ ...who, ...span })).json()).toEqual({ log_rows: [] });
    expect(await (await query({ ...who, ...span }, { 'X-Mosaic-Cluster': 'edge-7' })).json()).toMatchObject({
      log_rows: [{ log: 'elsewhere' }],
    });
    expect((await store.clusters.all()).map(({ name, kind }) => [name, kind])).toContainEqual(['edge-7', 'intake']);
    expect((await write([good], { 'X-Mosaic-Cluster': 'no good name!' })).status).toBe(400);
  });

  it('health is told', async () => {
    const response = await fetch(`${url}/write`);
    expect([response.status, await response.json()]).toEqual([200, { healthy: true, detail: '' }]);
  });

  it('a store that is not ready is a 503, one that fails a 500, each with its own detail', async () => {
    const away = await opened({ store: { ...store, health: async () => ({ ok: false, detail: 'opening' }) } });
    expect((await write([good], {}, away.url)).status).toBe(503);
    const health = await fetch(`${away.url}/write`);
    expect([health.status, await health.json()]).toEqual([503, { healthy: false, detail: 'opening' }]);
    await away.close();
    const broken = await opened({
      store: { ...store, logs: { ...store.logs, file: () => Promise.reject(new Error('disk on fire')) } },
    });
    const response = await write([good], {}, broken.url);
    expect([response.status, await response.json()]).toEqual([
      500,
      { message: 'store failure', detail: 'disk on fire' },
    ]);
    await broken.close();
  });

  it('counts its requests', async () => {
    await write('no');
    expect(metrics.text()).toMatch(/total_requests\{method="POST",path="\/write",statusCode="400"\} \d+/);
    expect(metrics.text()).toMatch(/avg_response_time\{method="GET",path="\/query",statusCode="200"\} /);
  });
});

describe('every intake', () => {
  it('refuses what is too large, also when it only becomes so', async () => {
    const big = await write('x'.repeat(16 * 1024 * 1024 + 1)).catch(() => undefined);
    expect(big === undefined || big.status === 413).toBe(true);
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
    const response = await fetch(`${url}/write`, {
      method: 'POST',
      headers: { 'Content-Encoding': 'gzip' },
      body: bomb,
    });
    expect(response.status).toBe(413);
  });

  it('wants a token off loopback, and takes the one of its cluster', async () => {
    const guarded = await opened({ wantsToken: true, store });
    const { createHash } = await import('node:crypto');
    const { id: cluster } = await store.clusters.enrol({ name: 'tokened', kind: 'intake' });
    const hash = createHash('sha256').update('mit_secret').digest('hex');
    await store.tokens.add(cluster, { id: 't1', name: 'x', hash, createdAt: NOW });
    const past = createHash('sha256').update('mit_old').digest('hex');
    await store.tokens.add(cluster, { id: 't2', name: 'y', hash: past, createdAt: NOW - 10, expiresAt: NOW - 1 });
    const line = [record('2026-11-21T02:00:00Z', 'with a token')];
    expect((await write(line, {}, guarded.url)).status).toBe(401);
    expect((await write(line, { Authorization: 'Bearer mit_wrong' }, guarded.url)).status).toBe(401);
    expect((await write(line, { Authorization: 'Bearer mit_old' }, guarded.url)).status).toBe(401);
    expect((await write(line, { Authorization: 'Bearer mit_secret' }, guarded.url)).status).toBe(200);
    const kept = await store.logs.search(cluster, { from: NOW - 86_400_000, to: NOW });
    expect(kept.items.map(({ text }) => text)).toEqual(['with a token']);
    expect((await store.tokens.of(cluster)).find(({ id }) => id === 't1')?.lastUsedAt).toBe(NOW);
    await guarded.close();
  });

  it('wants a token on loopback too once somebody can sign in, to write and to read', async () => {
    const own = memoryStore({ compression: nodeCompression, now: () => NOW });
    const home = await opened({ store: own });
    const line = [record('2026-11-21T02:00:00Z', 'x')];
    await own.people.add({ id: 'u1', name: 'ann', role: 'admin', password: '', passwordAt: NOW, createdAt: NOW });
    expect((await write(line, {}, home.url)).status).toBe(401);
    expect((await fetch(`${home.url}/query?namespace=shop&pod_name=a&container_name=b`)).status).toBe(401);
    await home.close();
  });

  it('says what a path answers to', async () => {
    const response = await fetch(`${url}/write`, { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, GET']);
  });

  it('says when too many come at once', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = { ...store, logs: { ...store.logs, file: () => held } };
    const narrow = await opened({ store: slow, atOnce: 1 });
    const first = write([good()], {}, narrow.url);
    let second: Response;
    do second = await write([], {}, narrow.url);
    while (second.status === 200);
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '1']);
    release();
    expect((await first).status).toBe(200);
    await narrow.close();
  });
});

const good = () => record('2026-11-21T06:00:00Z', 'good');

describe('Prometheus remote write', () => {
  const label = (name: string, value: string) =>
    protobuf.Writer.create().uint32(10).string(name).uint32(18).string(value).finish();
  const sample = (at: number, value: number) =>
    protobuf.Writer.create().uint32(9).double(value).uint32(16).int64(at).finish();
  function request(
    series: readonly { labels: Record<string, string>; samples: readonly (readonly [number, number])[] }[],
  ): Uint8Array {
    const out = protobuf.Writer.create();
    for (const { labels, samples } of series) {
      const one = protobuf.Writer.create();
      for (const [name, value] of Object.entries(labels)) one.uint32(10).bytes(label(name, value));
      for (const [at, value] of samples) one.uint32(18).bytes(sample(at, value));
      out.uint32(10).bytes(one.finish());
    }
    return SnappyJS.compress(out.finish());
  }
  function twice(): Uint8Array {
    const one = protobuf.Writer.create();
    for (const name of ['__name__', 'job', 'job']) one.uint32(10).bytes(label(name, 'x'));
    return SnappyJS.compress(protobuf.Writer.create().uint32(10).bytes(one.finish()).finish());
  }
  const post = (body: Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/v1/write`, {
      method: 'POST',
      headers: {
        'Content-Encoding': 'snappy',
        'Content-Type': 'application/x-protobuf',
        'X-Mosaic-Cluster': 'prom',
        ...headers,
      },
      body: Buffer.from(body),
    });

  it('samples are kept under the thing they were measured on, staleness too', async () => {
    const stale = new DataView(new ArrayBuffer(8));
    stale.setBigUint64(0, 0x7ff0000000000002n);
    const response = await post(
      request([
        {
          labels: { __name__: 'http_requests_total', namespace: 'shop', pod: 'cart-1', container: 'cart', code: '200' },
          samples: [
            [NOW - 30_000, 5],
            [NOW - 15_000, 7.5],
            [NOW, stale.getFloat64(0)],
          ],
        },
        { labels: { __name__: 'up', job: 'node', instance: '10.0.0.1:9100' }, samples: [[NOW, 1]] },
      ]),
    );
    expect(response.status).toBe(204);
    const cluster = (await store.clusters.all()).find(({ name }) => name === 'prom')?.id ?? 0;
    const [series] = await store.metrics.samples(cluster, {
      from: NOW - 60_000,
      to: NOW,
      entities: ['Pod:shop:cart-1/cart'],
    });
    expect(series).toEqual({
      ...{ entity: 'Pod:shop:cart-1/cart', metric: 'http_requests_total', kind: 'counter', labels: { code: '200' } },
      at: [NOW - 30_000, NOW - 15_000, NOW],
      values: [5, 7.5, Number.NaN],
    });
    const [up] = await store.metrics.samples(cluster, { from: NOW - 60_000, to: NOW, entities: ['Target:*'] });
    expect(up).toMatchObject({ entity: 'Target::node/10.0.0.1:9100', metric: 'up', values: [1] });
  });

  it.each([
    ['no snappy', Buffer.from('rubbish that is no snappy block'), 400],
    ['no protobuf', SnappyJS.compress(Buffer.from([0x0a, 0xff, 0x01])), 400],
    ['a name missing', request([{ labels: { job: 'x' }, samples: [[NOW, 1]] }]), 400],
    ['an instant before all time', request([{ labels: { __name__: 'x' }, samples: [[-5, 1]] }]), 400],
    ['nothing', request([]), 204],
    ['a label twice', twice(), 400],
    ['one that says it becomes 2 GiB', Buffer.from([0x80, 0x80, 0x80, 0x80, 0x08, 0x61]), 413],
  ])('%s', async (_, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  it('another version is refused by name', async () => {
    const type = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';
    expect((await post(request([]), { 'Content-Type': type })).status).toBe(415);
  });
});

describe('OTLP over HTTP', () => {
  const resource = {
    attributes: Object.entries({
      'k8s.namespace.name': 'shop',
      'k8s.pod.name': 'web-1',
      'k8s.pod.uid': 'uid-web',
      'k8s.container.name': 'web',
      'k8s.deployment.name': 'web',
    }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  };
  const nano = (ms: number) => `${BigInt(ms) * 1_000_000n + 42n}`;
  const post = (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Mosaic-Cluster': 'otel' },
      body: JSON.stringify(body),
    });
  const clusterId = async () => (await store.clusters.all()).find(({ name }) => name === 'otel')?.id ?? 0;

  it('log records become lines of their container', async () => {
    const records = [
      { timeUnixNano: nano(NOW), severityNumber: 17, body: { stringValue: 'it broke' } },
      {
        observedTimeUnixNano: nano(NOW + 1),
        body: { kvlistValue: { values: [{ key: 'a', value: { intValue: '7' } }] } },
      },
    ];
    const response = await post('/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords: records }] }] });
    expect([response.status, await response.json()]).toEqual([200, {}]);
    const { items } = await store.logs.search(await clusterId(), { from: NOW, to: NOW + 10 });
    expect(items).toMatchObject([
      { text: 'it broke', level: 'error', nanos: 42, from: { pod: 'web-1', workload: 'Deployment/web' } },
      { text: '{"a":7}' },
    ]);
  });

  it('points become series, a cumulative sum a counter, a histogram its buckets', async () => {
    const point = { timeUnixNano: nano(NOW), attributes: [{ key: 'route', value: { stringValue: '/' } }] };
    const metrics_ = [
      { name: 'queue', gauge: { dataPoints: [{ ...point, asDouble: 1.5 }] } },
      {
        name: 'served',
        unit: '1',
        sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ ...point, asInt: '12' }] },
      },
      {
        name: 'took',
        unit: 's',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [{ ...point, count: '3', sum: 4.5, bucketCounts: ['1', '1', '1'], explicitBounds: [0.5, 1] }],
        },
      },
    ];
    const response = await post('/v1/metrics', {
      resourceMetrics: [{ resource, scopeMetrics: [{ metrics: metrics_ }] }],
    });
    expect(response.status).toBe(200);
    const found = await store.metrics.samples(await clusterId(), {
      from: NOW,
      to: NOW,
      entities: ['Pod:shop:web-1/web'],
    });
    const told = found.map(({ metric, kind, labels, values }) => [metric, kind, labels.le ?? labels.route, values[0]]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['queue', 'gauge', '/', 1.5],
        ['served', 'counter', '/', 12],
        ['took_count', 'counter', '/', 3],
        ['took_bucket', 'counter', '0.5', 1],
        ['took_bucket', 'counter', '1', 2],
        ['took_bucket', 'counter', '+Inf', 3],
      ]),
    );
  });

  it('client spans become calls with their rate, errors and latency', async () => {
    const span = (ms: number, code: number) => ({
      ...{ kind: 3, startTimeUnixNano: nano(NOW), endTimeUnixNano: nano(NOW + ms), status: { code } },
      attributes: [
        { key: 'server.address', value: { stringValue: 'cart.shop.svc' } },
        { key: 'server.port', value: { intValue: '8080' } },
        { key: 'http.request.method', value: { stringValue: 'GET' } },
      ],
    });
    const spans = [span(10, 0), span(30, 2), { kind: 1, startTimeUnixNano: nano(NOW), endTimeUnixNano: nano(NOW) }];
    const response = await post('/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
    expect(response.status).toBe(200);
    const [flow] = await store.connections.between(await clusterId(), { from: NOW, to: NOW });
    expect(flow).toMatchObject({
      ...{
        side: 'client',
        method: 'spans',
        client: { podUid: 'uid-web' },
        server: { name: 'cart.shop.svc', port: 8080 },
      },
      requests: { count: 2, errors: 1, p95: 30, max: 30, system: 'http' },
    });
  });

  it('a client’s span and the one that answered it tell both ends, whoever sent them', async () => {
    const later = NOW + 60_000;
    const named = (values: Readonly<Record<string, string>>) =>
      Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const made = (pod: string, change: object) => ({
      resource: {
        attributes: named({
          'k8s.namespace.name': 'shop',
          'k8s.pod.name': pod,
          'k8s.deployment.name': pod.slice(0, -2),
        }),
      },
      scopeSpans: [
        { spans: [{ traceId: 'a1', startTimeUnixNano: nano(later), endTimeUnixNano: nano(later + 5), ...change }] },
      ],
    });
    const asked = made('web-1', {
      spanId: 'b1',
      kind: 'SPAN_KIND_CLIENT',
      attributes: named({ 'server.port': '8080' }),
    });
    const answered = made('cart-1', {
      spanId: 'b2',
      parentSpanId: 'b1',
      kind: 2,
      status: { code: 'STATUS_CODE_ERROR' },
    });
    const internal = made('cart-1', { spanId: 'b3', parentSpanId: 'b2', kind: 1 });
    expect((await post('/v1/traces', { resourceSpans: [asked, answered, internal] })).status).toBe(200);
    const flows = await store.connections.between(await clusterId(), { from: later, to: later });
    const client = { port: 0, told: { namespace: 'shop', pod: 'web-1', workload: 'Deployment/web' } };
    const server = { port: 8080, told: { namespace: 'shop', pod: 'cart-1', workload: 'Deployment/cart' } };
    expect(flows).toHaveLength(2);
    expect(flows.find(({ side }) => side === 'client')).toMatchObject({
      client,
      server,
      requests: { count: 1, errors: 0 },
    });
    expect(flows.find(({ side }) => side === 'server')).toMatchObject({
      client,
      server,
      requests: { count: 1, errors: 1 },
    });
  });

  it.each([
    ['the caller first', 120_000],
    ['the one that answered first', 180_000],
  ])('halves of a call that come in requests of their own tell both ends: %s', async (order, after) => {
    const later = NOW + after;
    const half = (workload: string, about: object) => ({
      resource: {
        attributes: [
          { key: 'k8s.namespace.name', value: { stringValue: 'shop' } },
          { key: 'k8s.deployment.name', value: { stringValue: workload } },
        ],
      },
      scopeSpans: [
        {
          spans: [{ traceId: `t${after}`, startTimeUnixNano: nano(later), endTimeUnixNano: nano(later + 5), ...about }],
        },
      ],
    });
    const halves = [
      half('web', { spanId: 'c1', kind: 3 }),
      half('cart', { spanId: 'c2', parentSpanId: 'c1', kind: 2 }),
    ];
    if (order !== 'the caller first') halves.reverse();
    for (const one of halves) expect((await post('/v1/traces', { resourceSpans: [one] })).status).toBe(200);
    const flows = await store.connections.between(await clusterId(), { from: later, to: later });
    expect(flows.map(({ side }) => side).sort()).toEqual(['client', 'server']);
    for (const { client, server } of flows)
      expect([client.told?.workload, server.told?.workload]).toEqual(['Deployment/web', 'Deployment/cart']);
  });

  it.each([
    ['/v1/logs', '[]'],
    ['/v1/metrics', '"x"'],
    ['/v1/traces', '{'],
    ['/v1/logs', '{"resourceLogs":5}'],
    ['/v1/logs', '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"yesterday"}]}]}]}'],
    ['/v1/logs', '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"-5"}]}]}]}'],
    ['/v1/metrics', '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":7}]}]}]}'],
    ['/v1/traces', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":{}}]}]}]}'],
  ])('%s refuses %s', async (path, body) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
  });

  it('another type is refused', async () => {
    expect(
      (await fetch(`${url}/v1/logs`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'x' })).status,
    ).toBe(415);
  });
});
