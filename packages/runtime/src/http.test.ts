import type { Readiness } from '@mosaic/wire';
import { afterEach, expect, test } from 'vitest';
import { type HealthServer, healthServer, readinessOf } from './http.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());

async function served(health: () => Promise<Readiness>, metrics: () => string = () => 'up 1\n'): Promise<string> {
  server = await healthServer({ port: 0, health, metrics });
  return server.url;
}
const ok: Readiness = { status: 'ok', dependencies: { store: { status: 'ok' } } };

test('a process that is ready says so, and its metrics as Prometheus text', async () => {
  const url = await served(async () => ok);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  const ready = await fetch(`${url}/readyz?verbose`);
  expect([ready.status, await ready.json()]).toEqual([200, ok]);
  const metrics = await fetch(`${url}/metrics`);
  expect([metrics.headers.get('content-type'), await metrics.text()]).toEqual([
    'text/plain; version=0.0.4; charset=utf-8',
    'up 1\n',
  ]);
  expect((await fetch(`${url}/other`)).status).toBe(404);
});

test('a process whose store is away lives but is not ready, and says which dependency', async () => {
  const url = await served(() =>
    readinessOf({
      store: async () => ({ ok: false, detail: 'no host answers' }),
      transport: async () => ({ ok: true }),
      disk: () => Promise.reject(new Error('gone')),
    }),
  );
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, ready.headers.get('retry-after'), await ready.json()]).toEqual([
    503,
    '5',
    {
      status: 'unavailable',
      dependencies: {
        store: { status: 'unavailable', detail: 'no host answers' },
        transport: { status: 'ok' },
        disk: { status: 'unavailable', detail: 'gone' },
      },
    },
  ]);
});

test('a check or a metric that throws is an answer, not a crash', async () => {
  const url = await served(
    () => Promise.reject(new Error('broken check')),
    () => {
      throw new Error('broken metric');
    },
  );
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  const metrics = await fetch(`${url}/metrics`);
  expect([metrics.status, await metrics.text()]).toEqual([500, 'broken metric\n']);
});

test('an address in use is told', async () => {
  await served(async () => ok);
  await expect(healthServer({ port: server?.port ?? 0, health: async () => ok, metrics: () => '' })).rejects.toThrow(
    'EADDRINUSE',
  );
});
