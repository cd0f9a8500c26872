// Real Kafka and Cassandra, clusters that are enrolled, receivers as they are shipped; what each costs and when all is taken.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Services, startServices } from '@mosaic/dev';
import { makeKey, nodeCompression, type SigningKey } from '@mosaic/runtime';
import { cassandraStore } from '@mosaic/store';
import { kafkaTransport, TOPICS, type Transport } from '@mosaic/transport';
import { openSession, type Session } from '../../../servers/store/src/adapters/cassandra/session.ts';
import { type Shipped, shipped } from '../pipeline/shipped.ts';
import { childNamed, cpuSeconds } from '../process-cost.ts';
import type { Sent } from './chunks.ts';

const KEYSPACE = 'bench_scale';
const BATCH_BYTES = 1024 * 1024;
const GIVE_UP_MS = 300_000;
const IN_FLIGHT = 8;

export interface Stage {
  readonly key: SigningKey;
  /** Ids. */
  readonly clusters: readonly number[];
  readonly session: Session;
  /** One more receiver, ready. */
  receiver(): Promise<Shipped>;
  api(): Promise<Shipped>;
  /** Until the broker has all of them. */
  send(chunks: readonly Sent[]): Promise<void>;
  /** Until the group has taken everything there is. */
  taken(): Promise<void>;
  /** Processor seconds so far. */
  costs(): { readonly kafka: number; readonly cassandra: number };
  stop(): Promise<void>;
}

export async function stage(count: number, tell: (line: string) => void): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-scale-'));
  const services = await startServices({ kafka: { told: tell }, cassandra: { told: tell } });
  const transport = kafkaTransport({ brokers: services.kafka.brokers, clientId: 'bench' });
  const key = makeKey();
  const clusters = await enrolled(services, key, count);
  tell(`${count} clusters are enrolled`);
  const { hosts, port, datacenter } = services.cassandra;
  const session = await openSession({ hosts: hosts.split(','), port, datacenter, keyspace: KEYSPACE });
  const env = {
    ...services.env,
    CASSANDRA_KEYSPACE: KEYSPACE,
    STORE: 'cassandra',
    TRANSPORT: 'kafka',
    MOSAIC_DATA: folder,
  };
  const running: Shipped[] = [];
  const start = async (bundle: string): Promise<Shipped> => {
    const one = await shipped(bundle, env);
    running.push(one);
    return one;
  };
  const engines = { kafka: childNamed('kafka.Kafka'), cassandra: childNamed('CassandraDaemon') };
  return {
    ...{ key, clusters, session },
    receiver: () => start('receiver'),
    api: () => start('api'),
    send: (chunks) => sendAll(transport, chunks),
    taken: () => allTaken(transport),
    costs: () => ({ kafka: cpuSeconds(engines.kafka), cassandra: cpuSeconds(engines.cassandra) }),
    async stop() {
      for (const one of running.reverse()) await one.stop();
      await session.close();
      await transport.close();
      await services.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** One key for all of them: whose it is does not change what checking costs. */
async function enrolled({ cassandra }: Services, key: SigningKey, count: number): Promise<number[]> {
  const { hosts, port, datacenter } = cassandra;
  const about = { hosts: hosts.split(','), port, datacenter, keyspace: KEYSPACE };
  const store = await cassandraStore({ ...about, compression: nodeCompression });
  const ids: number[] = [];
  for (let n = 0; n < count; n++) {
    const { id } = await store.clusters.enrol({ name: `bench-${n}`, kind: 'kubernetes' });
    await store.clusters.addKey(id, { keyId: key.keyId, publicKey: key.publicKey });
    ids.push(id);
  }
  await store.close();
  return ids;
}

/** As agents do: batches of a megabyte, several under way. */
async function sendAll(transport: Transport, chunks: readonly Sent[]): Promise<void> {
  const batches = batchesOf(chunks).values();
  const drain = async (): Promise<void> => {
    for (const batch of batches)
      for (const [topic, messages] of Map.groupBy(batch, (sent) => sent.topic))
        await transport.publish(topic, messages);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, drain));
}

function batchesOf(chunks: readonly Sent[]): Sent[][] {
  const batches: Sent[][] = [];
  let bytes = BATCH_BYTES;
  for (const chunk of chunks) {
    if (bytes + chunk.value.length > BATCH_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(chunk);
    bytes += chunk.value.length;
  }
  return batches;
}

async function allTaken(transport: Transport): Promise<void> {
  const topics = [TOPICS.state, TOPICS.logs, TOPICS.metrics, TOPICS.connections, TOPICS.coverage];
  for (const until = Date.now() + GIVE_UP_MS; Date.now() < until; ) {
    const lag = await transport.lag('mosaic-receiver', topics).catch(() => undefined); // busy: asked again
    if (lag && topics.every((topic) => lag[topic] === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not everything was taken within ${GIVE_UP_MS / 1000} s`);
}
