import { nodeCompression } from '@mosaic/runtime';
import {
  type Connection,
  dynamicOf,
  type Slim,
  type SlimDelta,
  sealChunk,
  staticOf,
  writeConnections,
  writeSlims,
} from '@mosaic/wire';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type Road, road } from '../testing/road.ts';
import { AT as NOON, slim } from '../testing/seen.ts';
import { minuteDeriving } from './minute-deriving.ts';

const HOUR = 3_600_000;
/** Not at the full hour: no chunk crosses one. */
const AT = NOON + 600_000;
let roads: Road[] = [];
afterEach(async () => {
  await Promise.all(roads.map((each) => each.close()));
  roads = [];
});
const onRoad = async (): Promise<Road> => {
  const made = await road(() => AT);
  roads.push(made);
  return made;
};

const BORN = { createdAt: AT - HOUR, startedAt: AT - HOUR, phase: 'Running' };
const web = slim(1, { ...BORN, name: 'web', ip: '10.0.0.1' });
const a = slim(2, { ...BORN, name: 'a', ip: '10.0.0.2' });
const b = slim(3, { name: 'b', ip: '10.0.0.2', phase: 'Running', createdAt: AT + 30_000, startedAt: AT + 30_000 });
const done: Slim = { ...a, phase: 'Succeeded' };

const delta = (object: Slim, at: number): SlimDelta => ({
  ...{ uid: object.uid, at, gone: false, is: staticOf(object), how: dynamicOf(object) },
});
const call = (after: number, change: Partial<Connection> = {}): Connection => ({
  ...{ at: AT + after, until: AT + after + 10_000, node: 'node-1', side: 'client', protocol: 'tcp' },
  ...{ client: { ip: '10.0.0.1', port: 0 }, server: { ip: '10.0.0.2', port: 80 }, nat: 'none', method: 'proc' },
  ...{ open: 0, opened: 1, closed: 1, failed: 0 },
  ...change,
});
const edgesIn = async ({ store, cluster }: Road) =>
  (await store.edges.between(cluster, { from: AT, to: AT + HOUR })).flatMap(({ minute, edges }) =>
    edges.map(({ from, to, opened }) => [minute - AT, from.name, to.name, to.because, opened]),
  );
const closed = AT + 60_000 + 15_000;

