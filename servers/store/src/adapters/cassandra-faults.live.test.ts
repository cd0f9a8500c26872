// What may happen to Cassandra: it goes away, it hangs, several processes meet an empty one, rows end.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { nodeCompression } from '@mosaic/runtime';
import { sealLogs, Unavailable } from '@mosaic/wire';
import { describe, expect, test } from 'vitest';
import { freshName } from '../contract/making.ts';
import { CONTRACT_NOW, checkpoint, DAY, fileAll, HOUR, MINUTE, podOf, revision, uidOf } from '../contract/values.ts';
import { openSession } from './cassandra/session.ts';
import { cassandraStore } from './cassandra.ts';

const [first = ''] = (process.env.CASSANDRA_HOSTS ?? '').split(',');
if (first === '') throw new Error('CASSANDRA_HOSTS is empty; start one with `npm run dev:services`');
const [host = '', ownPort] = first.split(':');
const port = Number(ownPort ?? process.env.CASSANDRA_PORT ?? 9042);
const about = {
  datacenter: process.env.CASSANDRA_DATACENTER ?? 'datacenter1',
  compression: nodeCompression,
  now: () => CONTRACT_NOW,
};
const keyspace = `faults_${Date.now().toString(36)}`;

/** A cable that can be cut, or that carries nothing for a while. */
function cable() {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let at = 0;
  let dead = false;
  const plug = (): Promise<number> =>
    new Promise((resolve) => {
      server = createServer((near) => {
        const far = connect(port, host);
        for (const socket of [near, far]) {
          sockets.add(socket);
          socket.on('error', () => {}).on('close', () => sockets.delete(socket));
        }
        if (!dead) near.pipe(far).pipe(near);
      }).listen(at, '127.0.0.1', () => {
        const address = server?.address();
        if (typeof address === 'object' && address !== null) at = address.port;
        resolve(at);
      });
    });
  return {
    plug,
    cut(): void {
      server?.close();
      for (const socket of sockets) socket.destroy();
    },
    hang(): void {
      dead = true;
      for (const socket of sockets) socket.unpipe();
    },
    revive(): void {
      dead = false;
    },
  };
}

