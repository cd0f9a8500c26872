// Events and the change log.

import type { Change, ClusterEvent } from '@mosaic/wire';
import { describe, expect } from 'vitest';
import { NotKept, type Page, type Paged } from '../port.ts';
import { type Making, testWith } from './making.ts';
import { CONTRACT_NOW, DAY, HOUR, MINUTE, uidOf } from './values.ts';

const T = CONTRACT_NOW - 5 * HOUR;

const eventOf = (n: number, over: Partial<ClusterEvent> = {}): ClusterEvent => ({
  uid: uidOf(n),
  at: T + n * MINUTE,
  firstAt: T,
  count: 1,
  type: n % 2 ? 'Warning' : 'Normal',
  reason: n % 2 ? 'BackOff' : 'Pulled',
  message: `Back-off restarting container ${n}`,
  namespace: `ns-${n % 3}`,
  kind: 'Pod',
  name: `pod-${n}`,
  objectUid: n % 5 === 0 ? '' : uidOf(1000 + (n % 4)),
  source: 'kubelet',
  ...over,
});

const changeOf = (n: number, over: Partial<Change> = {}): Change => ({
  at: T + n * MINUTE,
  uid: uidOf(n),
  rv: n,
  op: 'modify',
  kind: n % 2 ? 'Deployment' : 'ConfigMap',
  apiVersion: 'apps/v1',
  namespace: 'shop',
  name: `thing-${n}`,
  workload: n % 2 ? 'Deployment/checkout' : 'Deployment/cart',
  fields: ['spec.replicas', 'spec.template'],
  actor: 'kubectl',
  summary: `replicas 1 → ${n}`,
  severity: (n % 4) as Change['severity'], // 0…3
  diff: [{ path: 'spec.replicas', op: 'replace', before: 1, after: n }],
  ...over,
});

async function all<T>(read: (page: Page) => Promise<Paged<T>>, limit: number, between = async () => {}): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit, ...(cursor && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    await between();
    cursor = page.next;
  } while (cursor);
  return items;
}

export function eventsContract(name: string, make: Making): void {
  const span = { from: T - DAY, to: CONTRACT_NOW };

  describe(`${name}: events`, () => {
    testWith(make, 'events come newest first, once, whole', async ({ store, cluster }) => {
      const written = Array.from({ length: 9 }, (_, n) => eventOf(n));
      const rich = eventOf(9, { relatedKind: 'Node', relatedName: 'n1', node: 'n1', series: 12, message: 'größer ✓' });
      await store.events.write(cluster, [...written, rich], T);
      await store.events.write(cluster, written, T);
      const { items } = await store.events.list(cluster, span);
      expect(items).toEqual([rich, ...written.toReversed()]);
    });

    testWith(make, 'an event seen again with a larger count is one more row', async ({ store, cluster }) => {
      const once = eventOf(1);
      await store.events.write(cluster, [once, { ...once, count: 5, at: once.at + MINUTE }, { ...once, count: 2 }], T);
      const { items } = await store.events.list(cluster, span);
      expect(items.map(({ count }) => count)).toEqual([5, 1, 2]);
    });

    testWith(make, 'events are found by what they are about and what they say', async ({ store, cluster }) => {
      const written = Array.from({ length: 30 }, (_, n) => eventOf(n));
      await store.events.write(cluster, written, T);
      const found = async (query: object) => (await store.events.list(cluster, { ...span, ...query })).items.length;
      const count = (matches: (event: ClusterEvent) => boolean): number => written.filter(matches).length;
      expect(await found({ namespace: 'ns-1' })).toBe(count(({ namespace }) => namespace === 'ns-1'));
      expect(await found({ type: 'Warning', reason: 'BackOff' })).toBe(15);
      expect(await found({ objectUid: uidOf(1002) })).toBe(count(({ objectUid }) => objectUid === uidOf(1002)));
      expect(await found({ kind: 'Pod', name: 'pod-4' })).toBe(1);
      expect(await found({ q: 'CONTAINER 2' })).toBe(11);
      expect(await found({ from: T, to: T + 3 * MINUTE })).toBe(4);
    });

    testWith(make, 'pages of events stay stable while more come', async ({ store, cluster }) => {
      const written = Array.from({ length: 40 }, (_, n) => eventOf(n, { at: T + Math.floor(n / 10) * 20 * MINUTE }));
      await store.events.write(cluster, written, T);
      let more = 100;
      const read = (page: Page) => store.events.list(cluster, { ...span, type: 'Warning' }, page);
      const items = await all(read, 3, () =>
        store.events.write(cluster, [eventOf(++more, { at: CONTRACT_NOW - more })], T),
      );
      const old = items.filter(({ uid }) => written.some((event) => event.uid === uid));
      expect(old).toHaveLength(20);
      expect(new Set(items.map(({ uid }) => uid)).size).toBe(items.length);
    });

    testWith(make, 'how many there were, by bucket and type', async ({ store, cluster }) => {
      await store.events.write(
        cluster,
        Array.from({ length: 30 }, (_, n) => eventOf(n)),
        T,
      );
      const histogram = await store.events.histogram(cluster, { from: T, to: T + 40 * MINUTE, stepMs: 10 * MINUTE });
      expect(histogram).toEqual([
        { normal: 5, warning: 5 },
        { normal: 5, warning: 5 },
        { normal: 5, warning: 5 },
        { normal: 0, warning: 0 },
      ]);
    });

    testWith(make, 'events older than retention are said not to be kept', async ({ store, cluster }) => {
      const old = { from: T - 40 * DAY, to: T - 30 * DAY };
      await expect(store.events.list(cluster, old)).rejects.toThrow(NotKept);
    });
  });

  describe(`${name}: changes`, () => {
    testWith(make, 'changes come newest first, once, whole', async ({ store, cluster }) => {
      const { workload: _none, ...bare } = changeOf(8);
      const written = [
        ...Array.from({ length: 8 }, (_, n) => changeOf(n)),
        { ...bare, reconstructed: 'its managedFields' },
      ];
      await store.changes.write(cluster, written.toReversed());
      await store.changes.write(cluster, written);
      expect((await store.changes.list(cluster, span)).items).toEqual(written.toReversed());
    });

    testWith(
      make,
      'changes are found by what they touch, who made them and how much they matter',
      async ({ store, cluster }) => {
        await store.changes.write(
          cluster,
          Array.from({ length: 20 }, (_, n) => changeOf(n, n === 3 ? { actor: 'helm' } : {})),
        );
        const found = async (query: object) => (await store.changes.list(cluster, { ...span, ...query })).items.length;
        expect(await found({ workload: 'Deployment/checkout' })).toBe(10);
        expect(await found({ minSeverity: 2 })).toBe(10);
        expect(await found({ actor: 'helm' })).toBe(1);
        expect(await found({ uid: uidOf(5) })).toBe(1);
        expect(await found({ kind: 'ConfigMap', namespace: 'shop', name: 'thing-4' })).toBe(1);
      },
    );

    testWith(make, 'pages of a relist, all of one instant, hold each change once', async ({ store, cluster }) => {
      const written = Array.from({ length: 25 }, (_, n) => changeOf(n, { at: T }));
      await store.changes.write(cluster, [...written, changeOf(99, { at: T - DAY })]);
      const items = await all((page) => store.changes.list(cluster, { from: T - 3 * DAY, to: T }, page), 4);
      expect(items).toHaveLength(26);
      expect(new Set(items.map(({ uid }) => uid)).size).toBe(26);
    });
  });
}
