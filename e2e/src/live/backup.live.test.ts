// The commands as a person types them: a product that runs is saved, loses its data, gets it back and answers as before.

import { existsSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCompression } from '@mosaic/runtime';
import { cassandraStore } from '@mosaic/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiAt } from '../journey/http.ts';
import { freePort, type Running, ready, run } from './processes.ts';

const root = mkdtempSync(join(tmpdir(), 'mosaic-saved-'));
const data = join(root, 'data');
let port = 0;
let product: Running;

const start = async (): Promise<void> => {
  const env = { MOSAIC_DATA: data, MOSAIC_CLUSTERS: 'playground', PORT: String(port), PLAYGROUND_HISTORY_H: '4' };
  product = run('mosaic', env, ['start']);
  await ready(`http://127.0.0.1:${port}`, product);
};
const mosaic = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
  const command = run('mosaic', { MOSAIC_DATA: data }, args);
  await new Promise((resolve) => command.child.once('close', resolve));
  return { code: command.child.exitCode, output: command.output() };
};

beforeAll(async () => {
  port = await freePort();
  await start();
});
afterAll(async () => {
  await product.stop();
  rmSync(root, { recursive: true, force: true });
});

test('what was saved while it ran is there again after everything was lost', async () => {
  const api = apiAt(`http://127.0.0.1:${port}`);
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const span = `from=${new Date(Date.now() - 7_200_000).toISOString()}&to=${at}`;
  const answers = async (): Promise<readonly unknown[]> => {
    const asked = [
      `/api/v1/topology?at=${at}`,
      `/api/v1/changes?${span}&limit=500`,
      `/api/v1/events?${span}&limit=500`,
    ];
    return Promise.all(asked.map((path) => api.get(path)));
  };
  const before = await answers();
  const file = join(root, 'monday.tar');
  const saved = await mosaic('backup', '--to', file);
  expect(saved.output).toContain('saved to');
  expect(saved.code).toBe(0);
  expect((await mosaic('restore', '--from', file, '--check')).code).toBe(0);

  const early = await mosaic('restore', '--from', file, '--force');
  expect(early.code).toBe(1);
  expect(early.output).toContain(`in use by process ${product.child.pid}`);

  await product.stop();
  const refused = await mosaic('restore', '--from', file);
  expect(refused.output).toContain('--force replaces it');
  expect(refused.code).toBe(1);
  rmSync(join(data, 'store'), { recursive: true });
  const restored = await mosaic('restore', '--from', file);
  expect(restored.output).toContain('restored into');
  expect(restored.code).toBe(0);
  await start();
  expect(await answers()).toEqual(before);

  truncateSync(file, 100_000);
  const damaged = await mosaic('restore', '--from', file, '--data', join(root, 'other'));
  expect(damaged.output).toMatch(/cut short|damaged/);
  expect(damaged.code).toBe(1);
  expect(existsSync(join(root, 'other', 'store'))).toBe(false);
});

test('a keyspace is saved and restored into another by the same two commands', async () => {
  const [from, to] = ['saved', 'restored'].map((name) => `${name}_${Date.now().toString(36)}`) as [string, string]; // two of two
  const open = (keyspace: string) =>
    cassandraStore({
      hosts: (process.env.CASSANDRA_HOSTS ?? '').split(','),
      datacenter: process.env.CASSANDRA_DATACENTER ?? 'datacenter1',
      compression: nodeCompression,
      keyspace,
    });
  const first = await open(from);
  await first.clusters.enrol({ name: 'shop', kind: 'kubernetes' });
  await first.marks.set('noted', 'kept');
  await first.close();
  const file = join(root, 'ring.tar');
  const saved = await mosaic('backup', '--store', 'cassandra', '--keyspace', from, '--to', file);
  expect(saved.output).toMatch(/saved to .* rows in /);
  expect(saved.code).toBe(0);
  const restored = await mosaic('restore', '--store', 'cassandra', '--keyspace', to, '--from', file);
  expect(restored.output).toContain(`restored into the keyspace ${to}`);
  expect(restored.code).toBe(0);
  const refused = await mosaic('restore', '--store', 'cassandra', '--keyspace', to, '--from', file);
  expect(refused.output).toContain('is not empty');
  const second = await open(to);
  expect((await second.clusters.all()).map(({ name }) => name)).toEqual(['shop']);
  expect(await second.marks.get('noted')).toBe('kept');
  await second.close();
});
