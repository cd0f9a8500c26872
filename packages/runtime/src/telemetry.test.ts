import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { metricsRegistry } from './metrics.ts';
import { noTelemetry, telemetry } from './telemetry.ts';

/** Keeps what an OTLP/HTTP collector is sent, by path. */
async function collector() {
  const seen = new Map<string, string>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = request.url ?? '';
      seen.set(path, (seen.get(path) ?? '') + Buffer.concat(parts).toString('latin1'));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return { url: `http://127.0.0.1:${port}`, seen, close: () => server.close() };
}

test('off, a span is a plain call and nothing is loaded', async () => {
  const off = await telemetry({ name: 'x', version: '1' }, {});
  expect(off).toBe(noTelemetry);
  expect(await off.span('work', async () => 3)).toBe(3);
  expect(off.traceparent()).toBeUndefined();
});

test('on, spans and metrics reach the collector, and a chunk carries its trace across processes', async () => {
  const { url, seen, close } = await collector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = url; // the exporters read the process's own environment
  process.env.OTEL_EXPORTER_OTLP_PROTOCOL = 'http/json';
  const on = await telemetry({ name: 'mosaic-test', version: '9' });
  const registry = metricsRegistry();
  registry.counter('mosaic_test_total', 'tests').add(5);
  registry.histogram('mosaic_took_seconds', 'time').observe(2);
  on.exportMetrics(registry);

  const parent = await on.span('seal', async () => on.traceparent());
  expect(parent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  const options = { attributes: { cluster: 1 }, ...(parent !== undefined && { parent }) };
  const failed = on.span('file', () => Promise.reject(new Error('disk is full')), options);
  await expect(failed).rejects.toThrow('disk is full');
  await on.stop();
  close();

  const traces = seen.get('/v1/traces') ?? '';
  for (const told of ['mosaic-test', '"seal"', '"file"', 'disk is full', parent?.split('-')[1] ?? 'none'])
    expect(traces).toContain(told);
  const metrics = seen.get('/v1/metrics') ?? '';
  for (const told of ['mosaic_test_total', 'mosaic_took_seconds_sum']) expect(metrics).toContain(told);
});

test('a collector that has gone does not keep the process from ending', async () => {
  const gone = await telemetry({ name: 'x', version: '1' }, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  await expect(gone.stop()).resolves.toBeUndefined();
});
