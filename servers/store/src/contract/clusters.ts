// Clusters, their agents' keys, leases of addresses and marks.

import { describe, expect, test } from 'vitest';
import { freshName, type Making, testWith } from './making.ts';
import { CONTRACT_NOW, HOUR, uidOf } from './values.ts';

export function clustersContract(name: string, make: Making): void {
  describe(`${name}: clusters`, () => {
    test('the same name gets the same id, whoever asks first', async () => {
      const store = await make();
      const cluster = { name: freshName(), kind: 'kubernetes' as const };
      const records = await Promise.all(Array.from({ length: 5 }, () => store.clusters.enrol(cluster)));
      expect(new Set(records.map(({ id }) => id)).size).toBe(1);
      const other = await store.clusters.enrol({ name: freshName(), kind: 'kubernetes' });
      expect(other.id).not.toBe(records[0]?.id);
      await store.close();
    });

    test('enrolling again renews what is known of it and keeps when it was enrolled', async () => {
      const store = await make();
      const name = freshName();
      const before = await store.clusters.enrol({ name, kind: 'kubernetes', version: 'v1.33.0' });
      await store.clusters.enrol({ name, kind: 'kubernetes', version: 'v1.34.2', uid: uidOf(7) });
      const found = (await store.clusters.all()).find((cluster) => cluster.name === name);
      expect(found).toEqual({ ...before, version: 'v1.34.2', uid: uidOf(7) });
      await store.close();
    });

    testWith(make, 'a revoked key stays revoked when it is added again', async ({ store, cluster }) => {
      const publicKey = new Uint8Array(32).fill(7);
      await store.clusters.addKey(cluster, { keyId: 'k1', publicKey });
      await store.clusters.addKey(cluster, { keyId: 'k2', publicKey });
      await store.clusters.revokeKey(cluster, 'k1');
      await store.clusters.addKey(cluster, { keyId: 'k1', publicKey });
      const keys = await store.clusters.keys(cluster);
      expect(keys.find(({ keyId }) => keyId === 'k1')?.revokedAt).toBe(CONTRACT_NOW);
      const other = keys.find(({ keyId }) => keyId === 'k2');
      expect(other?.revokedAt).toBeUndefined();
      expect([...(other?.publicKey ?? [])]).toEqual([...publicKey]);
    });

    testWith(make, 'a mark is what was last set', async ({ store, cluster }) => {
      const name = `deriver/${cluster}/${freshName()}`;
      expect(await store.marks.get(name)).toBeUndefined();
      await store.marks.set(name, 'one');
      await store.marks.set(name, 'zwei ✓');
      expect(await store.marks.get(name)).toBe('zwei ✓');
    });
  });

  describe(`${name}: leases`, () => {
    const from = CONTRACT_NOW - 3 * HOUR;
    const ip = '10.0.0.7';

    testWith(make, 'an address has one holder, none, or several, and then all are told', async ({ store, cluster }) => {
      await store.leases.write(cluster, [
        { ip, uid: uidOf(1), from, to: from + HOUR, hostNetwork: false },
        { ip, uid: uidOf(2), from: from + 2 * HOUR, hostNetwork: false },
        { ip, uid: uidOf(3), from: from + 2.5 * HOUR, hostNetwork: true },
      ]);
      const at = async (instant: number) => (await store.leases.holders(cluster, ip, instant)).map(({ uid }) => uid);
      expect(await at(from - 1)).toEqual([]);
      expect(await at(from + 10)).toEqual([uidOf(1)]);
      expect(await at(from + HOUR)).toEqual([]);
      expect(await at(from + 2 * HOUR)).toEqual([uidOf(2)]);
      expect(await at(from + 3 * HOUR)).toEqual([uidOf(3), uidOf(2)]);
    });

    testWith(make, 'a lease closed before it was opened stays closed', async ({ store, cluster }) => {
      const lease = { ip, uid: uidOf(1), from, hostNetwork: false };
      await store.leases.write(cluster, [{ ...lease, to: from + HOUR }]);
      await store.leases.write(cluster, [lease]);
      const span = { from, to: from + 2 * HOUR };
      expect(await store.leases.of(cluster, ip, span)).toEqual([{ ...lease, to: from + HOUR }]);
      expect(await store.leases.of(cluster, ip, { from: from + HOUR + 1, to: from + 2 * HOUR })).toEqual([]);
    });

    testWith(make, 'nobody holds what is no address', async ({ store, cluster }) => {
      await store.leases.write(cluster, [
        { ip: '10.', uid: uidOf(1), from, hostNetwork: false },
        { ip, uid: uidOf(2), from, hostNetwork: false },
      ]);
      expect(await store.leases.of(cluster, '10.', { from, to: from + HOUR })).toEqual([]);
      expect(await store.leases.holders(cluster, 'checkout', from + 1)).toEqual([]);
      expect(await store.leases.holders(cluster, ip, from + 1)).toHaveLength(1);
    });

    testWith(make, 'addresses of version 6 are addresses', async ({ store, cluster }) => {
      await store.leases.write(cluster, [{ ip: 'fd00::7', uid: uidOf(1), from, hostNetwork: false }]);
      expect(await store.leases.holders(cluster, 'fd00::7', from)).toHaveLength(1);
    });
  });
}
