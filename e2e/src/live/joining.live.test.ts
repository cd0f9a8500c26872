// A cluster joins, tells, is revoked and joins again: agent, API and receiver as they are, over a memory store and an in-process road.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import { type Joining, join, NotEnrolled } from '@mosaic/agent-cluster';
import { type Api, createApi } from '@mosaic/api';
import { createReceiver, type Receiver } from '@mosaic/receiver';
import { nodeCompression, type SigningKey, silentLog } from '@mosaic/runtime';
import { memoryStore, type Store } from '@mosaic/store';
import { inProcessTransport, TOPICS, type Transport } from '@mosaic/transport';
import { type CoverageRecord, sealChunk, writeCoverage } from '@mosaic/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apiAt, eventually } from '../journey/http.ts';

const clock = { now: Date.UTC(2026, 10, 21, 12) };
let folder: string;
let store: Store;
let transport: Transport;
let api: Api;
let receiver: Receiver;
let url: string;
const aside: string[] = [];

beforeEach(async () => {
  aside.length = 0;
  folder = mkdtempSync(pathOf(tmpdir(), 'mosaic-joining-'));
  const now = (): number => clock.now;
  store = memoryStore({ compression: nodeCompression, now });
  transport = inProcessTransport();
  const parts = { store, transport, compression: nodeCompression, log: silentLog, now };
  api = await createApi({ ...parts, version: '0', settings: { host: '127.0.0.1', port: 0, agentBrokers: ['k:9094'] } });
  url = await api.listen(0);
  receiver = createReceiver(parts);
  await receiver.start();
  const note = async (batch: readonly { readonly headers?: Readonly<Record<string, string>> }[]): Promise<void> => {
    for (const { headers } of batch) aside.push(headers?.reason ?? '');
  };
  await transport.subscribe({ group: 'test', topics: [TOPICS.quarantine], handle: note });
});
afterEach(async () => {
  await receiver.stop();
  await api.close();
  await transport.close();
  rmSync(folder, { recursive: true });
});

async function tokenFile(): Promise<string> {
  const made = await apiAt(url).ask('/api/v1/enrolments', {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"us-1"}' },
  });
  const { token } = made.body as { readonly token: string }; // a 201's
  const path = pathOf(folder, 'token');
  writeFileSync(path, token);
  return path;
}

const joining = (file: string, dataDir = 'agent'): Joining => ({
  ...{ server: url, tokenFile: file, caFile: undefined, dataDir: pathOf(folder, dataDir), keyFile: undefined },
  ...{ name: 'us-1', uid: 'uid-1', version: 'v1.34.2', log: silentLog },
});

let sequence = 0;
/** What the agent saw, signed and sent. */
async function tell(cluster: number, signer: SigningKey): Promise<void> {
  sequence++;
  const seen: CoverageRecord = {
    ...{ source: 'cluster-agent', boot: 'b', epoch: 1, sequence, signal: 'objects', kind: 'v1/Pod', state: 'watching' },
    ...{ from: clock.now - 10_000, coveredTo: clock.now },
  };
  const header = {
    ...{ signal: 'coverage' as const, cluster, source: 'cluster-agent', boot: 'b', epoch: 1, seq: sequence, count: 1 },
    ...{ t0: clock.now, t1: clock.now, sealedAt: clock.now },
  };
  const { bytes } = sealChunk({ header, rows: writeCoverage([seen]) }, nodeCompression, signer);
  await transport.publish(TOPICS.coverage, [{ key: String(cluster), value: bytes }]);
}
const coveredTo = async (cluster: number): Promise<number> =>
  Math.max(0, ...(await store.coverage.between(cluster, { from: 0, to: clock.now })).map(({ to }) => to));

test('a cluster joins once, is believed, is revoked, and joins again under its number with another key', async () => {
  const first = await join(joining(await tokenFile()));
  const { cluster } = first.told;
  expect(first.told).toMatchObject({ name: 'us-1', settings: { KAFKA_BROKERS: 'k:9094' } });
  await tell(cluster, first.signer);
  await eventually('what it saw is kept', async () => ((await coveredTo(cluster)) === clock.now ? true : undefined));

  const revoked = await apiAt(url).ask('/api/v1/clusters/us-1/keys', { method: 'DELETE' });
  expect(revoked.status).toBe(204);
  clock.now += 4_000;
  await tell(cluster, first.signer);
  await eventually('what it signs is set aside', async () => (aside.length > 0 ? true : undefined));
  expect(aside).toEqual([`key ${first.signer.keyId} of cluster ${cluster} was revoked`]);
  expect(await coveredTo(cluster)).toBe(clock.now - 4_000);

  const again = await join(joining(await tokenFile()));
  expect([again.told.cluster, again.signer.keyId === first.signer.keyId]).toEqual([cluster, false]);
  await tell(cluster, again.signer);
  await eventually('it is believed again', async () => ((await coveredTo(cluster)) === clock.now ? true : undefined));
});

test('a token that another agent used is refused, and one that lost what it was told is told again', async () => {
  const file = await tokenFile();
  const first = await join(joining(file));
  await expect(join(joining(file, 'another'))).rejects.toThrow(NotEnrolled);
  await expect(join(joining(file, 'yet-another'))).rejects.toThrow(/used already, at 2026.*mosaic clusters add us-1/);
  rmSync(pathOf(folder, 'agent', 'enrolment.json'));
  clock.now += 3_600_000;
  const again = await join(joining(file));
  expect(again.told).toEqual(first.told);
});
