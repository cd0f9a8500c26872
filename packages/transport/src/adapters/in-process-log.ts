// A topic of the in-process transport: partitions of messages in memory, each kept until every group has handled it.

import { hash32 } from '@mosaic/wire';
import { bytesOf } from '../limits.ts';
import type { Delivery, Message } from '../port.ts';

/** A reader that holds messages back: where it is in each partition. */
export interface Reader {
  readonly committed: number[];
  /** A reader without members holds nothing back once the topic is full. */
  isHere(): boolean;
}

export interface TopicLog {
  readonly topic: string;
  readonly partitions: number;
  /** Of what is kept. */
  readonly bytes: number;
  /** Messages kept. */
  readonly kept: number;
  append(messages: readonly Message[]): void;
  /** Messages of a partition from `offset` on; fewer when the oldest are gone. */
  from(partition: number, offset: number): readonly Delivery[];
  end(partition: number): number;
  start(partition: number): number;
  /** A reader that begins at the oldest kept, or after the newest. */
  reader(begin: 'earliest' | 'latest', isHere: () => boolean): Reader;
  /** Drops what all have handled; with `full`, also what only absent readers wait for. True when room was made. */
  drop(full: boolean): boolean;
}

interface Partition {
  start: number;
  readonly kept: Delivery[];
}

export function topicLog(topic: string, count: number, now: () => number): TopicLog {
  const partitions: Partition[] = Array.from({ length: count }, () => ({ start: 0, kept: [] }));
  const readers: Reader[] = [];
  let bytes = 0;
  const at = (partition: number): Partition => {
    const found = partitions[partition];
    if (found === undefined) throw new RangeError(`${topic} has ${count} partitions, none is ${partition}`);
    return found;
  };
  const end = (partition: number) => at(partition).start + at(partition).kept.length;
  return {
    topic,
    partitions: count,
    end,
    start: (partition) => at(partition).start,
    get bytes() {
      return bytes;
    },
    get kept() {
      return partitions.reduce((count, { kept }) => count + kept.length, 0);
    },
    append(messages) {
      for (const message of messages) {
        const partition = hash32(message.key) % count;
        const value = message.value.slice(); // the publisher may use its buffer again
        const offset = String(end(partition));
        at(partition).kept.push({ ...message, value, topic, partition, offset, writtenAt: now() });
        bytes += bytesOf(message);
      }
    },
    from: (partition, offset) => at(partition).kept.slice(Math.max(0, offset - at(partition).start)),
    reader(begin, isHere) {
      const committed = partitions.map((partition, index) => (begin === 'earliest' ? partition.start : end(index)));
      const reader: Reader = { committed, isHere };
      readers.push(reader);
      return reader;
    },
    drop(full) {
      const holding = full ? readers.filter((reader) => reader.isHere()) : readers;
      if (holding.length === 0 && !full) return false; // kept for whoever subscribes first
      const before = bytes;
      partitions.forEach((partition, index) => {
        const needed = Math.min(end(index), ...holding.map(({ committed }) => committed[index] ?? 0));
        const gone = holding.length > 0 ? needed - partition.start : Math.ceil(partition.kept.length / 2);
        if (gone <= 0) return;
        for (const message of partition.kept.splice(0, gone)) bytes -= bytesOf(message);
        partition.start += gone;
      });
      return bytes < before;
    },
  };
}
