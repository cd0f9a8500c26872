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
/** More than the newest row asks for, so that it is said anew at most once an hour. */
const SAID_FOR_S = 3600;

export interface Bucket {
  readonly cluster: number;
  readonly family: Family;
  readonly bucket: number;
  /** Seconds that its newest row has left. */
  readonly ttl: number;
}

export type Write = readonly [cql: string, values: readonly Value[]];

export interface Filled {
  /** Writes all, and what makes their buckets known where nobody has been acknowledged to have said it yet: what failed is said again. */
  write(writes: readonly Write[], buckets: Iterable<Bucket>): Promise<void>;
  /** Newest first. */
  between(cluster: number, family: Family, first: number, last: number): Promise<number[]>;
  newest(cluster: number, family: Family, last: number): Promise<number | undefined>;
}

/** Bounds of a Cassandra int. */
const inInt = (bucket: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, bucket));

export function filledBuckets(session: Session): Filled {
  const noted = new Map<string, number>();
  return {
    async write(writes, buckets) {
      const unknown = new Map<string, Bucket>();
      for (const bucket of buckets) {
        const key = `${bucket.cluster}/${bucket.family}/${bucket.bucket}`;
        const ttl = Math.max(bucket.ttl, unknown.get(key)?.ttl ?? 0);
        if ((noted.get(key) ?? 0) < ttl) unknown.set(key, { ...bucket, ttl });
      }
      const saying = [...unknown.values()].map(
        ({ cluster, family, bucket, ttl }): Write => [
          'INSERT INTO filled (cluster_id, family, bucket) VALUES (?, ?, ?) USING TTL ?',
          [cluster, family, bucket, ttl + SAID_FOR_S],
        ],
      );
      await session.runAll([...writes, ...saying]);
      if (noted.size >= MOST_REMEMBERED) noted.clear();
      for (const [key, { ttl }] of unknown) noted.set(key, ttl + SAID_FOR_S);
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
