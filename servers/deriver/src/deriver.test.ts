import type { Store } from '@mosaic/store';
import { Unavailable } from '@mosaic/wire';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type Road, road } from './testing/road.ts';
import { AT, gone, moved, revision, slim, told, uidOf } from './testing/seen.ts';
import { watermarkOf } from './watermarks.ts';

let open: Road | undefined;
afterEach(() => open?.close());
const onRoad = async (): Promise<Road> => {
  open = await road();
  return open;
};
const day = { from: AT - 86_400_000, to: AT + 86_400_000 };
const summaries = async ({ store, cluster }: Road) =>
  (await store.changes.list(cluster, day)).items.map(({ summary, workload }) => [summary, workload]);
const leases = async ({ store, cluster }: Road, ip: string) =>
  (await store.leases.of(cluster, ip, day)).map(({ uid, from, to }) => [
    Number(uid.slice(-2)),
    from - AT,
    to && to - AT,
  ]);

const scaled = (n: number, before: number, after: number, at = AT) =>
  revision(1, { rv: n, at, diff: [{ path: 'spec.replicas', op: 'replace', before, after }] });
const pod = slim(7, { ip: '10.0.0.7', phase: 'Running', startedAt: AT });

describe('derived from a chunk', () => {
  test('its revisions become changes, its deltas leases, and the cluster is marked', async () => {
    const way = await onRoad();
    await way.deriver();
    await way.send(way.chunk({ revisions: [scaled(2, 3, 0)], deltas: [told(pod, AT + 1)] }));
    await way.send(way.chunk({ deltas: [gone(7, AT + 20_000)] }));
    await way.settled();
    expect(await summaries(way)).toEqual([['replicas 3 → 0', 'Deployment/checkout']]);
    expect(await leases(way, '10.0.0.7')).toEqual([[7, 0, 20_000]]);
    expect(await way.store.leases.holders(way.cluster, '10.0.0.7', AT + 10)).toHaveLength(1);
    expect(await way.store.marks.get(watermarkOf(way.cluster))).toBe(String(AT + 20_000));
  });

  test('chunks that come twice and in any order leave the same behind', async () => {
    const life = (way: Road) => [
      way.chunk({ revisions: [scaled(2, 3, 0)], deltas: [told(pod, AT + 1)] }, { seq: 1 }),
      way.chunk({ revisions: [scaled(3, 0, 2, AT + 10)], deltas: [moved({ ...pod, ready: 1 }, AT + 10)] }, { seq: 2 }),
      way.chunk(
        { deltas: [gone(7, AT + 20), told(slim(8, { ip: '10.0.0.7', startedAt: AT + 21 }), AT + 22)] },
        { seq: 3 },
      ),
    ];
    const order = fc.sample(fc.shuffledSubarray([0, 1, 2, 0, 1, 2], { minLength: 6 }), 5);
    for (const places of order) {
      const way = await road();
      await way.deriver();
      const chunks = life(way);
      for (const place of places) await way.send(chunks[place] ?? new Uint8Array());
      await way.settled();
      expect(await summaries(way)).toEqual([
        ['replicas 0 → 2', 'Deployment/checkout'],
        ['replicas 3 → 0', 'Deployment/checkout'],
      ]);
      expect(await leases(way, '10.0.0.7')).toEqual([
        [8, 21, undefined],
        [7, 0, 20],
      ]);
      await way.close();
    }
  });

  test('nothing follows from what is not whole or not signed by the cluster', async () => {
    const way = await onRoad();
    const deriver = await way.deriver();
    const good = way.chunk({ revisions: [scaled(2, 3, 0)] });
    const flipped = good.with(40, (good[40] ?? 0) ^ 1);
    await way.send(flipped, good.subarray(0, 99), new Uint8Array(5), good);
    await way.settled();
    expect(await summaries(way)).toHaveLength(1);
    expect(await deriver.metrics()).toContain('mosaic_deriver_passed_over_total{fault="malformed"} 3');
  });
});

describe('faults', () => {
  test('while the store is away nothing is lost, and nothing is doubled afterwards', async () => {
    const way = await onRoad();
    let refusals = 0;
    const trouble = async () => {
      refusals += 1;
      if (refusals <= 3) throw new Unavailable('no host answers');
    };
    await way.deriver((store) => ({
      ...store,
      changes: before(store.changes, trouble),
      leases: before(store.leases, trouble),
    }));
    await way.send(way.chunk({ revisions: [scaled(2, 3, 0)], deltas: [told(pod, AT + 1)] }));
    await way.send(way.chunk({ revisions: [revision(9, { ...birth, name: 'new' })], deltas: [gone(7, AT + 20)] }));
    await way.settled();
    expect((await summaries(way)).map(([summary]) => summary).sort()).toEqual(['created', 'replicas 3 → 0']);
    expect(await leases(way, '10.0.0.7')).toEqual([[7, 0, 20]]);
  });

  test('a chunk the store chokes on is passed over, so that those behind it are not blocked', async () => {
    const way = await onRoad();
    const deriver = await way.deriver((store) => ({
      ...store,
      changes: before(store.changes, async (_, [change]) => {
        if (change?.rv === 13) throw new TypeError('cannot bind');
      }),
    }));
    await way.send(way.chunk({ revisions: [scaled(13, 3, 0)] }), way.chunk({ revisions: [scaled(14, 0, 3)] }));
    await way.settled();
    expect((await summaries(way)).map(([summary]) => summary)).toEqual(['replicas 0 → 3']);
    expect(await deriver.metrics()).toContain('{fault="refused by the store"} 1');
  });
});

