// Edges minute by minute, and when each was there, day by day: the deriver's own, replaced whole.

import {
  type Compression,
  DAY_MS,
  dayOf,
  decodeUtf8,
  type EdgeLife,
  type EdgeMinute,
  encodeUtf8,
  MINUTE_MS,
  readEdges,
  writeEdges,
} from '@mosaic/wire';
import { boundedCache } from '../bounded-cache.ts';
import { inflatedBody } from '../chunk-room.ts';
import type { Keeping } from '../keeping.ts';
import type { Edges } from '../port-signals.ts';
import type { ChunkHead, ChunkRows } from '../rows.ts';

const ZSTD = 1;
const LIVES = 'lives';
const MINUTE = 'minute';
/** Edges, not bytes: some 60 busy minutes. */
const MOST_CACHED_EDGES = 400_000;

export function edges(rows: ChunkRows, keep: Keeping, compression: Compression): Edges {
  const cache = boundedCache<{ readonly stamp: number; readonly edges: readonly EdgeMinute[] }>(MOST_CACHED_EDGES);
  let stamps = 0;

  const put = (
    cluster: number,
    t0: number,
    t1: number,
    id: string,
    count: number,
    inflated: Uint8Array,
  ): Promise<void> => {
    const body = compression.compress(ZSTD, inflated);
    const head: ChunkHead = {
      ...{ t0, t1, id, group: 0, codec: ZSTD, inflated: inflated.length, count, bytes: body.length },
      // Replaced whole, so each writing has a stamp of its own, by which a cache knows it.
      ...{ receivedAt: keep.now() + stamps++ / 1_000_000, index: '{}', bloom: new Uint8Array(0) },
    };
    return rows.put('edges', cluster, { ...head, receivedAt: Math.floor(head.receivedAt) }, body);
  };

  const read = async (cluster: number, heads: readonly ChunkHead[]) => {
    const keyOf = ({ t0 }: ChunkHead): string => `${cluster}/${t0}`;
    const known = heads.map((head) => {
      const kept = cache.get(keyOf(head));
      return kept?.stamp === stampOf(head) ? kept.edges : undefined;
    });
    const missing = heads.filter((_, i) => known[i] === undefined);
    const bodies = await rows.bodies('edges', cluster, missing);
    const fresh = new Map<ChunkHead, readonly EdgeMinute[]>();
    missing.forEach((head, i) => {
      const body = bodies[i];
      const decoded = body === undefined ? [] : readEdges(inflatedBody(head, body, compression));
      fresh.set(head, decoded);
      cache.set(keyOf(head), { stamp: stampOf(head), edges: decoded }, Math.max(1, decoded.length));
    });
    return heads.map((head, i) => ({ minute: head.t0, edges: known[i] ?? fresh.get(head) ?? [] }));
  };

  const livesOf = async (cluster: number, day: number): Promise<readonly EdgeLife[]> => {
    const heads = await rows.heads('edges', cluster, { from: day * DAY_MS, to: day * DAY_MS });
    const head = heads.find(({ id }) => id === LIVES);
    if (head === undefined) return [];
    const [body] = await rows.bodies('edges', cluster, [head]);
    if (body === undefined) return [];
    return JSON.parse(decodeUtf8(inflatedBody(head, body, compression))) as EdgeLife[]; // putLives wrote it
  };

  return {
    async put(cluster, minute, all) {
      cache.delete(`${cluster}/${minute}`);
      await put(cluster, minute, minute + MINUTE_MS - 1, MINUTE, all.length, writeEdges(all));
    },
    async between(cluster, { from, to }) {
      keep.check('edges', to);
      const heads = await rows.heads('edges', cluster, { from: Math.max(from, keep.from('edges')), to });
      return read(
        cluster,
        heads.filter(({ id }) => id === MINUTE),
      );
    },
    async lives(cluster, { from, to }) {
      keep.check('edges', to);
      const first = dayOf(Math.max(from, keep.from('edges')));
      const days = Array.from({ length: Math.max(0, dayOf(to) - first + 1) }, (_, n) => first + n);
      const all = (await Promise.all(days.map((day) => livesOf(cluster, day)))).flat();
      return joined(all).filter((life) => life.lastAt >= from && life.firstAt <= to);
    },
    async putLives(cluster, day, lives) {
      const all = joined([...(await livesOf(cluster, day)), ...lives]);
      await put(cluster, day * DAY_MS, day * DAY_MS, LIVES, all.length, encodeUtf8(JSON.stringify(all)));
    },
  };
}

/** A minute written anew has other bytes or another count nearly always; the instant tells the rest. */
const stampOf = ({ receivedAt, bytes, count }: ChunkHead): number => receivedAt * 1000 + ((bytes * 31 + count) % 1000);

function joined(lives: readonly EdgeLife[]): EdgeLife[] {
  const byEdge = new Map<string, EdgeLife>();
  for (const life of lives) {
    const key = JSON.stringify([life.from, life.to, life.port, life.protocol]);
    const known = byEdge.get(key);
    byEdge.set(key, {
      ...life,
      firstAt: Math.min(known?.firstAt ?? life.firstAt, life.firstAt),
      lastAt: Math.max(known?.lastAt ?? life.lastAt, life.lastAt),
    });
  }
  return [...byEdge.values()];
}