describe('edges of a minute', () => {
  test('are derived when it is closed, and tell when they were there', async () => {
    const way = await onRoad();
    const deriver = await way.deriver();
    await way.checkpoint([web, a], AT - 1000);
    await way.send(way.chunk({ deltas: [delta(web, AT - 500), delta(a, AT - 500)] }));
    await way.saw([call(10_000), call(20_000)]);
    await way.settled();
    await deriver.due(AT + 50_000);
    expect(await edgesIn(way)).toEqual([]);
    await deriver.due(closed);
    expect(await edgesIn(way)).toEqual([[0, 'web', 'a', undefined, 2]]);
    expect(await way.store.edges.lives(way.cluster, { from: AT, to: AT + HOUR })).toEqual([
      { from: 'Pod:shop:web', to: 'Pod:shop:a', port: 80, protocol: 'tcp', firstAt: AT, lastAt: AT + 59_999 },
    ]);
    expect(await deriver.metrics()).toContain('mosaic_deriver_edges_total 1');
  });

  test('a late chunk reopens its minute, which is replaced whole', async () => {
    const way = await onRoad();
    const deriver = await way.deriver();
    await way.send(way.chunk({ deltas: [delta(web, AT - 500), delta(a, AT - 500)] }));
    await way.checkpoint([web, a], AT - 1000);
    await way.saw([call(10_000)]);
    await way.settled();
    await deriver.due(closed);
    await way.saw([call(30_000)]);
    await way.settled();
    await deriver.due(closed + HOUR);
    expect(await edgesIn(way)).toEqual([[0, 'web', 'a', undefined, 2]]);
  });

  test('an address that moved is its first holder’s before and its second’s after, and nobody’s between', async () => {
    const way = await onRoad();
    const deriver = await way.deriver();
    await way.checkpoint([web, a], AT - 1000);
    await way.send(
      way.chunk({
        deltas: [delta(web, AT - 500), delta(a, AT - 500), delta(done, AT + 30_000), delta(b, AT + 30_000)],
      }),
    );
    await way.checkpoint([web, done, b], AT + 40_000);
    await way.saw([call(10_000), call(25_000), call(40_000)]);
    await way.settled();
    await deriver.due(closed);
    expect(await edgesIn(way)).toEqual([
      [0, 'web', '10.0.0.2', 'changed hands at this instant', 1],
      [0, 'web', 'a', undefined, 1],
      [0, 'web', 'b', undefined, 1],
    ]);
  });

  test('a deriver that died before the minute was closed leaves it to the next', async () => {
    const way = await onRoad();
    const first = await way.deriver();
    await way.send(way.chunk({ deltas: [delta(web, AT - 500), delta(a, AT - 500)] }));
    await way.checkpoint([web, a], AT - 1000);
    await way.saw([call(10_000)]);
    await way.settled();
    await first.stop();
    const second = await way.deriver();
    await way.saw([call(600_000)]);
    await way.settled();
    await second.due(closed + 60_000);
    expect(await edgesIn(way)).toEqual([[0, 'web', 'a', undefined, 1]]);
  });

  test('what the receiver has not filed yet is waited for', async () => {
    const way = await onRoad();
    let isAway = true;
    const deriver = await way.deriver((store) => ({
      ...store,
      connections: {
        ...store.connections,
        between: async (...asked) => (isAway ? [] : store.connections.between(...asked)),
      },
    }));
    await way.checkpoint([web, a], AT - 1000);
    await way.send(way.chunk({ deltas: [delta(web, AT - 500), delta(a, AT - 500)] }));
    await way.saw([call(10_000)]);
    await way.settled();
    await deriver.due(closed);
    isAway = false;
    await deriver.due(closed + 2_000);
    expect(await edgesIn(way)).toEqual([[0, 'web', 'a', undefined, 1]]);
  });

  test('the same edges result whatever order objects and observations come in, and however often', async () => {
    type Step = (way: Road) => Promise<void>;
    const objects =
      (n: number, deltas: readonly SlimDelta[]): Step =>
      (way) =>
        way.send(way.chunk({ deltas }, { seq: n }));
    const steps: Step[] = [
      objects(1, [delta(web, AT - 500), delta(a, AT - 500)]),
      objects(2, [delta(done, AT + 30_000)]),
      objects(3, [delta(b, AT + 30_000)]),
      (way) => way.checkpoint([web, a], AT - 1000),
      (way) => way.checkpoint([web, done, b], AT + 40_000),
      (way) => way.saw([call(10_000)], 'node-1'),
      (way) => way.saw([call(25_000)], 'node-2'),
      (way) => way.saw([call(40_000), call(70_000)], 'node-3'),
    ];
    const inOrder = async (places: readonly number[]) => {
      const way = await onRoad();
      const deriver = await way.deriver();
      let now = closed;
      for (const place of places) {
        await steps[place]?.(way);
        await way.settled();
        now += 90_000;
        await deriver.due(now);
      }
      for (let looks = 1; looks <= 4; looks++) await deriver.due(now + looks * 90_000);
      return edgesIn(way);
    };
    const whole = await inOrder([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(whole).toEqual([
      [0, 'web', '10.0.0.2', 'changed hands at this instant', 1],
      [0, 'web', 'a', undefined, 1],
      [0, 'web', 'b', undefined, 1],
      [60_000, 'web', 'b', undefined, 1],
    ]);
    const shuffled = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 });
    const orders = fc.sample(shuffled, { numRuns: 40, seed: 7 });
    for (const order of orders) expect(await inOrder(order), JSON.stringify(order)).toEqual(whole);
  }, 30_000);
});

