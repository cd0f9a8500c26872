import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shopEstate } from './catalog/setup.ts';
import { furnishedCluster } from './cluster.ts';
import { loadCluster } from './load.ts';
import { logsOf } from './logs.ts';
import { playground } from './playground.ts';
import { settingsFrom } from './settings.ts';
import type { Incident } from './story/incidents.ts';
import { beginLive, life } from './story/life.ts';
import { storyTeller } from './story/ops.ts';
import { lab, webDeployment } from './testing.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playground-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);
const SHORT = { seed: 3, historyHours: 1 } as const;
const uidsOf = (world: { all(table: 'Pod'): Iterable<{ metadata: { uid: string } }> }): string[] =>
  [...world.all('Pod')].map(({ metadata }) => metadata.uid).sort();

test('a second start goes on with the same world and tells no past again', async () => {
  let now = NOW;
  const first = await playground({ ...SHORT, now: () => now, stateDir: folder });
  expect(first.isFresh).toBe(true);
  await first.start();
  await first.stop();
  const [a] = first.clusters;
  now += 3_600_000;
  const begun = performance.now();
  const second = await playground({ now: () => now, stateDir: folder });
  expect(performance.now() - begun).toBeLessThan(1_500);
  const [b] = second.clusters;
  expect(second.isFresh).toBe(false);
  expect(b && uidsOf(b.world)).toEqual(a && uidsOf(a.world));
  expect(b?.world.version).toBe(a?.world.version);
  expect(b?.kubeSystemUid).toBe(a?.kubeSystemUid);
  let told = 0;
  await b?.backfill({ observe: () => told++, event: () => told++, tick: () => {} });
  expect(told).toBe(0);
  expect(() => b?.world.changesAfter((a?.world.version ?? 0) - 50)).toThrow(/too old/);
});

test('a saved file that cannot be read means a new world, and says so', async () => {
  await writeFile(join(folder, 'playground.json.zst'), 'not a world');
  const warned: string[] = [];
  const log = { warn: (event: string) => warned.push(event), error: () => {} };
  const world = await playground({ ...SHORT, now: () => NOW, stateDir: folder, log });
  expect(world.isFresh).toBe(true);
  expect(warned).toHaveLength(1);
});

test('the clusters answer over HTTP, and what is forbidden is forbidden', async () => {
  const world = await playground({
    ...SHORT,
    now: () => NOW,
    forbid: ['secrets'],
    forbidTo: { intern: ['configmaps'] },
  });
  await world.start();
  try {
    const url = world.clusters[0]?.url ?? '';
    const read = async (path: string) => {
      const answer = await fetch(`${url}${path}`);
      return { status: answer.status, body: (await answer.json()) as { items?: { kind?: string; spec?: unknown }[] } };
    };
    expect((await read('/api/v1/namespaces/shop/pods')).body.items?.length).toBeGreaterThan(20);
    expect((await read('/api/v1/secrets')).status).toBe(403);
    expect((await read('/api/v1/configmaps')).status).toBe(200);
    const asIntern = await fetch(`${url}/api/v1/configmaps`, { headers: { 'impersonate-user': 'intern' } });
    expect(asIntern.status).toBe(403);
    expect((await read('/apis/events.k8s.io/v1/events')).body.items?.length).toBeGreaterThan(5);
    expect((await read('/apis/cert-manager.io/v1/certificates')).status).toBe(404);
    const platform = await fetch(`${world.clusters[1]?.url}/apis/cert-manager.io/v1/certificates`);
    expect(((await platform.json()) as { items: unknown[] }).items).toHaveLength(3);
  } finally {
    await world.stop();
  }
});

test('a load cluster has as many objects as asked for and changes as often', () => {
  const load = loadCluster({ seed: 1, at: NOW, objects: 5_000, changesPerS: 200 });
  expect(load.world.size).toBeGreaterThanOrEqual(5_000);
  expect(load.world.size).toBeLessThan(5_050);
  const before = load.world.version;
  load.advance(NOW + 10_000);
  expect(load.world.version - before).toBeGreaterThan(1_900);
  expect(load.world.version - before).toBeLessThan(2_100);
  const pods = [...load.world.all('Pod')];
  expect(pods.every(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'ReplicaSet')).toBe(true);
  expect(new Set(pods.map(({ metadata }) => metadata.namespace)).size).toBeGreaterThan(3);
});

test('live, something visible happens every minute, and incidents come within the half hour and heal', () => {
  const begun: Incident[] = [];
  const sim = furnishedCluster(
    { name: 'eu-1', seed: 9, at: NOW, more: [storyTeller, life((_sim, one) => begun.push(one))] },
    shopEstate,
  );
  beginLive(sim);
  const from = sim.now();
  const minutes = new Set<number>();
  sim.world.listen(({ at, table }) => {
    if (['Pod', 'Deployment', 'ReplicaSet', 'Job'].includes(table)) minutes.add(Math.floor((at - from) / 60_000));
  });
  sim.advance(from + 4 * 3_600_000);
  expect(minutes.size).toBeGreaterThanOrEqual(240);
  expect(begun.length).toBeGreaterThanOrEqual(7);
  sim.timers.drop(({ what }) => what === 'incident' || what === 'life');
  sim.advance(sim.now() + 30 * 60_000);
  for (const dep of sim.world.inNamespace('Deployment', 'shop'))
    expect([dep.metadata.name, dep.status.readyReplicas]).toEqual([dep.metadata.name, dep.spec.replicas]);
});

const collect = async (lines: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
};

test('a log says the same whenever it is asked, and a crash leaves its last words for --previous', async () => {
  const { sim, apply, pass, pods } = lab();
  apply(webDeployment('web', { replicas: 1, image: 'shop/web:1.0.0' }));
  apply(webDeployment('bad', { replicas: 1, image: 'shop/bad:broken' }));
  pass(120);
  const [bad, web] = [...pods()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  if (!web || !bad) throw new Error('two pods were made');
  const { signal } = new AbortController();
  const once = await collect(logsOf(sim, web, {}, signal));
  expect(once.length).toBeGreaterThan(20);
  expect(await collect(logsOf(sim, web, { tailLines: 5 }, signal))).toEqual(once.slice(-5));
  const last = await collect(logsOf(sim, bad, { previous: true }, signal));
  expect(last.join('\n')).toContain('TypeError');
  const [stamped = ''] = await collect(logsOf(sim, web, { timestamps: true, tailLines: 1 }, signal));
  expect(stamped).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /);
  await expect(collect(logsOf(sim, web, { previous: true }, signal))).rejects.toThrow(/previous terminated container/);
});

test('settings that are wrong are reported all at once', () => {
  expect(() => settingsFrom({ PORT: 'x', PLAYGROUND_OBJECTS: '-1' })).toThrow(
    /PORT is "x".*\n.*PLAYGROUND_OBJECTS is "-1"/s,
  );
  expect(settingsFrom({}).historyHours).toBe(24);
});