describe('a restart', () => {
  const rs = slim(2, { kind: 'ReplicaSet', name: 'checkout-abc', owner: uidOf(1) });
  const deployment = slim(1, { kind: 'Deployment', name: 'checkout' });

  test('knows owners and open leases from the state', async () => {
    const way = await onRoad();
    const first = await way.deriver();
    await way.send(way.chunk({ deltas: [told(pod, AT + 1)] }));
    await way.settled();
    await first.stop();
    await way.checkpoint([deployment, rs, pod], AT + 10);

    await way.deriver();
    const born = revision(8, { ...birth, at: AT + 20, createdAt: AT + 19, kind: 'Pod', name: 'p', owner: uidOf(2) });
    await way.send(way.chunk({ revisions: [born], deltas: [gone(7, AT + 20)] }));
    await way.settled();
    expect(await summaries(way)).toEqual([['created', 'Deployment/checkout']]);
    expect(await leases(way, '10.0.0.7')).toEqual([[7, 0, 20]]);
  });

  test('of the agent ends what went while it was away, once it has seen all anew', async () => {
    const way = await onRoad();
    await way.deriver();
    const other = slim(8, { ip: '10.0.0.8', startedAt: AT });
    await way.send(way.chunk({ deltas: [told(pod, AT + 1), told(other, AT + 1)] }));
    const second = { boot: 'b2', epoch: 2 };
    await way.send(way.chunk({ deltas: [told(other, AT + 60_000)] }, { ...second, seq: 1 }));
    await way.settled();
    expect(await leases(way, '10.0.0.7')).toEqual([[7, 0, undefined]]);
    await way.checkpoint([other], AT + 60_001, 2);
    await way.send(way.chunk({ deltas: [moved({ ...other, restarts: 1 }, AT + 66_000)] }, { ...second, seq: 2 }));
    await way.settled();
    expect(await leases(way, '10.0.0.7')).toEqual([[7, 0, 60_001]]);
    expect(await leases(way, '10.0.0.8')).toEqual([[8, 0, undefined]]);
  });

  test('of the agent repeats no births', async () => {
    const way = await onRoad();
    await way.deriver();
    const born = revision(9, { ...birth, name: 'new' });
    const seen = told(slim(9, { kind: 'Deployment', name: 'new' }), AT);
    await way.send(way.chunk({ revisions: [born], deltas: [seen] }));
    await way.send(way.chunk({ revisions: [{ ...born, at: AT + 30_000 }] }, { boot: 'b2', epoch: 2, seq: 1 }));
    await way.settled();
    expect(await summaries(way)).toEqual([['created', 'Deployment/new']]);
  });

  test('a deriver that missed chunks, since another had them, looks at the store again', async () => {
    const way = await onRoad();
    await way.deriver();
    await way.send(way.chunk({ deltas: [told(pod, AT + 1)] }, { seq: 1 }));
    await way.settled();
    const sandboxed = { ...pod, ip: '10.0.0.9' };
    await way.store.leases.write(way.cluster, [
      { ip: '10.0.0.7', uid: pod.uid, from: AT, to: AT + 30, hostNetwork: false },
      { ip: '10.0.0.9', uid: pod.uid, from: AT + 30, hostNetwork: false },
    ]);
    await way.checkpoint([sandboxed], AT + 40);
    await way.send(way.chunk({ deltas: [gone(7, AT + 50)] }, { seq: 5 }));
    await way.settled();
    expect(await leases(way, '10.0.0.7')).toEqual([[7, 0, 30]]);
    expect(await leases(way, '10.0.0.9')).toEqual([[7, 30, 50]]);
  });
});

const birth = { op: 'add', createdAt: AT } as const;

/** The same, but `check` runs before each write. */
const before = <T extends Pick<Store['changes'], 'write'> | Pick<Store['leases'], 'write'>>(
  kept: T,
  check: (...written: Parameters<T['write']>) => Promise<void>,
): T => ({
  ...kept,
  async write(...written: Parameters<T['write']>) {
    await check(...written);
    await (kept.write as (...all: Parameters<T['write']>) => Promise<void>)(...written); // the same function, its parameters named
  },
});