async function eventually<T>(attempt: () => Promise<T>, withinMs = 30_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

describe('cassandra out of reach', () => {
  const one = (rv: number) => revision({ at: CONTRACT_NOW - HOUR + rv, rv, json: `{"n":${rv}}` });

  for (const way of ['cut', 'hang'] as const) {
    test(`when the line is ${way === 'cut' ? 'cut' : 'dead'}, writes and reads say so within seconds, and all goes on by itself`, async () => {
      const line = cable();
      const linePort = await line.plug();
      const store = await cassandraStore({ ...about, hosts: ['127.0.0.1'], port: linePort, keyspace });
      const { id } = await store.clusters.enrol({ name: freshName(), kind: 'kubernetes' });
      await store.objects.write(id, [one(1)], CONTRACT_NOW);

      line[way]();
      const began = Date.now();
      await expect(store.objects.write(id, [one(2)], CONTRACT_NOW)).rejects.toThrow(Unavailable);
      await expect(store.objects.at(id, uidOf(1), CONTRACT_NOW)).rejects.toThrow(Unavailable);
      expect((await store.health()).ok).toBe(false);
      expect(Date.now() - began).toBeLessThan(20_000);

      if (way === 'cut') await line.plug();
      else line.revive();
      await eventually(() => store.objects.write(id, [one(2)], CONTRACT_NOW));
      expect(await store.objects.at(id, uidOf(1), CONTRACT_NOW)).toMatchObject({ rv: 2, json: '{"n":2}' });
      expect((await store.health()).ok).toBe(true);
      await store.close();
      line.cut();
    });
  }

  test('log chunks whose writing broke off anywhere, between body and index too, are written again and found once', async () => {
    const line = cable();
    const linePort = await line.plug();
    const store = await cassandraStore({ ...about, hosts: ['127.0.0.1'], port: linePort, keyspace });
    const { id } = await store.clusters.enrol({ name: freshName(), kind: 'kubernetes' });
    const stream = { namespace: 'shop', pod: 'cart-1', podUid: 'u1', container: 'cart', restart: 0, node: 'n1' };
    const from = CONTRACT_NOW - (CONTRACT_NOW % HOUR) - HOUR;
    const chunks = Array.from({ length: 120 }, (_, n) =>
      sealLogs(
        [{ stream, channel: 'stdout', at: from + n * 1_000, nanos: 0, text: `line ${n}` }],
        { cluster: id, source: 'n1', boot: 'b', epoch: 1, seq: n + 1, sealedAt: from + n * 1_000 },
        nodeCompression,
      ),
    ).flat();
    // As a receiver does: what was not acknowledged comes again, over and over, while the line is cut now and then.
    let waiting = chunks;
    for (let cuts = 0; waiting.length > 0; cuts++) {
      const done = Promise.allSettled(waiting.map((chunk) => store.logs.file(chunk, CONTRACT_NOW)));
      if (cuts < 4) {
        await new Promise((resolve) => setTimeout(resolve, 3 + cuts * 4));
        line.cut();
      }
      const results = await done;
      waiting = waiting.filter((_, n) => results[n]?.status === 'rejected');
      if (cuts < 4) {
        await line.plug();
        await eventually(() => store.clusters.all());
      }
    }
    const { items } = await eventually(() => store.logs.search(id, { from, to: from + HOUR }, { limit: 1000 }));
    expect(items.map(({ text }) => text)).toEqual(chunks.map((_, n) => `line ${n}`));
    await store.close();
    line.cut();
  }, 120_000);

  test('a start without it is refused as unavailable', async () => {
    const line = cable();
    const linePort = await line.plug();
    line.cut();
    const start = cassandraStore({ ...about, hosts: ['127.0.0.1'], port: linePort, keyspace });
    await expect(start).rejects.toThrow(Unavailable);
  });
});

test('several processes that meet an empty Cassandra make one schema', async () => {
  const fresh = { ...about, hosts: [`${host}:${port}`], keyspace: `${keyspace}_several` };
  const stores = await Promise.all([cassandraStore(fresh), cassandraStore(fresh), cassandraStore(fresh)]);
  const name = freshName();
  const ids = await Promise.all(stores.map((store) => store.clusters.enrol({ name, kind: 'kubernetes' })));
  expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
  await Promise.all(stores.map((store) => store.close()));
});

test('the last state of a cluster that fell silent outlives its rows', async () => {
  let now = CONTRACT_NOW;
  const store = await cassandraStore({ ...about, now: () => now, hosts: [`${host}:${port}`], keyspace });
  const { id } = await store.clusters.enrol({ name: freshName(), kind: 'kubernetes' });
  const pods = [0, 1, 2].map((n) => podOf(n));
  const at = CONTRACT_NOW - (CONTRACT_NOW % HOUR);
  now = at + 14 * DAY - 4_000; // what is written now has four seconds to live …
  await fileAll(store, checkpoint(id, { at, slims: pods }));
  now = at + 14 * DAY + 21 * MINUTE - 4_000; // … and this too
  const later = [...pods, podOf(9)];
  await fileAll(store, [
    ...checkpoint(id, { at: at + 10 * MINUTE, slims: later, seq: 3, base: { at, slims: pods } }),
    ...checkpoint(id, { at: at + 21 * MINUTE, slims: later, seq: 5, sameAs: { at: at + 10 * MINUTE, shards: [0, 1] } }),
  ]);
  await eventually(async () => {
    const state = await store.state.at(id, now);
    expect(state.checkpointAt).toBe(at + 21 * MINUTE);
    expect(state.objects.size).toBe(4);
    expect(state.stale).toBeDefined();
  });
  await store.close();
});

test('a retention told to one process is what the others write with, and what compaction windows follow', async () => {
  const own = { ...about, hosts: [`${host}:${port}`], keyspace: `${keyspace}_retention` };
  const [api, receiver] = await Promise.all([cassandraStore(own), cassandraStore(own)]);
  const session = await openSession({ ...own, port });
  const { id } = await api.clusters.enrol({ name: freshName(), kind: 'kubernetes' });
  const before = api.upkeep.retention();
  await api.upkeep.retain({ ...before, days: { ...before.days, objects: 3 } });
  const [table] = await session.run(
    "SELECT compaction FROM system_schema.tables WHERE keyspace_name = ? AND table_name = 'object_rev'",
    [own.keyspace],
  );
  expect(table?.compaction).toMatchObject({ compaction_window_size: '3' });
  await eventually(async () => expect(receiver.upkeep.retention().days.objects).toBe(3));
  await receiver.objects.write(id, [revision({ at: CONTRACT_NOW, rv: 1, json: '{}' })], CONTRACT_NOW);
  const [row] = await session.run('SELECT TTL(op) AS ttl FROM object_rev');
  expect(row?.ttl).toBeLessThanOrEqual(3 * 86_400);
  const objects = (await receiver.upkeep.usage()).filter(({ family }) => family === 'objects');
  expect(objects).toEqual([expect.objectContaining({ clusters: { [id]: expect.any(Number) } })]);
  await Promise.all([api.close(), receiver.close(), session.close()]);
});

test('no table whose rows end is written by a read, or read twice for speed', async () => {
  const own = { ...about, hosts: [`${host}:${port}`], keyspace: `${keyspace}_retention` };
  const store = await cassandraStore(own);
  const session = await openSession({ ...own, port });
  const cql =
    'SELECT table_name, compaction, read_repair, speculative_retry FROM system_schema.tables WHERE keyspace_name = ?';
  const rows = await session.run(cql, [own.keyspace]);
  const ending = rows.filter((row) => String(JSON.stringify(row.compaction)).includes('TimeWindow'));
  expect(ending.length).toBeGreaterThan(15);
  for (const row of ending)
    expect([row.table_name, row.read_repair, row.speculative_retry]).toEqual([row.table_name, 'NONE', 'NEVER']);
  await Promise.all([store.close(), session.close()]);
});
