// Backup and restore of a keyspace on a real Cassandra: the same answers, lifetimes and instants; while it is written; interrupted; refused.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCompression } from '@mosaic/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { patiently } from '../adapters/cassandra/copying.ts';
import { openSession, type Session } from '../adapters/cassandra/session.ts';
import { cassandraStore } from '../adapters/cassandra.ts';
import { CONTRACT_NOW, HOUR, revision, uidOf } from '../contract/values.ts';
import type { Store } from '../port.ts';
import { backup, type Request, restore } from './entry.ts';
import { MANIFEST_NAME, manifestText, readManifest } from './manifest.ts';
import { answersOfFirst, answersOfLater, fillFirst, fillLater } from './testing/past.ts';

const hosts = (process.env.CASSANDRA_HOSTS ?? '').split(',').filter((host) => host !== '');
if (hosts.length === 0) throw new Error('CASSANDRA_HOSTS is empty; start one with `npm run dev:services`');
const datacenter = process.env.CASSANDRA_DATACENTER ?? 'datacenter1';
const about = { hosts, port: Number(process.env.CASSANDRA_PORT ?? 9042), datacenter };

const root = mkdtempSync(join(tmpdir(), 'mosaic-backup-'));
const keyspaces: string[] = [];
const run = Date.now().toString(36);
afterAll(async () => {
  rmSync(root, { recursive: true, force: true });
  const session = await openSession(about);
  for (const keyspace of keyspaces) await patiently(() => session.run(`DROP KEYSPACE IF EXISTS ${keyspace}`));
  await session.close();
});
let made = 0;
const freshPath = (end = ''): string => join(root, `${made++}${end}`);
const freshKeyspace = (): string => {
  const keyspace = `backup_${run}_${made++}`;
  keyspaces.push(keyspace);
  return keyspace;
};

const open = (keyspace: string): Promise<Store> =>
  cassandraStore({ ...about, keyspace, compression: nodeCompression, now: () => CONTRACT_NOW });
const request = (keyspace: string, path: string, over: Partial<Request> = {}): Request => ({
  ...{ path, force: false, told: () => {} },
  store: { kind: 'cassandra', ...about, keyspace, replication: { [datacenter]: 1 } },
  ...over,
});
const answersOf = async (store: Store, cluster: number) => ({
  ...(await answersOfFirst(store, cluster)),
  ...(await answersOfLater(store, cluster)),
});
async function answersIn(keyspace: string, cluster: number): Promise<unknown> {
  const store = await open(keyspace);
  return answersOf(store, cluster).finally(() => store.close());
}
interface Filled {
  readonly keyspace: string;
  readonly cluster: number;
  readonly answers: unknown;
}
/** One for all that only read it: a schema takes Cassandra seconds. */
let shared: Promise<Filled> | undefined;
const filled = (): Promise<Filled> => {
  shared ??= fill();
  return shared;
};
async function fill(): Promise<Filled> {
  const keyspace = freshKeyspace();
  const store = await open(keyspace);
  const cluster = await fillFirst(store);
  await fillLater(store, cluster);
  const answers = await answersOf(store, cluster);
  await store.close();
  return { keyspace, cluster, answers };
}
async function asking<T>(keyspace: string, ask: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession({ ...about, keyspace });
  return ask(session).finally(() => session.close());
}

describe('a restored keyspace', () => {
  test.each(['', '.tar'])('answers every question as the one that was saved did (to a name with %j)', async (end) => {
    const { keyspace, cluster, answers } = await filled();
    const path = freshPath(end);
    const saved = await backup(request(keyspace, path));
    expect(saved.rows).toBeGreaterThan(70);
    const other = freshKeyspace();
    expect(await restore(request(other, path))).toMatchObject({ store: 'cassandra', rows: saved.rows, notes: [] });
    expect(await answersIn(other, cluster)).toEqual(answers);
  });

  test('keeps when cells were written and what is left of their lives', async () => {
    const { keyspace } = await filled();
    const path = freshPath('.tar');
    await backup(request(keyspace, path));
    const other = freshKeyspace();
    await restore(request(other, path));
    const times = (of: string): Promise<unknown> =>
      asking(of, async (session) => {
        const lease = await session.run('SELECT ip, writetime(to_ts) AS w FROM ip_lease');
        const seen = await session.run('SELECT key, writetime(about) AS a, writetime(first_ts) AS b FROM seen');
        const written = await session.run('SELECT family, bytes FROM written');
        return [lease, seen, written].map((rows) => rows.map((row) => row.values().map(String)).sort());
      });
    expect(await times(other)).toEqual(await times(keyspace));
    const lives = (of: string): Promise<number[]> =>
      asking(of, async (session) =>
        (await session.run('SELECT ttl(body) AS t FROM log_chunk')).map((row) => Number(row.t)).sort((a, b) => a - b),
      );
    const [before, after] = [await lives(keyspace), await lives(other)];
    expect(after.length).toBe(before.length);
    expect(after.every((left, n) => left > 0 && Math.abs(left - (before[n] ?? 0)) < 120)).toBe(true);
  });

  test('is the same when it is restored twice', async () => {
    const { keyspace, cluster, answers } = await filled();
    const path = freshPath('.tar');
    await backup(request(keyspace, path));
    const other = freshKeyspace();
    await restore(request(other, path));
    await expect(restore(request(other, path))).rejects.toThrow('is not empty');
    await restore(request(other, path, { force: true }));
    expect(await answersIn(other, cluster)).toEqual(answers);
  });

  test('takes what comes late as the saved one would have', async () => {
    const { keyspace, cluster } = await filled();
    const path = freshPath('.tar');
    await backup(request(keyspace, path));
    const other = freshKeyspace();
    await restore(request(other, path));
    const store = await open(other);
    const from = CONTRACT_NOW - 3 * HOUR;
    const closing = { ip: 'fd00::1', uid: uidOf(2), from, to: from + HOUR, hostNetwork: true };
    await store.leases.write(cluster, [closing]);
    expect(await store.leases.of(cluster, 'fd00::1', { from, to: CONTRACT_NOW })).toEqual([closing]);
    await store.close();
  });
});

