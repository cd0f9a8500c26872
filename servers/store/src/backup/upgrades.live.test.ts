// The schema and rows of the first release on a real Cassandra: restored under that schema, then brought up to date by three processes that start at once.

import { nodeCompression } from '@mosaic/runtime';
import { afterAll, expect, test } from 'vitest';
import { patiently } from '../adapters/cassandra/copying.ts';
import { openSession } from '../adapters/cassandra/session.ts';
import { cassandraStore } from '../adapters/cassandra.ts';
import { CONTRACT_NOW } from '../contract/values.ts';
import { restore } from './entry.ts';
import { asWritten, golden } from './testing/golden.ts';
import { opening } from './testing/opening.ts';
import { answersOfFirst, answersOfLater, fillLater } from './testing/past.ts';

const hosts = (process.env.CASSANDRA_HOSTS ?? '').split(',').filter((host) => host !== '');
if (hosts.length === 0) throw new Error('CASSANDRA_HOSTS is empty; start one with `npm run dev:services`');
const datacenter = process.env.CASSANDRA_DATACENTER ?? 'datacenter1';
const about = { hosts, port: Number(process.env.CASSANDRA_PORT ?? 9042), datacenter };
const keyspace = `upgrades_${Date.now().toString(36)}`;
const place = { ...about, keyspace, replication: { [datacenter]: 1 } };
const first = golden('cassandra');

afterAll(async () => {
  const session = await openSession(about);
  await patiently(() => session.run(`DROP KEYSPACE IF EXISTS ${keyspace}`));
  await session.close();
});

async function migrations(): Promise<number[]> {
  const session = await openSession(place);
  const rows = await session.run('SELECT n FROM migration').finally(() => session.close());
  return rows.map((row) => Number(row.n)).sort((a, b) => a - b);
}

test('three processes that start on the first schema bring it up to date once, and its past is answered as it was', async () => {
  await restore({
    path: first.path,
    store: { kind: 'cassandra', ...place },
    force: false,
    told: () => {},
    now: () => first.savedAt,
  });
  expect(await migrations()).toEqual([1]);
  expect(await opening(place, 3)).toEqual(['open', 'open', 'open']);
  const known = await migrations();
  expect(known.length).toBeGreaterThanOrEqual(3);
  expect(known[0]).toBe(1);
  const store = await cassandraStore({ ...place, compression: nodeCompression, now: () => CONTRACT_NOW });
  expect(asWritten(await answersOfFirst(store, first.cluster))).toMatchObject(first.answers);
  await fillLater(store, first.cluster);
  expect(await answersOfLater(store, first.cluster)).toMatchObject({ auditIsWhole: true, found: [expect.any(String)] });
  await store.close();
}, 300_000);
