// What users already run, unchanged, against the intakes: Prometheus' own remote write, OpenTelemetry's own SDK.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrometheus } from '@mosaic/dev';
import type { ClusterAnswer, LogsAnswer, MetricQueryAnswer, MetricSeriesAnswer } from '@mosaic/wire';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiAt, eventually } from '../journey/http.ts';
import { freePort, type Running, ready, run } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'mosaic-senders-'));
let mosaic: Running;
let url = '';
let prometheus: ChildProcess | undefined;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const env = { MOSAIC_DATA: join(folder, 'data'), MOSAIC_CLUSTERS: 'playground', PLAYGROUND_HISTORY_H: '0' };
  mosaic = run('mosaic', { ...env, PORT: String(port) }, ['start']);
  await ready(url, mosaic);
});
afterAll(async () => {
  prometheus?.kill();
  await mosaic.stop();
  rmSync(folder, { recursive: true, force: true });
});

const clusterId = async (name: string): Promise<number | undefined> =>
  (await apiAt(url).get<{ items: readonly ClusterAnswer[] }>('/api/v1/clusters')).items.find((one) => one.name === name)
    ?.id;

test('Prometheus writes what it scrapes, to the cluster of its token', async () => {
  const port = await freePort();
  const id = await clusterId('eu-1');
  const made = await fetch(`${url}/api/v1/clusters/${id}/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'prometheus' }),
  });
  const { token } = (await made.json()) as { readonly token: string };
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: self
    static_configs: [{ targets: ["127.0.0.1:${port}"], labels: { namespace: monitoring, pod: prometheus-0, container: prometheus } }]
remote_write:
  - url: ${url}/api/v1/write
    authorization: { credentials: ${token} }
    queue_config: { batch_send_deadline: 1s }
`,
  );
  const program = await findPrometheus();
  let said = '';
  prometheus = spawn(program, [
    ...[`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`],
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  prometheus.stderr?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const entity = encodeURIComponent(`${id}:Pod:monitoring:prometheus-0/prometheus`);
  const metric = 'prometheus_tsdb_head_samples_appended_total';
  const found = await eventually('its samples', async () => {
    const asked = `/api/v1/metrics/query?entity=${entity}&metric=${metric}&from=now-5m&to=now&step=15s`;
    const { series } = await apiAt(url).get<MetricQueryAnswer>(asked);
    return series[0]?.values.some((value) => value !== null && value > 0) ? series : undefined;
  });
  expect(found[0]?.kind).toBe('counter');
  const { items } = await apiAt(url).get<MetricSeriesAnswer>(
    `/api/v1/metrics/series?entity=${entity}&from=now-5m&to=now&limit=1000`,
  );
  expect(items.length).toBeGreaterThan(100);
  expect(said).not.toMatch(/level=(error|warn).*remote/);
});

test('an application with the OpenTelemetry SDK: its logs, its metrics and whom it calls', async () => {
  const headers = { 'X-Mosaic-Cluster': 'by-otel' };
  const resource = resourceFromAttributes({
    'k8s.namespace.name': 'shop',
    'k8s.pod.name': 'checkout-1',
    'k8s.pod.uid': '11111111-2222-3333-4444-555555555555',
    'k8s.container.name': 'checkout',
    'k8s.deployment.name': 'checkout',
    'service.name': 'checkout',
  });
  const logs = new LoggerProvider({
    resource,
    processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${url}/v1/logs`, headers }) })],
  });
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: `${url}/v1/metrics`, headers }),
    exportIntervalMillis: 1_000,
    exportTimeoutMillis: 900,
  });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const tracers = new TracerProvider({
    resource,
    spanProcessors: [
      new SimpleSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${url}/v1/traces`, headers }) }),
    ],
  });
  const logger = logs.getLogger('app');
  logger.emit({ severityText: 'ERROR', severityNumber: 17, body: 'payment 4711 refused', timestamp: Date.now() });
  meters.getMeter('app').createCounter('orders', { unit: '1' }).add(3);
  const tracer = tracers.getTracer('app');
  const span = tracer.startSpan('GET /cart', {
    kind: SpanKind.CLIENT,
    attributes: { 'http.request.method': 'GET', 'server.address': 'cart.example', 'server.port': 8080 },
  });
  context.with(trace.setSpan(context.active(), span), () => span.end());
  await Promise.all([logs.forceFlush(), meters.forceFlush(), tracers.forceFlush()]);

  const id = await eventually('the cluster', () => clusterId('by-otel'));
  const line = await eventually('the line', async () => {
    const { items } = await apiAt(url).get<LogsAnswer>(
      '/api/v1/logs?cluster=by-otel&namespace=shop&pod=checkout-1&from=now-5m&to=now',
    );
    return items.find((one) => one.line.includes('4711'));
  });
  expect([line.level, line.container]).toEqual(['error', 'checkout']);
  const entity = encodeURIComponent(`${id}:Pod:shop:checkout-1/checkout`);
  await eventually('the counter', async () => {
    const { items } = await apiAt(url).get<MetricSeriesAnswer>(
      `/api/v1/metrics/series?entity=${entity}&from=now-5m&to=now`,
    );
    return items.some(({ metric }) => metric.startsWith('orders')) ? true : undefined;
  });
  await meters.shutdown();
});
