// A consumer group in one process: its members share each topic's partitions, one batch of a partition at a time.

import { bytesGate } from '../bytes-gate.ts';
import { bytesOf, MOST_BATCH_BYTES, MOST_BYTES_IN_FLIGHT, partsOf, pauseAfter } from '../limits.ts';
import type { Delivery, SubscribeOptions, Subscription } from '../port.ts';
import type { Reader, TopicLog } from './in-process-log.ts';

export interface Group {
  join(options: SubscribeOptions, logs: readonly TopicLog[]): Subscription;
  /** There may be something to hand out. */
  wake(topic: string): void;
  lag(log: TopicLog): number;
}

interface Member {
  readonly options: SubscribeOptions;
  readonly gate: ReturnType<typeof bytesGate>;
  readonly inHand: Set<Promise<void>>;
  stopped: boolean;
}

interface Place {
  readonly log: TopicLog;
  readonly reader: Reader;
  readonly partition: number;
  busy: boolean;
  failures: number;
  pausing: NodeJS.Timeout | undefined;
}

/** `handled` is told after each commit: there may be room again. */
export function group(handled: (topic: string) => void): Group {
  const members: Member[] = [];
  const places = new Map<string, Place[]>();

  const ownersOf = (topic: string) => members.filter(({ options }) => options.topics.includes(topic));

  function placesOf(log: TopicLog, from: SubscribeOptions['from']): Place[] {
    const known = places.get(log.topic);
    if (known) return known;
    const reader = log.reader(from ?? 'earliest', () => ownersOf(log.topic).length > 0);
    const made = Array.from({ length: log.partitions }, (_, partition): Place => {
      return { log, reader, partition, busy: false, failures: 0, pausing: undefined };
    });
    places.set(log.topic, made);
    return made;
  }

  function look(place: Place): void {
    const owners = ownersOf(place.log.topic);
    const owner = owners[place.partition % owners.length];
    if (owner === undefined || place.busy || place.pausing) return;
    const committed = place.reader.committed[place.partition] ?? 0;
    if (place.log.end(place.partition) <= committed) return;
    place.busy = true;
    const work: Promise<void> = take(owner, place, committed).finally(() => {
      owner.inHand.delete(work);
      place.busy = false;
      setImmediate(look, place);
    });
    owner.inHand.add(work);
  }

  async function take(owner: Member, place: Place, committed: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve)); // what is published in one turn comes in one batch
    const [batch = []] = partsOf(place.log.from(place.partition, committed), MOST_BATCH_BYTES);
    const leave = await owner.gate.enter(sizeOf(batch));
    try {
      if (owner.stopped) return;
      tellOfLost(owner, place, committed, batch[0]);
      await owner.options.handle(batch);
      place.failures = 0;
      place.reader.committed[place.partition] = Number(batch.at(-1)?.offset ?? committed - 1) + 1;
      handled(place.log.topic);
    } catch (error) {
      pause(place);
      owner.options.onTrouble?.({ reason: 'handler threw', error });
    } finally {
      leave();
    }
  }

  function pause(place: Place): void {
    place.failures += 1;
    place.pausing = setTimeout(() => {
      place.pausing = undefined;
      look(place);
    }, pauseAfter(place.failures));
    place.pausing.unref();
  }

  const lookAt = (topic: string) => {
    for (const place of places.get(topic) ?? []) look(place);
  };

  return {
    wake: lookAt,
    lag(log) {
      const committed = places.get(log.topic)?.[0]?.reader.committed;
      let lag = 0;
      for (let partition = 0; partition < log.partitions; partition++)
        lag += log.end(partition) - Math.max(log.start(partition), committed?.[partition] ?? 0);
      return lag;
    },
    join(options, logs) {
      const gate = bytesGate(options.maxBytesInFlight ?? MOST_BYTES_IN_FLIGHT);
      const member: Member = { options, gate, inHand: new Set(), stopped: false };
      for (const log of logs) placesOf(log, options.from);
      members.push(member);
      options.topics.forEach(lookAt);
      let stopping: Promise<void> | undefined;
      const stop = async () => {
        member.stopped = true;
        members.splice(members.indexOf(member), 1);
        await Promise.all(member.inHand);
        options.topics.forEach(lookAt);
        options.topics.forEach(handled);
      };
      return {
        stop() {
          stopping ??= stop();
          return stopping;
        },
      };
    },
  };
}

function tellOfLost(owner: Member, place: Place, committed: number, first: Delivery | undefined): void {
  const lost = Number(first?.offset ?? committed) - committed;
  if (lost <= 0) return;
  const where = `${place.log.topic}/${place.partition}`;
  owner.options.onTrouble?.({
    reason: 'offsets deleted',
    error: new Error(`${lost} messages of ${where} from offset ${committed} were gone before they were read`),
  });
}

const sizeOf = (batch: readonly Delivery[]): number => batch.reduce((bytes, delivery) => bytes + bytesOf(delivery), 0);
