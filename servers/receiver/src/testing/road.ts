// A short road for tests: a memory store, an in-process transport, one cluster with one key, and chunks sealed by it.

import { makeKey, nodeCompression, type SigningKey, silentLog } from '@mosaic/runtime';
import { memoryStore, type Store } from '@mosaic/store';
import { type Delivery, inProcessTransport, TOPICS, type Transport } from '@mosaic/transport';
import {
  type ChunkHeader,
  type ClusterEvent,
  type Compression,
  type CoverageRecord,
  type Revision,
  type Sealing,
  sealChunk,
  writeCoverage,
  writeEvents,
  writeRevisions,
} from '@mosaic/wire';
import { vi } from 'vitest';
import { createReceiver, RECEIVER_GROUP, type Receiver } from '../receiver.ts';

export const AT = Date.UTC(2026, 10, 21, 12);

export interface Road {
  readonly store: Store;
  readonly transport: Transport;
  readonly receiver: Receiver;
  readonly cluster: number;
  readonly key: SigningKey;
  readonly clock: { now: number };
  /** What was set aside, with its reason. */
  readonly aside: readonly Delivery[];
  seal(
    change: Partial<ChunkHeader>,
    sections: Omit<Sealing, 'header'>,
    key?: SigningKey,
    compression?: Compression,
  ): Uint8Array;
  send(bytes: Uint8Array, topic: string, key?: string): Promise<void>;
  /** Resolves when everything sent has been written or set aside. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function road(wrap: (store: Store) => Store = (store) => store): Promise<Road> {
  const clock = { now: AT };
  const store = memoryStore({ compression: nodeCompression, now: () => clock.now });
  const transport = inProcessTransport();
  const { id: cluster } = await store.clusters.enrol({ name: 'shop', kind: 'playground' });
  const key = makeKey();
  await store.clusters.addKey(cluster, key);
  const aside: Delivery[] = [];
  await transport.subscribe({
    group: 'test',
    topics: [TOPICS.quarantine],
    handle: async (batch) => void aside.push(...batch),
  });
  const receiver = createReceiver({
    store: wrap(store),
    transport,
    compression: nodeCompression,
    log: silentLog,
    now: () => clock.now,
  });
  await receiver.start();
  let seq = 0;
  return {
    store,
    transport,
    receiver,
    cluster,
    key,
    clock,
    aside,
    seal(change, sections, by = key, compression = nodeCompression) {
      seq += 1;
      const header = { signal: 'objects', cluster, source: 'cluster-agent', boot: 'b1', epoch: 1, seq } as const;
      const times = { t0: AT, t1: AT, sealedAt: AT, count: 1 };
      return sealChunk({ header: { ...header, ...times, ...change }, ...sections }, compression, by).bytes;
    },
    send: (value, topic, messageKey = String(cluster)) => transport.publish(topic, [{ key: messageKey, value }]),
    settled: () => vi.waitFor(() => drained(transport), { timeout: 10_000, interval: 5 }),
    async close() {
      await receiver.stop();
      await transport.close();
      await store.close();
    },
  };
}

async function drained(transport: Transport): Promise<void> {
  const received = await transport.lag(
    RECEIVER_GROUP,
    Object.values(TOPICS).filter((topic) => topic !== TOPICS.quarantine),
  );
  const setAside = await transport.lag('test', [TOPICS.quarantine]);
  const left = [...Object.values(received), ...Object.values(setAside)].reduce((sum, lag) => sum + lag, 0);
  if (left > 0) throw new Error(`${left} messages left`);
}

export const uidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export function revision(n: number, change: Partial<Revision> = {}): Revision {
  const body = new TextEncoder().encode(`{"kind":"Pod","metadata":{"name":"checkout-${n}"}}`);
  const names = { kind: 'Pod', apiVersion: 'v1', namespace: 'shop', name: `checkout-${n}` };
  const kept = { op: 'add', enc: 0, body, inflated: body.length, diff: [] } as const;
  return { uid: uidOf(n), ...names, at: AT, rv: n, ...kept, createdAt: AT, ...change };
}

export function event(n: number, change: Partial<ClusterEvent> = {}): ClusterEvent {
  const about = { namespace: 'shop', kind: 'Pod', name: `checkout-${n}`, objectUid: uidOf(n), source: 'kubelet' };
  return {
    uid: uidOf(1000 + n),
    at: AT,
    firstAt: AT,
    count: 1,
    type: 'Warning',
    reason: 'BackOff',
    message: 'again',
    ...about,
    ...change,
  };
}

export function coverage(n: number, change: Partial<CoverageRecord> = {}): CoverageRecord {
  const told = {
    source: 'cluster-agent',
    boot: 'b1',
    epoch: 1,
    sequence: n,
    signal: 'objects',
    kind: 'v1/Pod',
  } as const;
  return { ...told, from: AT - 10_000, coveredTo: AT, state: 'watching', ...change };
}

export const rowsOf = {
  objects: (revisions: readonly Revision[]) => ({ rows: writeRevisions(revisions) }),
  events: (events: readonly ClusterEvent[]) => ({ rows: writeEvents(events) }),
  coverage: (records: readonly CoverageRecord[]) => ({ rows: writeCoverage(records) }),
};
