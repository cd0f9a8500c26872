// The road over Kafka, for as many machines as there are.

import { Unavailable } from '@mosaic/wire';
import type { Subscription, Transport } from '../port.ts';
import type { KafkaOptions } from './kafka-client.ts';
import { kafkaPublisher } from './kafka-publisher.ts';
import { kafkaSubscription } from './kafka-subscription.ts';
import { kafkaTopics } from './kafka-topics.ts';

/** Connects when it is first used; a broker that is away makes publishing `Unavailable` and subscriptions wait. */
export function kafkaTransport(options: KafkaOptions): Transport {
  const topics = kafkaTopics(options);
  const publisher = kafkaPublisher(options, topics.ensureTopics);
  const subscriptions = new Set<Subscription>();
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    await publisher.close();
    await topics.close();
  }

  return {
    publish: publisher.publish,
    ensureTopics: topics.ensureTopics,
    lag: topics.lag,
    health: topics.health,
    async subscribe(subscribing) {
      if (closing) throw new Unavailable('the transport is closed');
      const subscription = await kafkaSubscription(options, topics, subscribing);
      subscriptions.add(subscription);
      let stopping: Promise<void> | undefined;
      const stop = () => {
        stopping ??= subscription.stop().finally(() => subscriptions.delete(subscription));
        return stopping;
      };
      return { stop };
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