describe('leases that come late', () => {
  test('reopen the minutes they make a difference to', async () => {
    const way = await onRoad();
    const deriver = await way.deriver();
    await way.checkpoint([web, a], AT - 1000);
    await way.saw([call(10_000)]);
    await way.settled();
    await deriver.due(closed);
    expect((await edgesIn(way))[0]?.slice(1, 4)).not.toEqual(['web', 'a', undefined]);
    await way.send(way.chunk({ deltas: [delta(web, AT - 500), delta(a, AT - 500)] }));
    await way.settled();
    await deriver.due(closed + 30_000);
    await deriver.due(closed + 60_000);
    expect(await edgesIn(way)).toEqual([[0, 'web', 'a', undefined, 1]]);
  });
});

describe('two clusters', () => {
  test('an egress of one and an ingress of the other become one edge, whichever is derived first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const way = await onRoad();
      const { id: other } = await way.store.clusters.enrol({ name: 'other', kind: 'playground' });
      const nodeOf = (n: number, ip: string) =>
        slim(n, { kind: 'Node', namespace: '', name: `node-${n}`, addresses: [ip], createdAt: AT - HOUR });
      const ports = [{ protocol: 'tcp' as const, port: 80, target: 80, node: 30_080 }];
      const service = slim(9, { kind: 'Service', name: 'api', addresses: ['10.96.0.9'], ports, createdAt: AT - HOUR });
      await filed(
        way,
        way.cluster,
        [web, nodeOf(20, '192.168.1.1')],
        [call(10_000, { server: { ip: '192.168.2.2', port: 30_080 } })],
      );
      const client = { ip: '192.168.1.1', port: 0 };
      const original = { ip: '192.168.2.2', port: 30_080 };
      await filed(
        way,
        other,
        [a, service, nodeOf(21, '192.168.2.2')],
        [call(10_000, { side: 'server', client, original, nat: 'seen' })],
      );
      const derive = minuteDeriving(way.store);
      const clusters = [way.cluster, other];
      // Each once, then the look again.
      for (const place of [...order, ...order]) await derive(clusters[place] ?? 0, AT);
      const toldBy = async (cluster: number) => {
        const [minute] = await way.store.edges.between(cluster, { from: AT, to: AT });
        return minute?.edges.map(({ from, to, port }) => [from.cluster, from.name, to.cluster, to.name, port]);
      };
      expect(await toldBy(way.cluster)).toEqual([[undefined, 'web', other, 'a', 80]]);
      expect(await toldBy(other)).toEqual([[way.cluster, 'web', undefined, 'a', 80]]);
    }
  });
});

/** State, leases and observations of a cluster that no agent of this road watches. */
async function filed(
  { store }: Road,
  cluster: number,
  slims: readonly Slim[],
  seen: readonly Connection[],
): Promise<void> {
  const about = { cluster, source: 'agent', boot: 'b', epoch: 1, seq: 1, count: 1 };
  const at = { t0: AT - 1000, t1: AT - 1000, sealedAt: AT };
  const checkpoint = { at: AT - 1000, shard: 0, shards: 1, watermark: 0 };
  await store.state.file(
    sealChunk({ header: { ...about, ...at, signal: 'state', checkpoint }, body: writeSlims(slims) }, nodeCompression),
    AT,
  );
  const first = seen[0]?.at ?? AT;
  const header = { ...about, signal: 'connections', t0: first, t1: first, sealedAt: AT } as const;
  await store.connections.file(sealChunk({ header, body: writeConnections(seen) }, nodeCompression), AT);
  const leases = slims.flatMap(({ uid, kind, ip, addresses }) =>
    [...(ip === undefined ? [] : [ip]), ...addresses].map((address) => ({
      ip: address,
      uid,
      from: AT - HOUR,
      hostNetwork: kind === 'Node',
    })),
  );
  await store.leases.write(cluster, leases);
}
