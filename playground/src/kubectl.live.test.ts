import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Playground, playground } from './playground.ts';

const run = promisify(execFile);
let folder = '';
let world: Playground | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playground-'));
  world = await playground({ seed: 4, historyHours: 1, stateDir: folder });
  await world.start();
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The real kubectl, in the shop of eu-1. */
async function kubectl(...args: readonly string[]): Promise<string> {
  const kubeconfig = ['--kubeconfig', join(folder, 'playground.kubeconfig'), '--context', 'eu-1', '-n', 'shop'];
  const { stdout } = await run('kubectl', [...kubeconfig, ...args], { env: { ...process.env, NO_PROXY: '*' } });
  return stdout;
}

test('kubectl lists the pods of the shop as a table', async () => {
  const table = await kubectl('get', 'pods');
  expect(table).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE/);
  expect(table).toMatch(/orders-db-0 +1\/1 +Running/);
});

test('kubectl sets an image, follows the roll-out and undoes it', async () => {
  await kubectl('set', 'image', 'deployment/inventory', 'inventory=shop/inventory:2.0.0');
  expect(await kubectl('rollout', 'status', 'deployment/inventory', '--timeout=60s')).toContain(
    'successfully rolled out',
  );
  await kubectl('rollout', 'undo', 'deployment/inventory');
  expect(await kubectl('rollout', 'status', 'deployment/inventory', '--timeout=60s')).toContain(
    'successfully rolled out',
  );
  expect(await kubectl('get', 'deployment', 'inventory', '-o', 'wide')).not.toContain('2.0.0');
}, 120_000);

test('kubectl scales and waits', async () => {
  await kubectl('scale', 'deployment/payments', '--replicas=4');
  await kubectl('wait', 'deployment/payments', '--for=jsonpath={.status.readyReplicas}=4', '--timeout=60s');
}, 90_000);

test('kubectl deletes a pod and its owner makes another', async () => {
  const before = await kubectl('get', 'pod', '-l', 'app.kubernetes.io/name=mailer', '-o', 'name');
  await kubectl('delete', ...before.trim().split('\n'));
  const after = await kubectl('get', 'pod', '-l', 'app.kubernetes.io/name=mailer', '-o', 'name');
  expect(after.trim()).not.toBe('');
  expect(after).not.toBe(before);
}, 60_000);

test('kubectl reads logs and describes', async () => {
  expect((await kubectl('logs', 'catalog-db-0', '--tail=3')).trim().split('\n')).toHaveLength(3);
  expect(await kubectl('describe', 'deployment', 'checkout')).toContain('StrategyType:       Recreate');
});

test('kubectl breaks checkout by a setting, sees why, and mends it', async () => {
  await kubectl('set', 'env', 'deployment/checkout', 'PAYMENTS_PORT=8081');
  await kubectl('wait', 'deployment/checkout', '--for=condition=Available=false', '--timeout=60s');
  await expect
    .poll(() => kubectl('get', 'events'), { timeout: 60_000, interval: 1_000 })
    .toContain('Readiness probe failed');
  const logs = () => kubectl('logs', 'deployment/checkout', '--tail=20');
  await expect.poll(logs, { timeout: 60_000, interval: 1_000 }).toContain('ECONNREFUSED');
  await kubectl('set', 'env', 'deployment/checkout', 'PAYMENTS_PORT=8080');
  await kubectl('rollout', 'status', 'deployment/checkout', '--timeout=60s');
}, 200_000);
