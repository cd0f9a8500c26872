// Back-pressure: when what is read here was written more than half as long ago as topics keep, agents are asked to keep to their spools.

import { type Log, sparingly } from '@mosaic/runtime';
import type { Transport } from '@mosaic/transport';
import { commandsTopic, HOLD_LEASE_MS, writeCommand } from '@mosaic/wire';

export interface HoldOptions {
  readonly transport: Pick<Transport, 'publish' | 'ensureTopics'>;
  readonly now: () => number;
  readonly log: Log;
  /** What topics keep at the least; default 24 h. */
  readonly keptMs?: number;
}

/** Told of every message that was taken: whose it is, and when the broker got it (epoch ms). Never rejects. */
export type Hold = (cluster: number, writtenAt: number) => Promise<void>;

const DAY_MS = 24 * 3_600_000;

export function holding({ transport, now, log, keptMs = DAY_MS }: HoldOptions): Hold {
  const asked = new Map<number, number>();
  const warn = sparingly(log.warn);
  return async (cluster, writtenAt) => {
    const behindMs = now() - writtenAt;
    if (behindMs < keptMs / 2 || (asked.get(cluster) ?? 0) > now() - HOLD_LEASE_MS / 2) return;
    asked.set(cluster, now());
    warn(`hold ${cluster}`, 'far behind; the agents are asked to keep to their spools', { cluster, behindMs });
    const topic = commandsTopic(cluster);
    try {
      await transport.ensureTopics([{ topic, partitions: 1 }]);
      const value = writeCommand({ kind: 'hold', until: now() + HOLD_LEASE_MS });
      await transport.publish(topic, [{ key: String(cluster), value }]);
    } catch (error) {
      asked.delete(cluster);
      warn(`hold ${cluster} failed`, 'agents could not be asked to hold', { cluster, error });
    }
  };
}
