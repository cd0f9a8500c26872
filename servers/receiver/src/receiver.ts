// Transport → store: every message is written under keys of its own or set aside with the reason; then, and only then, its offset is committed.

import {
  type ChunkGate,
  chunkGate,
  eachBounded,
  type Log,
  type MetricsRegistry,
  metricsRegistry,
  noTelemetry,
  patience,
  readinessOf,
  sparingly,
  type Telemetry,
  verifyEd25519,
} from '@mosaic/runtime';
import { CannotWrite, type Store } from '@mosaic/store';
import { type Delivery, quarantine, type Subscription, TOPICS, type Transport } from '@mosaic/transport';
import {
  type Chunk,
  type Compression,
  Malformed,
  type Readiness,
  SIGNALS,
  Unavailable,
  type Verify,
} from '@mosaic/wire';
import { type File, type Filed, filing } from './filing.ts';
import { holding } from './hold.ts';
import { skewWatch } from './skew.ts';
import { type Tally, tally } from './tally.ts';

export interface ReceiverOptions {
  readonly store: Store;
  readonly transport: Transport;
  readonly compression: Compression;
  readonly log: Log;
  readonly verify?: Verify;
  /** Receivers of one group share the work. */
  readonly group?: string;
  readonly now?: () => number;
  readonly metrics?: MetricsRegistry;
  readonly telemetry?: Telemetry;
  /** Chunks of a batch written at once. */
  readonly atOnce?: number;
}

export interface Receiver {
  /** Makes missing topics and begins to take messages. */
  start(): Promise<void>;
  /** After the batch in hand. Idempotent. */
  stop(): Promise<void>;
  health(): Promise<Readiness>;
  metrics(): Promise<string>;
}

export const RECEIVER_GROUP = 'mosaic-receiver';
const RECEIVED_TOPICS = SIGNALS.map((signal) => TOPICS[signal]);

export function createReceiver(options: ReceiverOptions): Receiver {
  const { store, transport, log, group = RECEIVER_GROUP, atOnce = 16, metrics = metricsRegistry() } = options;
  const counts = tally(metrics);
  const lag = metrics.gauge('mosaic_receiver_lag_messages', 'Messages not yet taken, by topic');
  const take = taking(options, counts);
  let subscription: Promise<Subscription> | undefined;
  const tell = sparingly(log.warn);
  const subscribe = async (): Promise<Subscription> => {
    await transport.ensureTopics([...RECEIVED_TOPICS, TOPICS.quarantine].map((topic) => ({ topic })));
    return transport.subscribe({
      group,
      topics: RECEIVED_TOPICS,
      handle: (batch) => eachBounded(batch, atOnce, take),
      onTrouble({ reason, error }) {
        counts.troubles.add(1, { reason });
        tell(`${reason} ${String(error)}`, 'batch will be taken again', { reason, error });
      },
    });
  };
  return {
    async start() {
      subscription ??= subscribe();
      await subscription;
    },
    stop: async () => (await subscription)?.stop(),
    health: () => readinessOf({ store: () => store.health(), transport: () => transport.health() }),
    async metrics() {
      const behind = await transport.lag(group, RECEIVED_TOPICS).catch(() => ({})); // health tells that the broker is away
      for (const [topic, messages] of Object.entries(behind)) lag.set(messages, { topic });
      return metrics.text();
    },
  };
}

type Take = (delivery: Delivery) => Promise<void>;

/** Resolves when the message is written or set aside; rejects when neither could be done and it must come again. */
function taking(options: ReceiverOptions, counts: Tally): Take {
  const { store, transport, compression, log, verify = verifyEd25519, telemetry = noTelemetry } = options;
  const { now = Date.now } = options;
  const gate = chunkGate({ keysOf: (cluster) => store.clusters.keys(cluster), compression, verify, now });
  const write = writing({ ...options, file: filing({ store, compression }), counts });
  const patient = patience(isAway);
  const hold = holding({ transport, log, now });
  const tellAside = sparingly(log.warn);
  const setAside = async (delivery: Delivery, fault: string, reason: string): Promise<void> => {
    await quarantine(transport, delivery, reason);
    counts.quarantined.add(1, { fault });
    const { topic, partition, offset, key } = delivery;
    tellAside(`${topic} ${key} ${fault}`, 'message set aside', { topic, partition, offset, key, reason });
  };
  return async (delivery) => {
    const admitted = await admit(delivery, gate);
    if ('fault' in admitted) return setAside(delivery, admitted.fault, admitted.reason);
    const { header } = admitted;
    try {
      const parent = header.trace === undefined ? {} : { parent: header.trace };
      const filed = await telemetry.span('file chunk', () => write(admitted), parent);
      if (filed === undefined) await setAside(delivery, 'no table yet', `no table yet for ${header.signal}`);
      else if (filed.bad.length > 0) await setAside(delivery, 'bad records', toldBad(filed));
      await hold(header.cluster, delivery.writtenAt);
      patient.forget(placeOf(delivery));
    } catch (error) {
      if (error instanceof Malformed) return setAside(delivery, 'malformed', error.message);
      if (!patient.isOver(placeOf(delivery), error)) throw error;
      await setAside(delivery, 'refused by the store', `the store refused it: ${String(error)}`);
    }
  };
}

/** Nothing of the message's doing: it comes again until the store takes it. */
const isAway = (error: unknown): boolean => error instanceof Unavailable || error instanceof CannotWrite;

const placeOf = ({ topic, partition, offset }: Delivery): string => `${topic}/${partition}/${offset}`;

/** The chunk, when it is whole, signed, and came by the topic and key that its header tells. */
async function admit(delivery: Delivery, gate: ChunkGate): Promise<Chunk | { fault: string; reason: string }> {
  const checked = await gate(delivery.value);
  if (!checked.ok) return { fault: checked.fault, reason: checked.reason };
  const { cluster, signal } = checked.chunk.header;
  const misled = (reason: string) => ({ fault: 'misled', reason });
  if (delivery.key !== String(cluster)) return misled(`message key ${delivery.key}, but the chunk is of ${cluster}`);
  if (delivery.topic !== TOPICS[signal]) return misled(`a chunk of ${signal} in ${delivery.topic}`);
  return checked.chunk;
}

/** `2 of 40 records left out, the others are written; record 3: uid: expected …` */
function toldBad({ written, bad }: Filed): string {
  const some = bad.slice(0, 5).map(({ place, reason }) => `record ${place}: ${reason}`);
  return `${bad.length} of ${written + bad.length} records left out, the others are written; ${some.join('; ')}`;
}

/** Undefined when there is no table for the chunk's signal. */
function writing(options: ReceiverOptions & { readonly file: File; readonly counts: Tally }) {
  const { file, counts, log, now = Date.now } = options;
  const isSkewed = skewWatch(log);
  return async (chunk: Chunk): Promise<Filed | undefined> => {
    const { cluster, signal, sealedAt } = chunk.header;
    const began = now();
    if (isSkewed(chunk.header, began)) counts.skewed.add(1, { cluster });
    const filed = await file(chunk, began);
    if (filed === undefined) return undefined;
    counts.chunks.add(1, { signal });
    counts.records.add(filed.written, { signal });
    counts.badRecords.add(filed.bad.length, { signal });
    counts.bytes.add(chunk.bytes.length, { signal });
    counts.seconds.observe((now() - began) / 1000);
    counts.delay.observe(Math.max(0, now() - sealedAt) / 1000, { signal });
    return filed;
  };
}
