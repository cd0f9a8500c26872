// Publish and subscribe to messages, at least once, in order within a key. Adapters: kafka, in-process. Both pass contract.ts.

/** Topics of the road; per cluster also `mosaic.commands.<cluster>` and `mosaic.outcomes.<cluster>`. */
export const TOPICS = {
  objects: 'mosaic.objects',
  state: 'mosaic.state',
  events: 'mosaic.events',
  logs: 'mosaic.logs',
  metrics: 'mosaic.metrics',
  connections: 'mosaic.connections',
  coverage: 'mosaic.coverage',
  quarantine: 'mosaic.quarantine',
} as const;

export interface Message {
  /** Keeps order: the cluster's id. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Delivery extends Message {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** Broker's clock, epoch ms. */
  readonly writtenAt: number;
}

export interface Subscription {
  /** Stops after the batch in hand; offsets of what was handled are committed. Idempotent. */
  stop(): Promise<void>;
}

export interface SubscribeOptions {
  /** Members of one group share the partitions; each message goes to one of them. A new group begins at `from`. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Default `earliest`. */
  readonly from?: 'earliest' | 'latest';
  /**
   * Offsets of a batch are committed after it resolves; when it throws, the batch comes again (with a growing pause) and nothing after it is taken.
   * Batches of one partition come one at a time, in order.
   */
  readonly handle: (batch: readonly Delivery[]) => Promise<void>;
  /** Bound on bytes handed out and not yet resolved. Default 32 MiB. */
  readonly maxBytesInFlight?: number;
  /** Told of trouble that is being retried (broker away, handler threw). */
  readonly onTrouble?: (trouble: { readonly reason: string; readonly error: unknown }) => void;
}

export interface Transport {
  /** Resolves once all are acknowledged by the broker (acks=all). Rejects with `Unavailable` when it cannot be reached in time. */
  publish(topic: string, messages: readonly Message[]): Promise<void>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Makes missing topics, with `partitions` each; existing ones are left as they are. */
  ensureTopics(topics: readonly { readonly topic: string; readonly partitions?: number }[]): Promise<void>;
  /** Messages between the group's committed offset and the end, per topic. */
  lag(group: string, topics: readonly string[]): Promise<Readonly<Record<string, number>>>;
  health(): Promise<{ readonly ok: boolean; readonly detail?: string }>;
  close(): Promise<void>;
}

/** Sets a message aside with the reason: what a consumer does with what it cannot read. */
export async function quarantine(transport: Transport, delivery: Delivery, reason: string): Promise<void> {
  const { topic, partition, offset, key, value } = delivery;
  await transport.publish(TOPICS.quarantine, [
    { key, value, headers: { reason: reason.slice(0, 1000), topic, partition: String(partition), offset } },
  ]);
}
