import type { LiveSource, Manifest, ResourceType } from '@mosaic/kat';
import { expect, test } from 'vitest';
import type { Inventory } from './inventory.ts';
import { uninstall } from './uninstall.ts';
import { verifyInstalled } from './verify.ts';

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true };
const NAMESPACE = { group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };
const inventory: Inventory = {
  ...{ tree: 'agents', namespace: 'mosaic-agent', version: '0.1.0', state: 'complete', wishes: {} },
  made: [{ type: DEPLOYMENT, namespace: 'mosaic-agent', name: 'mosaic-cluster-agent', uid: 'u1' }],
};

test('data is not waited for where what sends it does not run', async () => {
  const object: Manifest = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 2 }, status: { replicas: 2 } },
    metadata: { uid: 'u1', name: 'mosaic-cluster-agent', namespace: 'mosaic-agent' },
  };
  const source = { get: async () => object, list: async () => ({ items: [], resourceVersion: '1' }) };
  const told: string[] = [];
  const began = performance.now();
  const verifying = { told: (line: string) => told.push(line), now: Date.now, withinMs: 30_000 };
  await expect(verifyInstalled(source as unknown as LiveSource, inventory, verifying)).rejects.toThrow('data'); // of it, what is asked here
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(told.join('\n')).toContain('no agent answers');
});

test('namespaces go beside each other: none is waited for before the last was told to go', async () => {
  const deeds: string[] = [];
  const there = new Map(['one', 'two'].map((name) => [name, { metadata: { uid: name, name } } as Manifest]));
  const source = {
    list: async () => ({ items: [], resourceVersion: '1' }),
    resources: async () => ({ types: [] }),
    get: async (type: ResourceType, _: string | undefined, name: string) =>
      type.kind === 'Namespace' ? there.get(name) : undefined,
    async remove(type: ResourceType, _: string | undefined, name: string) {
      if (type.kind !== 'Namespace') return;
      deeds.push(name);
      if (deeds.length === 2) there.clear(); // as slow as the other lets it
    },
  };
  const both = ['one', 'two'].map((name) => ({ type: NAMESPACE, name, uid: name }));
  const told: string[] = [];
  const uninstalling = {
    told: (line: string) => told.push(line),
    agrees: async () => true,
    data: { volumes: true, secrets: true, namespaces: true },
  };
  await uninstall(source as unknown as LiveSource, { ...inventory, made: both }, uninstalling); // of it, what is asked here
  expect(deeds).toEqual(['one', 'two']);
  expect(told).toEqual(expect.arrayContaining(['removed  namespace one', 'removed  namespace two']));
});
