// What Cassandra rows share: how long they live, and which buckets hold any.

import { DAY_MS } from '@mosaic/wire';
import type { Retention } from '../../port.ts';
import type { Family } from '../../rows.ts';
import { numberOf, type Session, type Value } from './session.ts';

export interface Lifetimes {
  /** Seconds that a row of that instant has left; undefined when it is too old to be kept. */
  ttl(family: Family, at: number): number | undefined;
}

export const lifetimes = (retention: () => Retention, now: () => number): Lifetimes => ({
  ttl(family, at) {
    const seconds = Math.ceil((at + retention().days[family] * DAY_MS - now()) / 1000);
    return seconds > 0 ? seconds : undefined;
  },
});

const MOST_REMEMBERED = 100_000;

export interface Filled {
  /** What makes the bucket known; nothing when this process has said it before. */
  note(cluster: number, family: Family, bucket: number, ttl: number): (readonly [string, readonly Value[]])[];
  /** Newest first. */
  between(cluster: number, family: Family, first: number, last: number): Promise<number[]>;
  newest(cluster: number, family: Family, last: number): Promise<number | undefined>;
}

/** Bounds of a Cassandra int. */
const inInt = (bucket: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, bucket));

export function filledBuckets(session: Session): Filled {
  const noted = new Map<string, number>();
  return {
    note(cluster, family, bucket, ttl) {
      const key = `${cluster}/${family}/${bucket}`;
      if ((noted.get(key) ?? 0) >= ttl) return [];
      if (noted.size >= MOST_REMEMBERED) noted.clear();
      // An hour more than the newest row asks for, so that it is said anew at most once an hour.
      const seconds = ttl + 3600;
      noted.set(key, seconds);
      return [
        [
          'INSERT INTO filled (cluster_id, family, bucket) VALUES (?, ?, ?) USING TTL ?',
          [cluster, family, bucket, seconds],
        ],
      ];
    },
    async between(cluster, family, first, last) {
      const cql = 'SELECT bucket FROM filled WHERE cluster_id = ? AND family = ? AND bucket >= ? AND bucket <= ?';
      const rows = await session.run(cql, [cluster, family, inInt(first), inInt(last)]);
      return rows.map((row) => numberOf(row.bucket));
    },
    async newest(cluster, family, last) {
      const cql = 'SELECT bucket FROM filled WHERE cluster_id = ? AND family = ? AND bucket <= ? LIMIT 1';
      const [row] = await session.run(cql, [cluster, family, inInt(last)]);
      return row && numberOf(row.bucket);
    },
  };
}
