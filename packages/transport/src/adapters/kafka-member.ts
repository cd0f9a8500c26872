// One life of a group's member: joins, hands batches out, commits what was handled, until it is stopped or its consumer crashes.

import type { Consumer, EachBatchPayload } from 'kafkajs';
import { type BytesGate, bytesGate } from '../bytes-gate.ts';
import { bytesOf, MOST_BATCH_BYTES, MOST_BYTES_IN_FLIGHT, partsOf, pauseAfter } from '../limits.ts';
import type { Delivery, SubscribeOptions } from '../port.ts';
import { type KafkaOptions, kafkaClient } from './kafka-client.ts';

/** A member that died is noticed after this; broker's least is 6 s. */
const SESSION_MS = 12_000;
/** How soon a member hears that others join: what makes a rebalance short. */
const HEARTBEAT_MS = 1_000;
/** A batch in hand may take this long before its member is put out of a rebalancing group. */
const REBALANCE_MS = 60_000;
const FETCH_WAIT_MS = 500;
const PARTITIONS_AT_ONCE = 4;

export interface Begin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

export interface MemberEvents {
  /** Has partitions to read, perhaps none; again after each rebalance. */
  joined(): void;
  /** The consumer has given up and must be made anew. */
  crashed(error: Error): void;
}

export interface Member {
  run(): Promise<void>;
  stop(): Promise<void>;
  /** Since it last heard from the broker; 0 while a batch is in hand. */
  silentMs(): number;
}

/** `begins`: where partitions nobody has committed start; others start at what is committed, or the oldest. */
export function kafkaMember(
  kafka: KafkaOptions,
  options: SubscribeOptions,
  begins: readonly Begin[],
  events: MemberEvents,
): Member {
  const { maxBytesInFlight = MOST_BYTES_IN_FLIGHT } = options;
  const consumer = kafkaClient(kafka).consumer({
    groupId: options.group,
    sessionTimeout: SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: REBALANCE_MS,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytes: maxBytesInFlight,
    maxBytesPerPartition: Math.min(MOST_BATCH_BYTES, maxBytesInFlight),
    allowAutoTopicCreation: false,
    // Few and short: a member that rejoins late makes the others rejoin too, without end. What fails them all starts a new life.
    retry: { retries: 6, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
  });
  const gate = bytesGate(maxBytesInFlight);
  const state = { generation: 0, rebalancing: false, stopped: false, inHand: 0, heardAt: performance.now() };
  const heard = () => {
    state.heardAt = performance.now();
  };
  let begun = false;
  consumer.on(consumer.events.FETCH, heard);
  consumer.on(consumer.events.HEARTBEAT, heard);
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    heard();
    state.generation += 1;
    state.rebalancing = false;
    const mine = begins.filter(({ topic, partition }) => payload.memberAssignment[topic]?.includes(partition));
    if (begun) return events.joined();
    begun = true;
    for (const begin of mine) consumer.seek(begin);
    // Committed at once, so that whoever has the partition next begins there too.
    const committed = mine.length === 0 ? Promise.resolve() : consumer.commitOffsets(mine);
    committed.then(events.joined, (error: unknown) => options.onTrouble?.({ reason: 'broker away', error }));
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => events.crashed(payload.error));
  const handOut = handingOut(consumer, options, gate, state);
  return {
    silentMs: () => (state.inHand > 0 ? 0 : performance.now() - state.heardAt),
    async run() {
      await consumer.connect();
      await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: handOut,
      });
    },
    async stop() {
      state.stopped = true;
      await consumer.disconnect();
    },
  };
}

interface State {
  /** Grows with each join: what was handed out under an earlier one may be somebody else's now. */
  generation: number;
  rebalancing: boolean;
  stopped: boolean;
  inHand: number;
}

function handingOut(consumer: Consumer, options: SubscribeOptions, gate: BytesGate, state: State) {
  const failures = new Map<string, number>();
  const expected = new Map<string, string>();

  /** Fetches the partition again from its last commit, after a pause that grows; others go on meanwhile. */
  function pause(payload: EachBatchPayload, place: string, error: unknown): void {
    const count = (failures.get(place) ?? 0) + 1;
    failures.set(place, count);
    const resume = payload.pause();
    setTimeout(resume, pauseAfter(count)).unref();
    options.onTrouble?.({ reason: 'handler threw', error });
  }

  async function commit(payload: EachBatchPayload, last: Delivery): Promise<void> {
    const { topic, partition } = payload.batch;
    const offset = String(BigInt(last.offset) + 1n);
    await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
    payload.resolveOffset(last.offset);
    expected.set(`${topic}/${partition}`, offset);
  }

  function tellOfLost(place: string, first: Delivery): void {
    const next = expected.get(place);
    const lost = next === undefined ? 0n : BigInt(first.offset) - BigInt(next);
    if (lost <= 0n) return;
    const error = new Error(`${lost} messages of ${place} from offset ${next} were gone before they were read`);
    options.onTrouble?.({ reason: 'offsets deleted', error });
  }

  /** Whether to go on with the next part. */
  async function handOne(payload: EachBatchPayload, part: readonly Delivery[], generation: number): Promise<boolean> {
    const [first] = part;
    const last = part.at(-1);
    if (first === undefined || last === undefined) return true;
    const place = `${first.topic}/${first.partition}`;
    const leave = await gate.enter(part.reduce((bytes, delivery) => bytes + bytesOf(delivery), 0));
    const beating = setInterval(() => beat(payload), HEARTBEAT_MS);
    state.inHand += 1;
    const isMine = () => state.generation === generation;
    try {
      if (state.stopped || state.rebalancing || !isMine()) return false;
      tellOfLost(place, first);
      await options.handle(part);
      failures.delete(place);
    } catch (error) {
      pause(payload, place, error);
      return false;
    } finally {
      clearInterval(beating);
      state.inHand -= 1;
      leave();
    }
    if (!isMine()) return false; // it comes again, to whoever has it now
    await commit(payload, last);
    return true;
  }

  /** Keeps us in the group while a handler is slow. That others join is heard here first; the runner hears it after the batch. */
  function beat(payload: EachBatchPayload): void {
    payload.heartbeat().catch(() => {
      state.rebalancing = true;
    });
  }

  consumer.on(consumer.events.GROUP_JOIN, () => expected.clear());
  return async (payload: EachBatchPayload): Promise<void> => {
    const { generation } = state;
    const deliveries = deliveriesOf(payload.batch);
    for (const part of partsOf(deliveries, MOST_BATCH_BYTES)) if (!(await handOne(payload, part, generation))) return;
  };
}

function deliveriesOf({ topic, partition, messages }: EachBatchPayload['batch']): Delivery[] {
  return messages.map(({ key, value, headers, offset, timestamp }) => ({
    topic,
    partition,
    offset,
    key: key?.toString() ?? '',
    value: value ?? new Uint8Array(),
    writtenAt: Number(timestamp),
    ...(headers &&
      Object.keys(headers).length > 0 && {
        headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
      }),
  }));
}
