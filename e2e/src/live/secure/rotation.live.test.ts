import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '@mosaic/store';
import { kafkaTransport } from '@mosaic/transport';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../journey/http.ts';
import { enrol, PODS_PER_CHUNK, podsOf, streaming } from './cluster.ts';
import { certificatesIn, type Secure, secureInstallation, signIn } from './installation.ts';

const BOOT = 'rotating';
const SEND_EVERY_MS = 100;
const KEPT_WITHIN_MS = 120_000;
const CERTIFIED = [
  ...['mosaic-kafka-tls', 'mosaic-cassandra-tls', 'mosaic-receiver-kafka', 'mosaic-receiver-cassandra'],
  ...['mosaic-api-kafka', 'mosaic-api-cassandra', 'mosaic-deriver-kafka', 'agent-1/mosaic-agent-kafka'],
];

let secure: Secure;
beforeAll(async () => {
  secure = await secureInstallation();
});
afterAll(() => secure?.stop());

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const certificateOf = (secret: string): string => readFileSync(join(secure.secrets, secret, 'tls.crt'), 'utf8');

async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await secure.openStore();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

test('every credential is replaced while data comes in, and nothing of it is lost or doubled', {
  timeout: 400_000,
}, async () => {
  expect(await withStore((store) => enrol(secure, store, ['a']))).toEqual([1]);
  const [, url] = await Promise.all([secure.server('receiver'), secure.server('api')]);
  const before = CERTIFIED.map(certificateOf);
  const oldAgent = { ...secure.kafkaAs('agent-1/mosaic-agent-kafka') };
  const stream = streaming(secure, 1, BOOT, SEND_EVERY_MS);
  /** What stores first, then who uses it, as `docker compose restart` with all their names; with one broker and one node both are away for a while. */
  const restartAll = async (): Promise<void> => {
    await Promise.all([secure.kafka.restart(), secure.cassandra.restart()]);
    await Promise.all([secure.server('receiver'), secure.server('api'), stream.restart()]);
  };

  expect(await secure.mosaic('rotate', 'receiver-kafka')).toContain('docker compose restart receiver');
  await secure.server('receiver');
  const session = await signIn(url, secure);
  expect(await secure.mosaic('rotate', 'all', '--server', url)).toContain('--continue');
  expect((await fetch(`${url}/api/v1/clusters`, bearer(session))).status).toBe(401); // sessions of the old password are over
  expect((await fetch(`${url}/api/v1/clusters`, bearer(await signIn(url, secure)))).status).toBe(200);
  await restartAll();
  await secure.mosaic('rotate', 'all', '--continue');
  await restartAll();
  await secure.mosaic('rotate', 'all', '--finish');
  await restartAll();

  const sent = (await stream.end()) * PODS_PER_CHUNK;
  expect(sent).toBeGreaterThan(500);
  expect(CERTIFIED.map(certificateOf).filter((now, index) => now === before[index])).toEqual([]);
  const kept = await withStore((store) =>
    eventually(
      'all is kept',
      async () => {
        const pods = await podsOf(store, 1, BOOT);
        return new Set(pods).size >= sent ? pods : undefined;
      },
      KEPT_WITHIN_MS,
    ),
  );
  expect([kept.length, new Set(kept).size]).toEqual([sent, sent]);

  // What the old authority signed is of no use any more.
  const { ca } = certificatesIn(join(secure.secrets, 'agent-1/mosaic-agent-kafka'));
  const stale = kafkaTransport({ ...oldAgent, ssl: { ...(oldAgent.ssl as object), ca } });
  expect((await stale.health()).ok).toBe(false);
  await stale.close();
});
