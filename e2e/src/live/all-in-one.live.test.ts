import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterAnswer, TimelineAnswer, TopologyAnswer } from '@mosaic/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deploymentBreaks } from '../journey/deployment-breaks.ts';
import { apiAt, eventually } from '../journey/http.ts';
import { kubectlOn } from '../journey/kubectl.ts';
import { freePort, type Running, ready, run } from './processes.ts';

const data = mkdtempSync(join(tmpdir(), 'mosaic-all-in-one-'));
const kubeconfig = join(data, 'playground.kubeconfig');
let port = 0;
let running: Running;
let startedInMs = 0;
const api = () => apiAt(`http://127.0.0.1:${port}`);
const start = async (): Promise<number> => {
  const began = performance.now();
  running = run('mosaic', { MOSAIC_DATA: data, MOSAIC_CLUSTERS: 'playground', PORT: String(port) }, ['start']);
  await ready(`http://127.0.0.1:${port}`, running);
  return performance.now() - began;
};

beforeAll(async () => {
  port = await freePort();
  startedInMs = await start();
});
afterAll(async () => {
  await running.stop();
  rmSync(data, { recursive: true, force: true });
});

test('the first start is ready with a day of past within two minutes', async () => {
  console.log(`first start: ${Math.round(startedInMs)} ms`);
  expect(startedInMs).toBeLessThan(120_000);
  const { items } = await api().get<{ items: readonly ClusterAnswer[] }>('/api/v1/clusters');
  expect(items.map(({ name }) => name).sort()).toEqual(['eu-1', 'platform-1']);
});

test('the shop broke at 03:12 of the last night, and the timeline says so', async () => {
  const timeline = await api().get<TimelineAnswer>('/api/v1/timeline?from=now-24h&to=now');
  expect(timeline.incidents.length).toBeGreaterThanOrEqual(4);
  const night = lastNightAt(3, 12);
  if (Date.now() - night > 24 * 3_600_000 - 600_000) return; // at 03:12 itself the night before has just left the window
  expect(
    timeline.incidents.some(
      ({ from, title }) => Math.abs(Date.parse(from) - night) < 15 * 60_000 && title.includes('checkout'),
    ),
  ).toBe(true);
});

test('what was deleted is there at a moment when it lived', async () => {
  const then = await api().get<TopologyAnswer>('/api/v1/topology?at=now-20h');
  const now = await api().get<TopologyAnswer>('/api/v1/topology');
  const nowIds = new Set(now.nodes.map(({ id }) => id));
  const gone = then.nodes.filter(({ id, kind }) => kind === 'Deployment' && !nowIds.has(id));
  expect(gone.length).toBeGreaterThan(0);
});

test('a Deployment breaks: the change, its past and the stream', async () => {
  await eventually('the playground has told kubectl where it is', async () =>
    existsSync(kubeconfig) ? true : undefined,
  );
  await deploymentBreaks({ api: api(), cluster: 'eu-1', kubectl: kubectlOn(kubeconfig, 'eu-1') });
});

test('a second process on the same data says who has it', async () => {
  const second = run('mosaic', { MOSAIC_DATA: data, MOSAIC_CLUSTERS: 'playground', PORT: String(await freePort()) }, [
    'start',
  ]);
  await eventually('it ends', async () => (second.child.exitCode === null ? undefined : true));
  expect(second.child.exitCode).not.toBe(0);
  expect(second.output()).toContain(String(running.child.pid));
});

test('a busy port says what to do', async () => {
  const other = mkdtempSync(join(tmpdir(), 'mosaic-busy-'));
  const second = run('mosaic', { MOSAIC_DATA: other, MOSAIC_CLUSTERS: 'playground', PORT: String(port) }, ['start']);
  await eventually('it ends', async () => (second.child.exitCode === null ? undefined : true));
  expect(second.output()).toMatch(/--port/);
  rmSync(other, { recursive: true, force: true });
});

test('a second start on the same data finds yesterday, and is quick', async () => {
  await running.stop();
  const ms = await start();
  console.log(`second start: ${Math.round(ms)} ms`);
  expect(ms).toBeLessThan(Math.max(15_000, startedInMs / 2)); // of a machine that is slow today
  const { nodes } = await api().get<TopologyAnswer>('/api/v1/topology?at=now-20h');
  expect(nodes.length).toBeGreaterThan(20);
});

test('after kill -9 nothing that was told is missing', async () => {
  const before = await api().get<TopologyAnswer>('/api/v1/topology?at=now-30m');
  await running.kill();
  await start();
  const after = await api().get<TopologyAnswer>(`/api/v1/topology?at=${before.at}`);
  expect(after.nodes.map(({ id, health }) => [id, health]).sort()).toEqual(
    before.nodes.map(({ id, health }) => [id, health]).sort(),
  );
});

function lastNightAt(hour: number, minute: number): number {
  const night = new Date();
  night.setUTCHours(hour, minute, 0, 0);
  return night.getTime() > Date.now() - 3_600_000 ? night.getTime() - 24 * 3_600_000 : night.getTime();
}
