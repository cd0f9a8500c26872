import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cassandraConnection, kafkaConnection, makeKey, nodeCompression, readSettings } from '@mosaic/runtime';
import { cassandraStore } from '@mosaic/store';
import { kafkaTransport, TOPICS } from '@mosaic/transport';
import { sealChunk, writeRevisions } from '@mosaic/wire';
import { afterAll, expect, test, vi } from 'vitest';
import { receiverSettings } from './settings.ts';
import { revision, uidOf } from './testing/road.ts';

const run = `t${Date.now().toString(36)}`;
const env = {
  ...process.env,
  STORE: 'cassandra',
  CASSANDRA_KEYSPACE: `receiver_${run}`,
  TEST_GROUP: `receiver-${run}`,
};
const settings = readSettings(receiverSettings, env);
const processes: ChildProcess[] = [];
afterAll(() => {
  for (const each of processes) each.kill('SIGKILL');
});

async function receiver(): Promise<ChildProcess> {
  const entry = join(import.meta.dirname, 'testing/receiver-process.ts');
  const started = spawn(process.execPath, ['-C', '@mosaic/source', entry], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(started);
  const ended = once(started, 'exit').then(([code]) => Promise.reject(new Error(`the receiver ended with ${code}`)));
  ended.catch(() => {}); // a later end is the test's own doing
  await Promise.race([once(started.stdout, 'data'), ended]);
  return started;
}

/** Cassandra and Kafka of KAFKA_BROKERS and CASSANDRA_HOSTS. */
test('a receiver killed in the middle loses nothing and doubles nothing', { timeout: 120_000 }, async () => {
  const store = await cassandraStore({ compression: nodeCompression, ...cassandraConnection(settings) });
  const transport = kafkaTransport({ clientId: `receiver-test-${run}`, ...kafkaConnection(settings) });
  const { id: cluster } = await store.clusters.enrol({ name: run, kind: 'playground' });
  const key = makeKey();
  await store.clusters.addKey(cluster, key);
  const at = Date.now();
  const seal = (seq: number) => {
    const header = { signal: 'objects', cluster, source: 'cluster-agent', boot: run, epoch: 1, seq } as const;
    const rows = writeRevisions(
      [0, 1, 2, 3, 4].map((n) => revision(seq * 5 + n, { at, createdAt: at, namespace: run })),
    );
    return sealChunk({ header: { ...header, t0: at, t1: at, sealedAt: at, count: 5 }, rows }, nodeCompression, key)
      .bytes;
  };

  const first = await receiver();
  const sending = (async () => {
    for (let seq = 0; seq < 400; seq++)
      await transport.publish(TOPICS.objects, [{ key: String(cluster), value: seal(seq) }]);
  })();
  await vi.waitFor(async () => expect(await store.objects.at(cluster, uidOf(100), at + 1)).toBeDefined(), {
    timeout: 60_000,
  });
  first.kill('SIGKILL');
  await receiver();
  await sending;

  const names = async () => {
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const query = { from: at, to: at + 1, namespace: run, kind: 'Pod' };
      const page = await store.objects.names(cluster, query, { limit: 1000, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ uid }) => uid));
      cursor = page.next;
    }
    return seen;
  };
  await vi.waitFor(async () => expect((await names()).length).toBeGreaterThanOrEqual(2000), {
    timeout: 90_000,
    interval: 500,
  });
  const seen = await names();
  expect([seen.length, new Set(seen).size]).toEqual([2000, 2000]);
  for (const n of [0, 999, 1999]) {
    const { items } = await store.objects.history(cluster, uidOf(n), { from: at, to: at });
    expect(items).toHaveLength(1);
  }
  await transport.close();
  await store.close();
});
