// What may happen to a data folder: a second process, a power cut, a full disk, old age.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { nodeCompression } from '@mosaic/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import {
  born,
  CONTRACT_NOW,
  checkpoint,
  DAY,
  delta,
  fileAll,
  HOUR,
  MINUTE,
  podOf,
  revision,
  uidOf,
} from '../contract/values.ts';
import { DEFAULT_RETENTION } from '../keeping.ts';
import { CannotWrite, type Store } from '../port.ts';
import { FolderInUse } from './embedded/folder-lock.ts';
import { type EmbeddedStoreOptions, embeddedStore } from './embedded.ts';

const folders: string[] = [];
const freshFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-store-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const open = (folder: string, over: Partial<EmbeddedStoreOptions> = {}) =>
  embeddedStore({ folder, compression: nodeCompression, now: () => CONTRACT_NOW, commitAfterMs: 0, ...over });

const CHILD = new URL('../testing/embedded-child.ts', import.meta.url).pathname;
const child = (folder: string, task: string) =>
  spawn(process.execPath, ['--conditions=@mosaic/source', '--no-warnings', CHILD, folder, task], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });

describe('one process per data folder', () => {
  test('a second start says which process has the folder and where its page is', async () => {
    const folder = freshFolder();
    const holder = await open(folder);
    holder.announce('http://127.0.0.1:9000');
    const refused = open(folder);
    await expect(refused).rejects.toThrow(FolderInUse);
    await expect(refused).rejects.toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:9000' });
    await holder.close();
    await (await open(folder)).close();
  });

  test('another process is refused too, and one that died leaves no lock behind', async () => {
    const folder = freshFolder();
    const other = child(folder, 'hold');
    for await (const line of createInterface(other.stdout)) if (line === 'open') break;
    await expect(open(folder)).rejects.toMatchObject({ name: 'FolderInUse', pid: other.pid });
    const ended = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await ended;
    await (await open(folder)).close();
  });
});

test('kill -9 in the middle of writing loses nothing acknowledged and doubles nothing', async () => {
  const folder = freshFolder();
  const writer = child(folder, 'write');
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  const acknowledged: number[] = [];
  for await (const line of createInterface(writer.stdout)) {
    if (line.startsWith('ack ')) acknowledged.push(Number(line.slice(4)));
    if (acknowledged.length === 120) writer.kill('SIGKILL');
  }
  await ended;
  const store = await open(folder);
  const [cluster] = await store.clusters.all();
  const span = { from: CONTRACT_NOW - HOUR, to: CONTRACT_NOW };
  const { items } = await store.objects.history(cluster?.id ?? 0, uidOf(1), span, { limit: 10_000 });
  const kept = items.map(({ rv }) => rv);
  expect(new Set(kept).size).toBe(kept.length);
  expect(acknowledged.length).toBeGreaterThanOrEqual(120);
  expect(acknowledged.filter((rv) => !kept.includes(rv))).toEqual([]);
  await store.close();
});

describe('a full disk', () => {
  const one = (rv: number) =>
    revision({ at: CONTRACT_NOW - HOUR + rv, rv, json: Array.from({ length: 3000 }, () => Math.random()).join() });

  test('refuses writes by name, keeps serving reads and loses nothing that was acknowledged', async () => {
    const folder = freshFolder();
    const store = await open(folder, { mostPages: 24 });
    const { id } = await store.clusters.enrol({ name: 'c', kind: 'kubernetes' });
    const acknowledged: number[] = [];
    let refusal: unknown;
    for (let rv = 1; rv < 60 && refusal === undefined; rv++) {
      await store.objects.write(id, [one(rv)], CONTRACT_NOW).then(
        () => acknowledged.push(rv),
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toBeInstanceOf(CannotWrite);
    expect(String(refusal)).toContain('full');
    const kept = await store.objects.history(id, uidOf(1), { from: 0, to: CONTRACT_NOW }, { bodies: true });
    expect(kept.items.map(({ rv }) => rv).reverse()).toEqual(acknowledged);
    await store.close();
    const roomy = await open(folder);
    await roomy.objects.write(id, [one(1000)], CONTRACT_NOW);
    expect(await roomy.objects.at(id, uidOf(1), CONTRACT_NOW)).toMatchObject({ rv: 1000 });
    await roomy.close();
  });

  test('refuses only the writes that do not fit when several share a commit', async () => {
    const store = await open(freshFolder(), { mostPages: 24, commitAfterMs: 20 });
    const { id } = await store.clusters.enrol({ name: 'c', kind: 'kubernetes' });
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => store.objects.write(id, [one(n + 1)], CONTRACT_NOW)),
    );
    const fulfilled = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n + 1] : []));
    expect(fulfilled.length).toBeGreaterThan(0);
    expect(fulfilled.length).toBeLessThan(40);
    const kept = await store.objects.history(id, uidOf(1), { from: 0, to: CONTRACT_NOW });
    expect(kept.items.map(({ rv }) => rv).sort((a, b) => a - b)).toEqual(fulfilled);
    await store.close();
  });
});

