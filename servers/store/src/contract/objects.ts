// Revisions of objects and lives of names.

import { describe, expect } from 'vitest';
import { NotKept } from '../port.ts';
import { type Making, testWith } from './making.ts';
import { CONTRACT_NOW, DAY, HOUR, revision, uidOf } from './values.ts';

const T = CONTRACT_NOW - 5 * HOUR;
const uid = uidOf(1);
const full = JSON.stringify({ kind: 'Pod', metadata: { name: 'checkout-1' }, status: { phase: 'Pending' } });
const next = full.replace('Pending', 'Running');

export function objectsContract(name: string, make: Making): void {
  describe(`${name}: objects`, () => {
    testWith(
      make,
      'an object is what its newest revision at or before the instant says',
      async ({ store, cluster }) => {
        const base = { at: T, rv: 10, json: full };
        const first = revision({ ...base, op: 'add', actor: 'kubectl' });
        const second = revision({ at: T + 1000, rv: 11, json: next, base });
        const end = revision({ at: T + 2000, rv: 12, goneAfter: T + 1500 });
        await store.objects.write(cluster, [end, second, first], T);
        expect(await store.objects.at(cluster, uid, T - 1)).toBeUndefined();
        expect(await store.objects.at(cluster, uid, T)).toMatchObject({
          rv: 10,
          op: 'add',
          json: full,
          actor: 'kubectl',
        });
        expect(await store.objects.at(cluster, uid, T + 1999)).toMatchObject({
          rv: 11,
          op: 'modify',
          json: next,
          kind: 'Pod',
        });
        const deleted = await store.objects.at(cluster, uid, T + HOUR);
        expect(deleted).toMatchObject({
          rv: 12,
          op: 'delete',
          goneAfter: T + 1500,
          namespace: 'shop',
          name: 'checkout-1',
        });
        expect(deleted?.json).toBeUndefined();
      },
    );

    testWith(make, 'a revision says all it said when it was written', async ({ store, cluster }) => {
      const diff = [
        { path: 'status.phase', op: 'replace' as const, before: 'Pending', after: { 'ü ✓': ['x'.repeat(200)] } },
      ];
      const written = revision({
        at: T,
        rv: 2 ** 45,
        json: full,
        diff,
        actor: 'kube-controller-manager',
        owner: uidOf(9),
        reconstructed: 'its creationTimestamp',
      });
      await store.objects.write(cluster, [written], T);
      const { body: _b, inflated: _i, enc: _e, ...about } = written;
      expect(await store.objects.at(cluster, uid, T)).toEqual({ ...about, json: full });
    });

    testWith(make, 'written twice is written once, and the earliest instant wins', async ({ store, cluster }) => {
      const seen = revision({ at: T, rv: 10, json: full, op: 'add' });
      const relisted = revision({ at: T + HOUR, rv: 10, json: full });
      const snapshot = revision({ at: T - DAY, rv: 10, json: full });
      await store.objects.write(cluster, [seen, relisted], T);
      await store.objects.write(cluster, [seen, relisted, snapshot], T);
      const { items } = await store.objects.history(cluster, uid, { from: T - 3 * DAY, to: CONTRACT_NOW });
      expect(items.map(({ rv, at }) => ({ rv, at }))).toEqual([{ rv: 10, at: T - DAY }]);
      expect(await store.objects.at(cluster, uid, CONTRACT_NOW)).toMatchObject({ at: T - DAY, rv: 10, json: full });
      expect((await store.objects.history(cluster, uid, { from: T, to: CONTRACT_NOW })).items).toEqual([]);
    });

    testWith(make, 'a revision made against the snapshot of another day is restored', async ({ store, cluster }) => {
      const base = { at: T - 2 * DAY, rv: 10, json: full };
      await store.objects.write(cluster, [revision({ at: T, rv: 11, json: next, base })], T);
      const alone = await store.objects.at(cluster, uid, T);
      expect(alone).toMatchObject({ rv: 11, op: 'modify' });
      expect(alone?.json).toBeUndefined();
      await store.objects.write(cluster, [revision(base)], T);
      expect(await store.objects.at(cluster, uid, T)).toMatchObject({ rv: 11, json: next });
      expect(await store.objects.at(cluster, uid, T - 1)).toMatchObject({ rv: 10, json: full });
    });

    testWith(make, 'pages of a history stay stable while it grows', async ({ store, cluster }) => {
      const at = (n: number): number => T - 2 * DAY + n * 2 * HOUR;
      const rows = Array.from({ length: 25 }, (_, n) => revision({ at: at(n), rv: 100 + n, json: `{"n":${n}}` }));
      await store.objects.write(cluster, rows, T);
      const span = { from: T - 4 * DAY, to: CONTRACT_NOW };
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.objects.history(cluster, uid, span, {
          limit: 7,
          bodies: true,
          ...(cursor && { cursor }),
        });
        expect(page.items.length).toBeLessThanOrEqual(7);
        for (const { rv, json } of page.items) {
          seen.push(rv);
          expect(json).toBe(`{"n":${rv - 100}}`);
        }
        await store.objects.write(cluster, [revision({ at: T + seen.length, rv: 1000 + seen.length, json: '{}' })], T);
        cursor = page.next;
      } while (cursor);
      expect(seen).toEqual(rows.map(({ rv }) => rv).reverse());
    });

    testWith(make, 'revisions of one instant keep their order by resourceVersion', async ({ store, cluster }) => {
      await store.objects.write(
        cluster,
        [11, 13, 12].map((rv) => revision({ at: T, rv, json: full })),
        T,
      );
      const { items } = await store.objects.history(cluster, uid, { from: T, to: T });
      expect(items.map(({ rv }) => rv)).toEqual([13, 12, 11]);
      expect(await store.objects.at(cluster, uid, T)).toMatchObject({ rv: 13 });
    });

    testWith(
      make,
      'a manifest of one megabyte and names of any script come back byte-equal',
      async ({ store, cluster }) => {
        const json = JSON.stringify({ data: { text: 'größe 你好 🧊 '.repeat(60_000) } });
        const odd = { name: 'prüfung-你好', namespace: 'größe', uid: 'not a uuid/✓' };
        await store.objects.write(cluster, [revision({ at: T, rv: 1, json, ...odd })], T);
        expect((await store.objects.at(cluster, odd.uid, T))?.json).toBe(json);
        const { items } = await store.objects.names(cluster, { from: T, to: T, like: 'PRÜFUNG' });
        expect(items).toMatchObject([odd]);
      },
    );

    testWith(make, 'what is older than retention is said not to be kept', async ({ store, cluster }) => {
      const refused = store.objects.at(cluster, uid, CONTRACT_NOW - 20 * DAY);
      await expect(refused).rejects.toThrow(NotKept);
      await expect(refused).rejects.toMatchObject({ keptFrom: CONTRACT_NOW - 14 * DAY });
    });
  });

  namesContract(name, make);
}

