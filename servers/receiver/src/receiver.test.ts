import { makeKey, nodeCompression } from '@mosaic/runtime';
import { CannotWrite, type Store } from '@mosaic/store';
import { TOPICS } from '@mosaic/transport';
import { Unavailable, writeRevisions, writeSlims } from '@mosaic/wire';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { AT, coverage, event, type Road, revision, road, rowsOf, uidOf } from './testing/road.ts';

let open: Road | undefined;
afterEach(() => open?.close());
const onRoad = async (wrap?: (store: Store) => Store): Promise<Road> => {
  open = await road(wrap);
  return open;
};
const reasons = ({ aside }: Road): string[] => aside.map(({ headers }) => headers?.reason ?? '');
const kept = async ({ store, cluster }: Road, n: number) => store.objects.at(cluster, uidOf(n), AT + 1);
const counted = async ({ receiver }: Road, line: string): Promise<string | undefined> =>
  (await receiver.metrics()).split('\n').find((each) => each.startsWith(line));

describe('good chunks', () => {
  test('each signal goes to its place', async () => {
    const way = await onRoad();
    const { store, cluster } = way;
    await way.send(way.seal({}, rowsOf.objects([revision(1), revision(2)])), TOPICS.objects);
    await way.send(way.seal({ signal: 'events' }, rowsOf.events([event(1)])), TOPICS.events);
    await way.send(way.seal({ signal: 'coverage' }, rowsOf.coverage([coverage(1)])), TOPICS.coverage);
    const index = { at: AT, shard: 0, shards: 1, watermark: 9 };
    await way.send(way.seal({ signal: 'state', checkpoint: index }, { body: writeSlims([]) }), TOPICS.state);
    await way.settled();

    expect(reasons(way)).toEqual([]);
    expect((await kept(way, 2))?.json).toContain('checkout-2');
    expect((await store.events.list(cluster, { from: AT, to: AT })).items).toEqual([event(1)]);
    expect((await store.coverage.between(cluster, { from: AT, to: AT })).map(({ skewMs }) => skewMs)).toEqual([0]);
    expect((await store.state.at(cluster, AT)).checkpointAt).toBe(AT);
    expect(await counted(way, 'mosaic_receiver_records_total{signal="objects"}')).toMatch(/ 2$/);
  });

  test('chunks that come twice and in any order are kept once', async () => {
    const way = await onRoad();
    const chunks = Array.from({ length: 12 }, (_, n) =>
      way.seal({ t0: AT + n, t1: AT + n }, rowsOf.objects([revision(1, { at: AT + n, rv: n })])),
    );
    for (const bytes of [...chunks, ...chunks.toReversed()]) await way.send(bytes, TOPICS.objects);
    await way.settled();
    const { items } = await way.store.objects.history(way.cluster, uidOf(1), { from: AT, to: AT + 100 });
    expect(items.map(({ rv }) => rv)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test('one record alone may be large, many together may not', async () => {
    const way = await onRoad();
    const body = new Uint8Array(900_000).fill(65);
    const large = (n: number) => revision(n, { body, inflated: body.length });
    await way.send(way.seal({}, rowsOf.objects([large(1)])), TOPICS.objects);
    await way.send(way.seal({ count: 2 }, rowsOf.objects([large(2), large(3)])), TOPICS.objects);
    await way.settled();
    expect((await kept(way, 1))?.json?.length).toBe(900_000);
    expect(reasons(way)).toEqual([expect.stringMatching(/^rows inflate to 1800\d+ bytes; 1048576 is the most$/)]);
  });

  test('a source whose clock is ahead is counted, and its records are kept as they are', async () => {
    const way = await onRoad();
    const ahead = AT + 6 * 60_000;
    const times = { t0: ahead, t1: ahead, sealedAt: ahead };
    const late = coverage(1, { from: ahead, coveredTo: ahead });
    await way.send(way.seal({ ...times, signal: 'coverage' }, rowsOf.coverage([late])), TOPICS.coverage);
    await way.send(way.seal({ sealedAt: AT + 4 * 60_000 }, rowsOf.objects([revision(1)])), TOPICS.objects);
    await way.settled();
    expect(await counted(way, 'mosaic_receiver_skewed_total')).toMatch(/ 1$/);
    const [span] = await way.store.coverage.between(way.cluster, { from: ahead, to: ahead });
    expect([span?.to, span?.skewMs]).toEqual([ahead, -6 * 60_000]);
  });
});

describe('what is no good is set aside with its reason', () => {
  test('wrong signatures, unknown and revoked keys, other clusters, unsigned', async () => {
    const way = await onRoad();
    const { id: other } = await way.store.clusters.enrol({ name: 'platform', kind: 'playground' });
    const revoked = makeKey();
    await way.store.clusters.addKey(way.cluster, revoked);
    await way.store.clusters.revokeKey(way.cluster, revoked.keyId);
    const rows = rowsOf.objects([revision(1)]);
    const stranger = makeKey();
    const forged = way.seal({}, rows);
    forged.set(makeKey().sign(forged.subarray(0, -64)), forged.length - 64);
    await way.send(way.seal({}, rows, stranger), TOPICS.objects);
    await way.send(way.seal({}, rows, revoked), TOPICS.objects);
    await way.send(way.seal({ cluster: other }, rows), TOPICS.objects, String(other));
    await way.send(way.seal({}, rows), TOPICS.objects, String(other));
    await way.send(way.seal({}, rows), TOPICS.events);
    await way.send(forged, TOPICS.objects);
    await way.settled();
    expect(reasons(way).sort()).toEqual(
      [
        `a chunk of objects in mosaic.events`,
        `key ${stranger.keyId} is not enrolled for cluster ${way.cluster}`,
        `key ${revoked.keyId} of cluster ${way.cluster} was revoked`,
        `key ${way.key.keyId} is not enrolled for cluster ${other}`,
        `message key ${other}, but the chunk is of ${way.cluster}`,
        `the signature does not fit key ${way.key.keyId}`,
      ].sort(),
    );
    expect(await kept(way, 1)).toBeUndefined();
    expect(await counted(way, 'mosaic_receiver_quarantined_total{fault="unknown key"}')).toMatch(/ 2$/);
  });

  test('what a key signed is believed until it is revoked, and again when the cluster has joined with another key', async () => {
    const way = await onRoad();
    await way.send(way.seal({}, rowsOf.objects([revision(1)])), TOPICS.objects);
    await way.settled();
    await way.store.clusters.revokeKey(way.cluster, way.key.keyId);
    way.clock.now += 3_001;
    await way.send(way.seal({}, rowsOf.objects([revision(2)])), TOPICS.objects);
    await way.settled();
    const next = makeKey();
    await way.store.clusters.addKey(way.cluster, next);
    await way.send(way.seal({}, rowsOf.objects([revision(3)]), next), TOPICS.objects);
    await way.settled();
    expect(reasons(way)).toEqual([`key ${way.key.keyId} of cluster ${way.cluster} was revoked`]);
    expect((await Promise.all([1, 2, 3].map((n) => kept(way, n)))).map((found) => found !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('a chunk of logs that does not say whose they are', async () => {
    const way = await onRoad();
    await way.send(way.seal({ signal: 'logs' }, { body: new Uint8Array(3) }), TOPICS.logs);
    await way.settled();
    expect(reasons(way)).toEqual(['a chunk of logs without an index of logs']);
  });

  test('truncated, bit-flipped and inflating messages, and what is no message at all', async () => {
    const way = await onRoad();
    const good = way.seal({}, rowsOf.objects([revision(1)]));
    const hostile = fc.sample(
      fc.tuple(fc.nat(good.length - 1), fc.nat(7)).map(([at, bit]) => {
        const flipped = good.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        return flipped;
      }),
      40,
    );
    const noise = fc.sample(fc.uint8Array({ maxLength: 300 }), 20);
    const cuts = fc.sample(fc.nat(good.length - 1), 20).map((at) => good.subarray(0, at));
    const lying = { ...nodeCompression, compress: () => nodeCompression.compress(1, new Uint8Array(32 * 1024 * 1024)) };
    const bomb = way.seal({}, rowsOf.objects([revision(2)]), way.key, lying);
    for (const bytes of [...hostile, ...noise, ...cuts, bomb, good]) await way.send(bytes, TOPICS.objects);
    await way.settled();
    expect(way.aside.length).toBe(81);
    expect(await kept(way, 1)).toBeDefined();
  });

  test('a bad row among good ones is told by its place, and the good ones are kept', async () => {
    const way = await onRoad();
    const rows = { rows: writeRevisions([revision(1), revision(2, { uid: '' }), revision(3)]) };
    await way.send(way.seal({ count: 3 }, rows), TOPICS.objects);
    await way.settled();
    expect(reasons(way)).toEqual([
      '1 of 3 records left out, the others are written; record 1: uid: expected a name of 1–512 characters',
    ]);
    expect([await kept(way, 1), await kept(way, 3)].map((each) => each?.name)).toEqual(['checkout-1', 'checkout-3']);
    expect(await counted(way, 'mosaic_receiver_bad_records_total')).toMatch(/ 1$/);
  });

  test('what the store chokes on every time, so that those behind it are not blocked', async () => {
    const way = await onRoad((store) =>
      failing(store, (revisions) => {
        if (revisions.some(({ rv }) => rv === 13)) throw new TypeError('cannot bind');
      }),
    );
    await way.send(way.seal({}, rowsOf.objects([revision(13)])), TOPICS.objects);
    await way.send(way.seal({}, rowsOf.objects([revision(14)])), TOPICS.objects);
    await way.settled();
    expect(reasons(way)).toEqual(['the store refused it: TypeError: cannot bind']);
    expect(await kept(way, 14)).toBeDefined();
  });
});

describe('faults around it', () => {
  test.each([
    ['is away', () => new Unavailable('no host answers')],
    ['has a full disk', () => new CannotWrite('disk is full')],
  ])('while the store %s nothing is lost, and nothing is doubled afterwards', async (_, trouble) => {
    let refusals = 0;
    const way = await onRoad((store) =>
      failing(store, () => {
        refusals += 1;
        if (refusals <= 6) throw trouble();
      }),
    );
    for (let n = 0; n < 20; n++) await way.send(way.seal({}, rowsOf.objects([revision(n)])), TOPICS.objects);
    await way.settled();
    expect(reasons(way)).toEqual([]);
    for (let n = 0; n < 20; n++) expect(await kept(way, n)).toBeDefined();
    const { items } = await way.store.objects.names(way.cluster, { from: AT, to: AT });
    expect(items.length).toBe(20);
    expect(await counted(way, 'mosaic_receiver_troubles_total')).toBeDefined();
  });

  test('while the keys cannot be read nothing is decided', async () => {
    let away = 3;
    const way = await onRoad((store) => ({
      ...store,
      clusters: {
        ...store.clusters,
        async keys(cluster) {
          if (away-- > 0) throw new Unavailable('no host answers');
          return store.clusters.keys(cluster);
        },
      },
    }));
    await way.send(way.seal({}, rowsOf.objects([revision(1)])), TOPICS.objects);
    await way.settled();
    expect([reasons(way), (await kept(way, 1))?.name]).toEqual([[], 'checkout-1']);
  });

  test('readiness tells which dependency is away', async () => {
    const way = await onRoad((store) => ({ ...store, health: async () => ({ ok: false, detail: 'no host answers' }) }));
    expect(await way.receiver.health()).toEqual({
      status: 'unavailable',
      dependencies: { store: { status: 'unavailable', detail: 'no host answers' }, transport: { status: 'ok' } },
    });
  });
});

/** The store, but its objects are refused when `check` throws. */
function failing(store: Store, check: (revisions: Parameters<Store['objects']['write']>[1]) => void): Store {
  return {
    ...store,
    objects: {
      ...store.objects,
      async write(cluster, revisions, receivedAt) {
        check(revisions);
        await store.objects.write(cluster, revisions, receivedAt);
      },
    },
  };
}