describe('retention', () => {
  const pods = [0, 1, 2].map((n) => podOf(n));
  async function days(store: Store, count: number): Promise<number> {
    const { id } = await store.clusters.enrol({ name: 'c', kind: 'kubernetes' });
    for (let day = 0; day < count; day++) {
      const at = CONTRACT_NOW - day * DAY - HOUR;
      await fileAll(store, checkpoint(id, { at, slims: pods }));
      await store.objects.write(id, [revision({ at, rv: 100 - day, json: '{}' })], at);
    }
    return id;
  }

  test('whole days go by age, and what is asked before them is not kept', async () => {
    let now = CONTRACT_NOW;
    const store = await open(freshFolder(), { now: () => now });
    const id = await days(store, 6);
    now += 11 * DAY;
    const { removedBytes } = await store.upkeep.sweep(now);
    expect(removedBytes).toBeGreaterThan(0);
    const left = new Set((await store.upkeep.usage()).map(({ day }) => day));
    expect([...left].sort()).toEqual(['2026-03-07', '2026-03-08', '2026-03-09', '2026-03-10']);
    await expect(store.objects.at(id, uidOf(1), now - 15 * DAY)).rejects.toMatchObject({ name: 'NotKept' });
    expect(await store.objects.at(id, uidOf(1), now)).toMatchObject({ rv: 100 });
    await store.close();
  });

  test('the oldest days go first when there are too many bytes, and the state of today stays', async () => {
    const folder = freshFolder();
    const measured = await open(folder);
    const id = await days(measured, 6);
    await measured.close();
    const store = await open(folder, {
      retention: { ...DEFAULT_RETENTION, bytes: 1 },
    });
    await store.upkeep.sweep(CONTRACT_NOW);
    expect([...new Set((await store.upkeep.usage()).map(({ day }) => day))]).toEqual(['2026-03-10']);
    await expect(store.state.at(id, CONTRACT_NOW - 2 * DAY)).rejects.toMatchObject({ keptFrom: Date.UTC(2026, 2, 10) });
    expect((await store.state.at(id, CONTRACT_NOW)).objects.size).toBe(3);
    await store.close();
  });

  test('the last state of a cluster that fell silent outlives its day', async () => {
    const folder = freshFolder();
    let now = CONTRACT_NOW;
    const store = await open(folder, { now: () => now });
    const { id } = await store.clusters.enrol({ name: 'silent', kind: 'kubernetes' });
    const at = CONTRACT_NOW - 2 * HOUR;
    await fileAll(store, [
      ...checkpoint(id, { at, slims: pods }),
      ...checkpoint(id, { at: at + 10 * MINUTE, slims: [...pods, podOf(9)], seq: 3, base: { at, slims: pods } }),
      ...checkpoint(id, {
        at: at + 20 * MINUTE,
        slims: [...pods, podOf(9)],
        seq: 5,
        sameAs: { at: at + 10 * MINUTE, shards: [0, 1] },
      }),
      delta(id, 7, [born(podOf(10), at + 21 * MINUTE)]),
    ]);
    now += 20 * DAY;
    await store.upkeep.sweep(now);
    expect(await store.upkeep.usage()).toEqual([]);
    const state = await store.state.at(id, now);
    expect(state).toMatchObject({ checkpointAt: at + 20 * MINUTE, stale: { from: at + 20 * MINUTE } });
    expect(state.objects.size).toBe(4);
    await store.close();
  });
});

test('what was written is there after a restart', async () => {
  const folder = freshFolder();
  const before = await open(folder);
  const { id } = await before.clusters.enrol({ name: 'c', kind: 'kubernetes' });
  await fileAll(before, checkpoint(id, { at: CONTRACT_NOW - HOUR, slims: [podOf(1)] }));
  await before.close();
  const after = await open(folder);
  expect((await after.state.at(id, CONTRACT_NOW)).objects.size).toBe(1);
  expect(execFileSync('ls', [folder]).toString()).toContain('state-2026-03-10.db');
  await after.close();
});