function namesContract(name: string, make: Making): void {
  describe(`${name}: names`, () => {
    testWith(make, 'a name reused by another object has two lives', async ({ store, cluster }) => {
      const life = { kind: 'Pod', namespace: 'shop', name: 'db-0' };
      await store.objects.write(
        cluster,
        [
          revision({ ...life, uid: uidOf(2), at: T + HOUR, rv: 7, json: full, createdAt: T + HOUR, op: 'add' }),
          revision({ ...life, uid: uidOf(1), at: T + 1800_000, rv: 6, createdAt: T - 1000 }),
          revision({ ...life, uid: uidOf(1), at: T, rv: 5, json: full, createdAt: T - 1000 }),
        ],
        T,
      );
      const { items } = await store.objects.names(cluster, { ...life, from: T, to: CONTRACT_NOW });
      expect(items).toEqual([
        { cluster, ...life, uid: uidOf(1), firstAt: T - 1000, goneAt: T + 1800_000 },
        { cluster, ...life, uid: uidOf(2), firstAt: T + HOUR },
      ]);
      const later = await store.objects.names(cluster, { from: T + 2 * HOUR, to: CONTRACT_NOW });
      expect(later.items.map(({ uid }) => uid)).toEqual([uidOf(2)]);
      const earlier = await store.objects.names(cluster, { from: T - 2 * HOUR, to: T - HOUR });
      expect(earlier.items).toEqual([]);
    });

    testWith(make, 'names come in order, by kind and namespace as asked, page by page', async ({ store, cluster }) => {
      const rows = Array.from({ length: 12 }, (_, n) =>
        revision({
          uid: uidOf(n),
          kind: n % 2 ? 'Pod' : 'Service',
          namespace: `ns-${n % 3}`,
          name: `x-${n}`,
          at: T,
          rv: n + 1,
          json: '{}',
        }),
      );
      await store.objects.write(cluster, rows, T);
      const span = { from: T, to: T };
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.objects.names(cluster, span, { limit: 5, ...(cursor && { cursor }) });
        seen.push(...page.items.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`));
        cursor = page.next;
      } while (cursor);
      expect(seen).toHaveLength(12);
      expect(seen).toEqual(seen.toSorted());
      const pods = await store.objects.names(cluster, { ...span, kind: 'Pod', namespace: 'ns-1' });
      expect(pods.items.map(({ name }) => name)).toEqual(['x-1', 'x-7']);
      const exact = await store.objects.names(cluster, { ...span, name: 'x-1' });
      expect(exact.items.map(({ name }) => name)).toEqual(['x-1']);
      const like = await store.objects.names(cluster, { ...span, like: '_-1' });
      expect(like.items).toEqual([]);
    });
  });
}
