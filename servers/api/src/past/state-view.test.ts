import type { ClusterRecord } from '@mosaic/store';
import { expect, test } from 'vitest';
import type { Moment, Moments } from '../asking/moments.ts';
import { slim, uidOf } from '../testing.ts';
import { stateViews, viewOf } from './state-view.ts';

const CLUSTER: ClusterRecord = { id: 1, name: 'eu-1', kind: 'playground', enrolledAt: 0 };
const moment = (objects: readonly ReturnType<typeof slim>[], more: Partial<Moment> = {}): Moment => ({
  ...{ id: 1, name: 'eu-1', gaps: [], key: '1@0', isLive: false },
  objects: new Map(objects.map((one) => [one.uid, one])),
  ...more,
});
const pod = (namespace: string, name: string, rv = 1, n?: number) =>
  slim({ kind: 'Pod', namespace, name, rv, ...(n !== undefined && { uid: uidOf(n) }) });

test('a kind is listed in the order of its keys, the newer of two lives under one name', () => {
  const view = viewOf(
    moment([pod('shop', 'b'), pod('shop', 'a', 1, 90_001), pod('shop', 'a', 9, 90_002), pod('shop-db', 'z')]),
  );
  const entries = view.kinds.get('/Pod') ?? [];
  expect(entries.map(({ namespace, name, rv }) => `${namespace}/${name}@${rv}`)).toEqual([
    'shop-db/z@1',
    'shop/a@9',
    'shop/b@1',
  ]);
});

/** Counts what is read of moments of so many objects each. */
function counted(objects: number, more: Partial<Moment> = {}) {
  const all = Array.from({ length: objects }, (_, i) => pod('shop', `p-${i}`));
  const read: number[] = [];
  const moments = {
    async of(_: ClusterRecord, at: number) {
      read.push(at);
      return moment(all, more);
    },
  } as unknown as Moments; // all a view asks for
  return { read, views: stateViews(moments) };
}

test('the moments of eight clients at a large cluster are kept at once, and no more than fit', async () => {
  const { read, views } = counted(20_000);
  const clients = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const at of [...clients, ...clients]) await views(CLUSTER, at);
  expect(read).toEqual(clients);
  await views(CLUSTER, 9);
  await views(CLUSTER, 2);
  await views(CLUSTER, 1);
  expect(read).toEqual([...clients, 9, 1]);
});

test('what may still change is read anew', async () => {
  for (const more of [{ isLive: true }, { key: undefined }]) {
    const { read, views } = counted(1, more);
    await views(CLUSTER, 1);
    await views(CLUSTER, 1);
    expect(read).toEqual([1, 1]);
  }
});
