import { afterEach, expect, test } from 'vitest';
import { deriverApp } from './app.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

test('the application answers the probes of its deriver', async () => {
  const app = await deriverApp({
    health: async () => ({ status: 'unavailable', dependencies: { store: { status: 'unavailable' } } }),
    metrics: () => 'mosaic_deriver_chunks_total 1\n',
  });
  close = () => app.close();
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'unavailable', dependencies: { store: { status: 'unavailable' } } },
  ]);
  const metrics = await fetch(`${url}/metrics`);
  expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await metrics.text()).toBe('mosaic_deriver_chunks_total 1\n');
  expect((await fetch(`${url}/nowhere`)).status).toBe(404);
});
