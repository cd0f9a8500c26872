// What transports of one process share: topics, groups, and the room there is for messages.

import { Unavailable } from '@mosaic/wire';
import { bytesOf, PUBLISH_WITHIN_MS, partsOf } from '../limits.ts';
import type { Message, SubscribeOptions, Subscription } from '../port.ts';
import { type Group, group } from './in-process-group.ts';
import { type TopicLog, topicLog } from './in-process-log.ts';

export interface InProcessOptions {
  /** Of a topic nobody made. Default 4. */
  readonly partitions?: number;
  /**
   * Kept per topic; default 64 MiB. What all groups have handled goes at once. At the bound `publish` waits for the groups
   * that have members; groups without members, and topics without groups, lose the oldest.
   */
  readonly maxRetainedBytes?: number;
  /** How long a publish waits for room before it rejects with `Unavailable`. Default 15 s. */
  readonly publishWithinMs?: number;
  /** Epoch ms. */
  readonly now?: () => number;
}

export interface InProcessBroker {
  makeTopic(topic: string, partitions?: number): void;
  /** Appends in the order of the calls, once there is room. */
  append(topic: string, messages: readonly Message[], isClosed: () => boolean): Promise<void>;
  join(options: SubscribeOptions): Subscription;
  lag(group: string, topic: string): number;
  /** Who waits for room looks again, and sees that it is closed. */
  wakeWaiting(): void;
}

const DEFAULT_PARTITIONS = 4;
const DEFAULT_RETAINED_BYTES = 64 * 1024 * 1024;

export function inProcessBroker(options: InProcessOptions = {}): InProcessBroker {
  const { maxRetainedBytes = DEFAULT_RETAINED_BYTES, publishWithinMs = PUBLISH_WITHIN_MS, now = Date.now } = options;
  const logs = new Map<string, TopicLog>();
  const groups = new Map<string, Group>();
  /** The latest append of each topic: the next one waits for it. */
  const lines = new Map<string, Promise<void>>();
  const waiting = new Set<() => void>();
  const wakeWaiting = () => {
    for (const look of [...waiting]) look();
  };

  function logOf(topic: string, partitions = options.partitions ?? DEFAULT_PARTITIONS): TopicLog {
    const log = logs.get(topic) ?? topicLog(topic, partitions, now);
    logs.set(topic, log);
    return log;
  }

  function groupOf(name: string): Group {
    const found = groups.get(name) ?? group(handled);
    groups.set(name, found);
    return found;
  }

  function handled(topic: string): void {
    logs.get(topic)?.drop(false);
    wakeWaiting();
  }

  function hasRoom(log: TopicLog, bytes: number): boolean {
    const isThere = () => log.bytes === 0 || log.bytes + bytes <= maxRetainedBytes;
    while (!isThere()) if (!log.drop(true)) return false;
    return true;
  }

  async function room(log: TopicLog, bytes: number, isClosed: () => boolean): Promise<void> {
    const until = performance.now() + publishWithinMs;
    while (!hasRoom(log, bytes)) {
      const left = until - performance.now();
      if (isClosed()) throw new Unavailable('the transport is closed');
      if (left <= 0) throw new Unavailable(`${log.topic} is full: its readers are ${log.bytes} bytes behind`);
      await wokenWithin(left);
    }
  }

  function wokenWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        waiting.delete(look);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(look, ms);
      waiting.add(look);
    });
  }

  async function appendNow(log: TopicLog, messages: readonly Message[], isClosed: () => boolean): Promise<void> {
    for (const part of partsOf(messages, maxRetainedBytes)) {
      const bytes = part.reduce((sum, message) => sum + bytesOf(message), 0);
      await room(log, bytes, isClosed);
      log.append(part);
      for (const reading of groups.values()) reading.wake(log.topic);
    }
  }

  return {
    wakeWaiting,
    makeTopic: logOf,
    append(topic, messages, isClosed) {
      const mine = (lines.get(topic) ?? Promise.resolve()).then(() => appendNow(logOf(topic), messages, isClosed));
      const settled = mine.catch(() => {}); // told to its own caller; the next in line goes on
      lines.set(topic, settled);
      return mine;
    },
    join(subscribing) {
      const read = subscribing.topics.map((topic) => logOf(topic));
      return groupOf(subscribing.group).join(subscribing, read);
    },
    lag: (name, topic) => groups.get(name)?.lag(logOf(topic)) ?? logOf(topic).kept,
  };
}