test('a backup made while it is written keeps every promise: what an index names has its body', async () => {
  const keyspace = freshKeyspace();
  const store = await open(keyspace);
  const cluster = await fillFirst(store);
  let rv = 0;
  let isOver = false;
  const begin = CONTRACT_NOW - HOUR;
  const writing = (async () => {
    while (!isOver) {
      const n = ++rv;
      await store.objects.write(
        cluster,
        [revision({ at: begin + n, rv: 100 + n, uid: uidOf(9), json: `{"n":${n}}` })],
        begin,
      );
    }
  })();
  while (rv < 100) await new Promise((resolve) => setTimeout(resolve, 10));
  const before = rv - 1;
  await fillLater(store, cluster);
  const path = freshPath('.tar');
  await backup(request(keyspace, path));
  isOver = true;
  await writing;
  await store.close();
  const other = freshKeyspace();
  await restore(request(other, path));
  const restored = await open(other);
  const { items } = await restored.objects.history(
    cluster,
    uidOf(9),
    { from: begin, to: CONTRACT_NOW },
    { bodies: true, limit: 100_000 },
  );
  const kept = items.map((item) => item.rv - 100).reverse();
  expect(kept.filter((n) => n <= before)).toEqual(Array.from({ length: before }, (_, n) => n + 1));
  expect(items.every(({ rv: n, json }) => json === `{"n":${n - 100}}`)).toBe(true);
  expect((await restored.logs.search(cluster, { from: 0, to: CONTRACT_NOW }, { limit: 100 })).items).toHaveLength(40);
  await restored.close();
});

test('a restore that was interrupted goes on when it is run again, and another one is refused meanwhile', async () => {
  const { keyspace, cluster, answers } = await filled();
  const [path, another] = [freshPath('.tar'), freshPath('.tar')];
  await backup(request(keyspace, path));
  await backup(request(keyspace, another));
  const other = freshKeyspace();
  const cut = request(other, path, {
    told: ({ done, of, unit }) => {
      if (unit === 'rows' && done > of / 2) throw new Error('the line went');
    },
  });
  await expect(restore(cut)).rejects.toThrow('the line went');
  await expect(restore(request(other, another))).rejects.toThrow('was interrupted; run that one again');
  const { notes } = await restore(request(other, path));
  expect(notes).toEqual([expect.stringContaining('from a restore that was interrupted')]);
  expect(await answersIn(other, cluster)).toEqual(answers);
});

describe('what is refused', () => {
  test('a keyspace that is not there, or not ours', async () => {
    await expect(backup(request(`nowhere_${run}`, freshPath()))).rejects.toThrow('there is no keyspace nowhere');
    const foreign = freshKeyspace();
    const session = await openSession(about);
    await session.run(
      `CREATE KEYSPACE ${foreign} WITH replication = {'class': 'NetworkTopologyStrategy', '${datacenter}': 1}`,
    );
    await session.close();
    const path = freshPath('.tar');
    await expect(backup(request(foreign, path))).rejects.toThrow('holds no store of Mosaic');
    expect(existsSync(path)).toBe(false);
  });

  test('a piece that was damaged, and a schema of a later release: nothing is made', async () => {
    const { keyspace } = await filled();
    const path = freshPath();
    await backup(request(keyspace, path));
    const file = join(path, MANIFEST_NAME);
    const text = readFileSync(file, 'utf8');
    const manifest = readManifest(text, path);
    if (manifest.store !== 'cassandra') throw new Error('it is of Cassandra');
    const other = freshKeyspace();
    writeFileSync(file, manifestText({ ...manifest, migrations: [...manifest.migrations, 999] }));
    await expect(restore(request(other, path))).rejects.toThrow('made by a newer Mosaic: its schema has step 999');
    writeFileSync(file, text);
    const piece = join(path, manifest.files[0]?.name ?? '');
    const bytes = readFileSync(piece);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(piece, bytes);
    await expect(restore(request(other, path))).rejects.toThrow('is damaged');
    const kept = await filled();
    await expect(restore(request(kept.keyspace, path, { force: true }))).rejects.toThrow('is damaged');
    expect(await answersIn(kept.keyspace, kept.cluster)).toEqual(kept.answers);
    await expect(restore(request(freshKeyspace(), path, { check: true }))).rejects.toThrow('is damaged');
  });

  test('a backup of the other store', async () => {
    const { keyspace } = await filled();
    const path = freshPath('.tar');
    await backup(request(keyspace, path));
    const folder = freshPath();
    await expect(restore(request('', path, { store: { kind: 'embedded', folder } }))).rejects.toThrow(
      '--store cassandra',
    );
  });
});
