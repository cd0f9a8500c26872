// Topics, lag and health, over one admin connection that is made when needed and remade when it failed.

import type { Admin } from 'kafkajs';
import { MOST_MESSAGE_BYTES } from '../limits.ts';
import type { Transport } from '../port.ts';
import { type KafkaOptions, kafkaClient, within } from './kafka-client.ts';

export interface KafkaTopics extends Pick<Transport, 'ensureTopics' | 'lag' | 'health' | 'close'> {
  /** The end of each partition, decimal. */
  ends(topic: string): Promise<ReadonlyMap<number, string>>;
  /** What a group has committed; partitions it has not are absent. */
  committed(group: string, topics: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>>;
}

const DEFAULT_PARTITIONS = 8;
const WITHIN_MS = 15_000;
const HEALTH_WITHIN_MS = 5_000;
/** A topic that was made is known to all brokers a little later. */
const KNOWN_ROUNDS = 100;
const KNOWN_EVERY_MS = 50;
const PASSING_ROUNDS = 6;
/** Topics keep at least a day; the rest is the broker's own setting. */
const CONFIG = [
  { name: 'max.message.bytes', value: String(MOST_MESSAGE_BYTES + 256 * 1024) },
  { name: 'retention.ms', value: String(26 * 3_600_000) },
];

export function kafkaTopics(options: KafkaOptions): KafkaTopics {
  const { partitions: defaultPartitions = DEFAULT_PARTITIONS, replicationFactor = -1 } = options;
  const known = new Set<string>();
  let connecting: Promise<Admin> | undefined;
  let closed = false;

  async function connect(): Promise<Admin> {
    if (closed) throw new Error('the transport is closed');
    const admin = kafkaClient(options).admin();
    await admin.connect();
    return admin;
  }

  /** A failed connection is not used again. */
  async function asking<T>(what: string, ask: (admin: Admin) => Promise<T>, ms = WITHIN_MS): Promise<T> {
    connecting ??= connect();
    const mine = connecting;
    try {
      return await within(
        ms,
        what,
        mine.then((admin) => patiently(() => ask(admin))),
      );
    } catch (error) {
      if (connecting === mine) connecting = undefined;
      mine.then((admin) => admin.disconnect()).catch(() => {}); // it failed already
      throw error;
    }
  }

  async function make(admin: Admin, topics: Parameters<Transport['ensureTopics']>[0]): Promise<void> {
    const there = new Set(await admin.listTopics());
    const missing = topics.filter(({ topic }) => !there.has(topic));
    if (missing.length === 0) return;
    // One that somebody else made meanwhile is fine with kafkajs.
    await admin.createTopics({
      waitForLeaders: false, // kafkajs waits for a leader, but not for the topic to be known
      topics: missing.map(({ topic, partitions = defaultPartitions }) => {
        return { topic, numPartitions: partitions, replicationFactor, configEntries: CONFIG };
      }),
    });
    for (let round = 0; round < KNOWN_ROUNDS && !(await haveLeaders(admin, missing)); round++)
      await new Promise((resolve) => setTimeout(resolve, KNOWN_EVERY_MS));
  }

  const ends = (topic: string) =>
    asking(`ends of ${topic}`, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return new Map(offsets.map(({ partition, high }) => [partition, high]));
    });

  const committed = (group: string, topics: readonly string[]) =>
    asking(`offsets of ${group}`, async (admin) => {
      if (topics.length === 0) return new Map();
      const found = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
      return new Map(
        found.map(({ topic, partitions }) => {
          const kept = partitions.filter(({ offset }) => Number(offset) >= 0);
          return [topic, new Map(kept.map(({ partition, offset }) => [partition, offset]))];
        }),
      );
    });

  return {
    ends,
    committed,
    async ensureTopics(topics) {
      const unknown = topics.filter(({ topic }) => !known.has(topic));
      if (unknown.length === 0) return;
      await asking(`topics ${unknown.map(({ topic }) => topic).join(', ')}`, (admin) => make(admin, unknown));
      for (const { topic } of unknown) known.add(topic);
    },
    async lag(group, topics) {
      const there = new Set(await asking('topics', (admin) => admin.listTopics()));
      const known = topics.filter((topic) => there.has(topic));
      const places = await committed(group, known);
      const lags = topics.map(async (topic) => {
        if (!there.has(topic)) return [topic, 0] as const;
        const offsets = await asking(`ends of ${topic}`, (admin) => admin.fetchTopicOffsets(topic));
        const behind = offsets.map(({ partition, high, low }) => {
          return Number(high) - Math.max(Number(low), Number(places.get(topic)?.get(partition) ?? low));
        });
        return [topic, behind.reduce((sum, one) => sum + one, 0)] as const;
      });
      return Object.fromEntries(await Promise.all(lags));
    },
    async health() {
      if (closed) return { ok: false, detail: 'the transport is closed' };
      try {
        await asking('health', (admin) => admin.describeCluster(), HEALTH_WITHIN_MS);
        return { ok: true };
      } catch (error) {
        return { ok: false, detail: error instanceof Error ? error.message : String(error) };
      }
    },
    async close() {
      closed = true;
      const admin = await connecting?.catch(() => undefined);
      connecting = undefined;
      await admin?.disconnect();
    },
  };
}

function haveLeaders(admin: Admin, made: readonly { readonly topic: string }[]): Promise<boolean> {
  return admin.fetchTopicMetadata({ topics: made.map(({ topic }) => topic) }).then(
    ({ topics }) => topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0)),
    () => false, // not known yet
  );
}

/** A leader that does not know yet that it is one answers with an error that passes. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await ask();
    } catch (error) {
      const passes = (error as { retriable?: boolean }).retriable === true; // how kafkajs marks them
      if (!passes || round === PASSING_ROUNDS) throw error;
      await new Promise((resolve) => setTimeout(resolve, KNOWN_EVERY_MS * round));
    }
  }
}
