// The road inside one process: the same promises as Kafka's, with memory for a disk.

import { Unavailable } from '@mosaic/wire';
import { checkSizes } from '../limits.ts';
import type { Subscription, Transport } from '../port.ts';
import { type InProcessBroker, type InProcessOptions, inProcessBroker } from './in-process-broker.ts';

/** One of its own, or one more on a broker that others are on too. */
export function inProcessTransport(options: InProcessOptions & { readonly broker?: InProcessBroker } = {}): Transport {
  const broker = options.broker ?? inProcessBroker(options);
  const subscriptions = new Set<Subscription>();
  let closed = false;
  const mustBeOpen = () => {
    if (closed) throw new Unavailable('the transport is closed');
  };
  return {
    async publish(topic, messages) {
      mustBeOpen();
      checkSizes(topic, messages);
      if (messages.length > 0) await broker.append(topic, messages, () => closed);
    },
    async subscribe(subscribing) {
      mustBeOpen();
      const joined = broker.join(subscribing);
      subscriptions.add(joined);
      return {
        stop() {
          subscriptions.delete(joined);
          return joined.stop();
        },
      };
    },
    async ensureTopics(topics) {
      mustBeOpen();
      for (const { topic, partitions } of topics) broker.makeTopic(topic, partitions);
    },
    async lag(group, topics) {
      mustBeOpen();
      return Object.fromEntries(topics.map((topic) => [topic, broker.lag(group, topic)]));
    },
    async health() {
      return closed ? { ok: false, detail: 'the transport is closed' } : { ok: true };
    },
    async close() {
      closed = true;
      broker.wakeWaiting();
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
      subscriptions.clear();
    },
  };
}
