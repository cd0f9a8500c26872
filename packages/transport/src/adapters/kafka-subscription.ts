// A subscription outlives its consumers: whatever ends one, a new one takes over where the last commit was.

import type { SubscribeOptions, Subscription } from '../port.ts';
import type { KafkaOptions } from './kafka-client.ts';
import { type Begin, kafkaMember } from './kafka-member.ts';
import type { KafkaTopics } from './kafka-topics.ts';

/** `subscribe` waits this long for the first join; beyond it the joining goes on alone, and `onTrouble` has told why. */
const JOIN_WITHIN_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** kafkajs has been seen to wait for ever after a broker went away: a member this silent is replaced. */
const MOST_SILENT_MS = 45_000;
const LISTEN_EVERY_MS = 5_000;

export async function kafkaSubscription(
  kafka: KafkaOptions,
  topics: KafkaTopics,
  options: SubscribeOptions,
): Promise<Subscription> {
  let stopped = false;
  let begins: readonly Begin[] | undefined;
  const ending = Promise.withResolvers<void>();
  const joined = Promise.withResolvers<void>();

  /** Resolves when this life is over. */
  async function live(): Promise<unknown> {
    await topics.ensureTopics(options.topics.map((topic) => ({ topic })));
    begins ??= await beginsOf(topics, options);
    const over = Promise.withResolvers<unknown>();
    const events = { joined: () => joined.resolve(), crashed: over.resolve };
    const mine = kafkaMember(kafka, options, begins, events);
    const listening = setInterval(() => {
      if (mine.silentMs() > MOST_SILENT_MS) over.resolve(new Error(`nothing heard for ${MOST_SILENT_MS} ms`));
    }, LISTEN_EVERY_MS);
    try {
      await mine.run();
      return await Promise.race([over.promise, ending.promise]);
    } finally {
      clearInterval(listening);
      await mine.stop().catch(() => {}); // what is wrong with it is told already
    }
  }

  async function liveOn(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !stopped; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      const began = performance.now();
      const error = await live().catch((cause: unknown) => cause);
      if (stopped) return;
      if (performance.now() - began > MOST_SILENT_MS) pauseMs = FIRST_PAUSE_MS;
      options.onTrouble?.({ reason: 'broker away', error });
      await pausing(pauseMs, ending.promise);
    }
  }

  const living = liveOn();
  await pausing(JOIN_WITHIN_MS, joined.promise);
  return {
    async stop() {
      stopped = true;
      ending.resolve();
      await living;
    },
  };
}

/** At `latest`: the ends as they are now, for the partitions this group has never committed. */
async function beginsOf(topics: KafkaTopics, options: SubscribeOptions): Promise<readonly Begin[]> {
  if (options.from !== 'latest') return [];
  const committed = await topics.committed(options.group, options.topics);
  const begins = options.topics.map(async (topic) => {
    const ends = await topics.ends(topic);
    const unread = [...ends].filter(([partition]) => !committed.get(topic)?.has(partition));
    return unread.map(([partition, offset]): Begin => ({ topic, partition, offset }));
  });
  return (await Promise.all(begins)).flat();
}

/** The time, or the promise when it is sooner. */
async function pausing(ms: number, sooner: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([time, sooner]);
  clearTimeout(timer);
}
