// From the spool to the broker: in order, again and again until it is taken, then out of the spool.

import { Unavailable } from '@mosaic/wire';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Spool, Spooled } from './spool.ts';

export interface Publisher {
  /** There is something new. */
  wake(): void;
  /** Resolves when the spool is empty, or at `deadlineMs` from now. */
  drained(deadlineMs: number): Promise<boolean>;
  stop(): Promise<void>;
  /** Undefined while the broker takes what it is given. */
  readonly trouble: string | undefined;
}

/** As the transport's messages. */
export interface OutgoingMessage {
  readonly key: string;
  readonly value: Uint8Array;
}

export interface PublisherOptions {
  readonly spool: Spool;
  readonly cluster: number;
  readonly publish: (topic: string, messages: readonly OutgoingMessage[]) => Promise<void>;
  /** Nothing is sent before then, epoch ms: servers have asked to wait. */
  readonly heldUntil?: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Per round: bounds what is in memory and on the wire. */
const BATCH_BYTES = 1024 * 1024;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const MOST_HELD_MS = 1_000;

export function publisher({ spool, cluster, publish, heldUntil, clock, log }: PublisherOptions): Publisher {
  const stopping = new AbortController();
  let wakeUp: (() => void) | undefined;
  let trouble: string | undefined;
  let pause = FIRST_PAUSE_MS;
  const waitingForEmpty = new Set<() => void>();

  const sendBatch = async (batch: readonly Spooled[]): Promise<void> => {
    const byTopic = new Map<string, OutgoingMessage[]>();
    for (const spooled of batch) {
      const value = await spool.read(spooled);
      if (value === undefined) continue;
      const topic = `mosaic.${spooled.signal}`;
      const messages = byTopic.get(topic) ?? [];
      messages.push({ key: String(cluster), value });
      byTopic.set(topic, messages);
    }
    await Promise.all([...byTopic].map(([topic, messages]) => publish(topic, messages)));
    await spool.remove(batch);
  };

  const round = async (): Promise<void> => {
    const batch = spool.oldest(BATCH_BYTES);
    if (batch.length === 0) {
      if (spool.chunks === 0) for (const resolve of waitingForEmpty) resolve();
      await new Promise<void>((resolve) => {
        wakeUp = resolve;
        if (stopping.signal.aborted || spool.oldest(1).length > 0) resolve();
      });
      return;
    }
    const wait = (heldUntil?.() ?? 0) - clock.now();
    if (wait > 0) return clock.sleep(Math.min(wait, MOST_HELD_MS), stopping.signal);
    try {
      await sendBatch(batch);
      if (trouble !== undefined) log.notice('broker takes chunks again', { spooled: spool.chunks });
      trouble = undefined;
      pause = FIRST_PAUSE_MS;
    } catch (error) {
      if (trouble === undefined) log.warn('broker takes no chunks; they wait in the spool', { error });
      trouble = error instanceof Error ? error.message : String(error);
      const again = error instanceof Unavailable ? Math.max(pause, Math.min(error.retryAfterMs, 1_000)) : pause;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      await clock.sleep(again, stopping.signal);
    }
  };

  const running = (async () => {
    while (!stopping.signal.aborted) await round();
  })();

  return {
    wake() {
      wakeUp?.();
    },
    drained(deadlineMs) {
      if (spool.chunks === 0) return Promise.resolve(true);
      wakeUp?.();
      const ended = new AbortController();
      return Promise.race([
        new Promise<boolean>((resolve) => waitingForEmpty.add(() => resolve(true))),
        clock.sleep(deadlineMs, ended.signal).then(() => spool.chunks === 0),
      ]).finally(() => ended.abort());
    },
    async stop() {
      stopping.abort();
      wakeUp?.();
      await running;
    },
    get trouble() {
      return trouble;
    },
  };
}
