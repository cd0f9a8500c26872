// Publishing: an idempotent producer, acknowledged by all replicas, one request of a topic at a time.

import { Unavailable } from '@mosaic/wire';
import { Partitioners, type Producer } from 'kafkajs';
import { bytesGate } from '../bytes-gate.ts';
import { bytesOf, checkSizes, MOST_MESSAGE_BYTES, PUBLISH_WITHIN_MS, partsOf } from '../limits.ts';
import type { Message, Transport } from '../port.ts';
import { type KafkaOptions, kafkaClient, within } from './kafka-client.ts';

/** Waiting and under way together; who comes beyond it waits. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
const ALL_REPLICAS = -1;
const ACKNOWLEDGED_WITHIN_MS = 10_000;

export interface KafkaPublisher extends Pick<Transport, 'publish' | 'close'> {}

/**
 * A producer that failed is never used again: kafkajs takes its sequence numbers back when a request fails, though the broker may have
 * written it, and the next message under such a number would be taken for a repetition and dropped. A publish that was refused may
 * still arrive, late; consumers know repetitions by their keys.
 */
export function kafkaPublisher(options: KafkaOptions, ensure: Transport['ensureTopics']): KafkaPublisher {
  const { publishWithinMs = PUBLISH_WITHIN_MS } = options;
  const gate = bytesGate(MOST_WAITING_BYTES);
  const lines = new Map<string, Promise<void>>();
  let connecting: Promise<Producer> | undefined;
  let closed = false;

  async function connect(): Promise<Producer> {
    const producer = kafkaClient(options).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 },
    });
    await producer.connect();
    return producer;
  }

  async function send(topic: string, messages: readonly Message[], until: number): Promise<void> {
    if (closed) throw new Unavailable('the transport is closed');
    const left = () => Math.max(1, Math.round(until - performance.now()));
    await within(left(), `publish on ${topic}`, ensure([{ topic }]));
    connecting ??= connect();
    const mine = connecting;
    try {
      // A record batch is one message to the broker: it has the same bound.
      for (const part of partsOf(messages, MOST_MESSAGE_BYTES))
        await within(
          left(),
          `publish on ${topic}`,
          mine.then((producer) => producer.send(recordsOf(topic, part))),
        );
    } catch (error) {
      if (connecting === mine) connecting = undefined;
      mine.then((producer) => producer.disconnect()).catch(() => {}); // it failed already
      throw error;
    }
  }

  return {
    async publish(topic, messages) {
      if (closed) throw new Unavailable('the transport is closed');
      checkSizes(topic, messages);
      if (messages.length === 0) return;
      const until = performance.now() + publishWithinMs;
      const entering = gate.enter(messages.reduce((bytes, message) => bytes + bytesOf(message), 0));
      const before = lines.get(topic) ?? Promise.resolve();
      const mine = before.then(async () => {
        const leave = await entering;
        await send(topic, messages, until).finally(leave);
      });
      lines.set(
        topic,
        mine.catch(() => {}), // told to its own caller; the next in line goes on
      );
      await mine;
    },
    async close() {
      closed = true;
      await Promise.all(lines.values());
      const producer = await connecting?.catch(() => undefined);
      connecting = undefined;
      await producer?.disconnect();
    },
  };
}

function recordsOf(topic: string, messages: readonly Message[]) {
  return {
    topic,
    acks: ALL_REPLICAS,
    timeout: ACKNOWLEDGED_WITHIN_MS,
    messages: messages.map(({ key, value, headers }) => {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      return { key, value: bytes, ...(headers && { headers: { ...headers } }) };
    }),
  };
}
