// How we speak to a cluster of brokers: addresses, TLS, SASL, timeouts; and what its errors mean to us.

import type { ConnectionOptions } from 'node:tls';
import { Unavailable } from '@mosaic/wire';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { mendRequestQueue } from './kafka-request-queue.ts';

type Facts = Readonly<Record<string, unknown>>;

export interface KafkaOptions {
  /** `host:port`, several as a list or comma-separated. */
  readonly brokers: string | readonly string[];
  readonly clientId: string;
  /** `true` with the system's authorities, or certificates as `node:tls` has them. */
  readonly ssl?: boolean | ConnectionOptions;
  readonly sasl?: KafkaLogin;
  /** What kafkajs itself says goes to `debug`; troubles are told to `onTrouble` of a subscription or by rejections. */
  readonly log?: { debug(event: string, facts?: Facts): void };
  /** Of a topic that `publish` or `subscribe` had to make. Default 8. */
  readonly partitions?: number;
  /** Default -1: as the brokers are set. */
  readonly replicationFactor?: number;
  /** Default 15 s. */
  readonly publishWithinMs?: number;
}

export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Long enough for a broker that is busy, short enough to notice one that is gone. */
const CONNECT_WITHIN_MS = 3_000;
const ANSWER_WITHIN_MS = 10_000;

mendRequestQueue();

/**
 * A client of its own per producer, admin and consumer: kafkajs shares committed offsets between consumers of one client,
 * and each that joins wipes those of the others.
 */
export function kafkaClient({ brokers, clientId, ssl, sasl, log }: KafkaOptions): Kafka {
  return new Kafka({
    brokers: addresses(brokers),
    clientId,
    connectionTimeout: CONNECT_WITHIN_MS,
    requestTimeout: ANSWER_WITHIN_MS,
    retry: { retries: 3, initialRetryTime: 200, maxRetryTime: 1_000 },
    logLevel: log ? logLevel.WARN : logLevel.NOTHING,
    logCreator:
      () =>
      ({ namespace, log: { message, timestamp, logger, ...facts } }) =>
        log?.debug('kafkajs', { namespace, message, ...facts }),
    ...(ssl !== undefined && { ssl }),
    ...(sasl !== undefined && { sasl: sasl as SASLOptions }), // kafkajs's union differs per mechanism; the fields are the same
  });
}

function addresses(brokers: string | readonly string[]): string[] {
  const list = (typeof brokers === 'string' ? brokers.split(',') : [...brokers])
    .map((one) => one.trim())
    .filter(Boolean);
  if (list.length === 0) throw new Error('KAFKA_BROKERS is empty; set it to host:port or use TRANSPORT=in-process');
  return list;
}

/** What `work` gives, or `Unavailable` when it fails or takes longer. A size we refuse stays a RangeError. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unavailable(`${what}: no answer from Kafka in ${ms} ms`)), ms);
  });
  work.catch(() => {}); // after the time is over its failure is nobody's news
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof Unavailable || error instanceof RangeError) throw error;
    throw new Unavailable(`${what}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** With the parts of what failed in several places: by itself kafkajs says only that it did. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const parts: readonly unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  return [error.message, ...new Set(parts.map(reasonOf))].join(': ');
}
