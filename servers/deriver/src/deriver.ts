// Transport + store → what follows: the change log and IP leases at once, edges and roll-ups of what is closed. One owner per cluster: its partition's.
// The same chunk may come again, here or in another deriver: what is written has keys of its own.

import {
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
import { type Delivery, type Subscription, TOPICS, type Transport } from '@mosaic/transport';
import { type Chunk, type Compression, Malformed, type Readiness, Unavailable, type Verify } from '@mosaic/wire';
import { type Closing, closing } from './closing.ts';
import { deriving } from './deriving.ts';
import { type Tally, tally } from './tally.ts';
import { watermarks } from './watermarks.ts';

export interface DeriverOptions {
  readonly store: Store;
  readonly transport: Transport;
  readonly compression: Compression;
  readonly log: Log;
  readonly verify?: Verify;
  readonly group?: string;
  readonly now?: () => number;
  readonly metrics?: MetricsRegistry;
  readonly telemetry?: Telemetry;
  /** Clusters of a batch derived at once. */
  readonly atOnce?: number;
}

export interface Deriver {
  start(): Promise<void>;
  /** After the batch in hand. Idempotent. */
  stop(): Promise<void>;
  health(): Promise<Readiness>;
  metrics(): Promise<string>;
  /** Derives what is closed by `now`, epoch ms: edges of minutes, roll-ups of hours. Does so by itself every second once started. */
  due(now: number): Promise<void>;
}

export const DERIVER_GROUP = 'mosaic-deriver';
const DERIVED_TOPICS = [TOPICS.objects, TOPICS.connections, TOPICS.metrics];
const LOOK_EVERY_MS = 1_000;

export function createDeriver(options: DeriverOptions): Deriver {
  const { store, transport, log, group = DERIVER_GROUP, metrics = metricsRegistry() } = options;
  const counts = tally(metrics);
  const lag = metrics.gauge('mosaic_deriver_lag_messages', 'Messages not yet derived from');
  const closed = closing(options, counts);
  const handle = handling(options, counts, closed);
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  const look = (): void => {
    looking ??= closed.due((options.now ?? Date.now)()).finally(() => {
      looking = undefined;
    });
  };
  let subscription: Promise<Subscription> | undefined;
  const tell = sparingly(log.warn);
  const subscribe = async (): Promise<Subscription> => {
    await transport.ensureTopics(DERIVED_TOPICS.map((topic) => ({ topic })));
    return transport.subscribe({
      group,
      topics: DERIVED_TOPICS,
      handle,
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
      timer ??= setInterval(look, LOOK_EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await (await subscription)?.stop();
      await looking;
    },
    due: closed.due,
    health: () => readinessOf({ store: () => store.health(), transport: () => transport.health() }),
    async metrics() {
      const behind = await transport.lag(group, DERIVED_TOPICS).catch(() => ({})); // health tells that the broker is away
      for (const [topic, messages] of Object.entries(behind)) lag.set(messages, { topic });
      return metrics.text();
    },
  };
}

interface Admitted {
  readonly delivery: Delivery;
  readonly chunk: Chunk;
}

function handling(
  options: DeriverOptions,
  counts: Tally,
  closed: Closing,
): (batch: readonly Delivery[]) => Promise<void> {
  const { store, compression, verify = verifyEd25519, atOnce = 4 } = options;
  const gate = chunkGate({ keysOf: (cluster) => store.clusters.keys(cluster), compression, verify });
  const take = taking(options, counts);
  const marks = watermarks(store.marks);
  return async (batch) => {
    const byCluster = new Map<number, Admitted[]>();
    for (const delivery of batch) {
      const checked = await gate(delivery.value);
      if (!checked.ok)
        counts.passedOver.add(1, { fault: checked.fault }); // the receiver sets it aside
      else if (fits(delivery, checked.chunk))
        listIn(byCluster, checked.chunk.header.cluster).push({ delivery, chunk: checked.chunk });
      else counts.passedOver.add(1, { fault: 'misled' });
    }
    await eachBounded([...byCluster.values()], atOnce, async (chunks) => {
      for (const admitted of chunks) if (admitted.chunk.header.signal === 'objects') await take(admitted);
      await closed.touch(chunks.map(({ chunk }) => chunk.header));
    });
    const headers = [...byCluster.values()].flat().map(({ chunk }) => chunk.header);
    await marks.advance(headers.filter(({ signal }) => signal === 'objects'));
  };
}

const fits = ({ key, topic }: Delivery, { header }: Chunk): boolean =>
  topic === TOPICS[header.signal] && key === String(header.cluster);

function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function taking(options: DeriverOptions, counts: Tally): (admitted: Admitted) => Promise<void> {
  const { store, compression, log, telemetry = noTelemetry, now = Date.now } = options;
  const derive = deriving(store, compression);
  const tell = sparingly(log.warn);
  const patient = patience((error) => error instanceof Unavailable || error instanceof CannotWrite);
  const passOver = (fault: string, { delivery, chunk }: Admitted, error: unknown): void => {
    counts.passedOver.add(1, { fault });
    const { cluster, source, seq } = chunk.header;
    tell(`${cluster} ${fault}`, 'nothing derived from a chunk', {
      cluster,
      source,
      seq,
      offset: delivery.offset,
      error,
    });
  };
  return async (admitted) => {
    const { topic, partition, offset } = admitted.delivery;
    const place = `${topic}/${partition}/${offset}`;
    const { trace } = admitted.chunk.header;
    const began = now();
    try {
      const span = trace === undefined ? {} : { parent: trace };
      const derived = await telemetry.span('derive', () => derive(admitted.chunk), span);
      patient.forget(place);
      counts.chunks.add();
      counts.changes.add(derived.changes);
      counts.leases.add(derived.leases);
      counts.seconds.observe((now() - began) / 1000);
    } catch (error) {
      if (error instanceof Malformed) passOver('malformed', admitted, error);
      else if (patient.isOver(place, error)) passOver('refused by the store', admitted, error);
      else throw error;
    }
  };
}
