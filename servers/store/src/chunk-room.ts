// What questions over chunks share: keys from what a chunk is, bodies inflated, names met kept once in a while.

import { type ChunkHeader, type Compression, dayOf, inflateSection, sourceHash } from '@mosaic/wire';
import type { FiledChunk } from './port-signals.ts';
import { CHUNK_GROUPS, type ChunkFamily, type ChunkHead, type SeenRow, type SeenRows } from './rows.ts';

/** Of (source, boot, sequence): the same chunk has the same id, however often it comes. */
export const chunkId = ({ source, boot, seq }: Pick<ChunkHeader, 'source' | 'boot' | 'seq'>): string =>
  `${BigInt.asUintN(64, sourceHash(source, boot)).toString(16)}-${seq}`;

/** One agent feeds one group, so that its chunks stay together. */
const groupOf = ({ source }: Pick<ChunkHeader, 'source'>): number =>
  Number(BigInt.asUintN(64, sourceHash(source, '')) % BigInt(CHUNK_GROUPS));

export function headOf(
  { header, body }: FiledChunk,
  receivedAt: number,
  about: { readonly index: unknown; readonly bloom?: Uint8Array },
): ChunkHead {
  const { codec, inflated } = header.body ?? { codec: 0 as const, inflated: 0 };
  return {
    ...{ t0: header.t0, t1: header.t1, id: chunkId(header), group: groupOf(header), count: header.count },
    ...{ codec, inflated, bytes: body.length, receivedAt, bloom: about.bloom ?? new Uint8Array(0) },
    index: JSON.stringify(about.index),
  };
}

/** Throws `Malformed`. */
export const inflatedBody = (
  { codec, inflated }: Pick<ChunkHead, 'codec' | 'inflated'>,
  body: Uint8Array,
  compression: Compression,
): Uint8Array => inflateSection({ codec, inflated, bytes: body.length }, body, compression);

/** A name is written again when it was last seen this much later than what is kept says: at a minute, names were most of what a large fleet cost the ring. */
const SEEN_EVERY_MS = 5 * 60_000;
const MOST_REMEMBERED = 200_000;

/** Names met, by UTC day; of one met all the time a row every five minutes is written. */
export function seenNames(rows: SeenRows, family: ChunkFamily) {
  const written = new Map<string, { from: number; to: number }>();
  return {
    async note(cluster: number, names: readonly SeenRow[]): Promise<void> {
      const due = new Map<number, SeenRow[]>();
      for (const name of names) {
        const day = dayOf(name.firstAt);
        const key = `${cluster}/${day}/${name.key}`;
        const known = written.get(key);
        if (known !== undefined && name.firstAt >= known.from && name.lastAt - known.to < SEEN_EVERY_MS) continue;
        if (written.size >= MOST_REMEMBERED) written.clear();
        written.set(key, {
          from: Math.min(known?.from ?? name.firstAt, name.firstAt),
          to: Math.max(known?.to ?? name.lastAt, name.lastAt),
        });
        due.set(day, [...(due.get(day) ?? []), name]);
      }
      await Promise.all([...due].map(([day, of]) => rows.put(family, cluster, day, of)));
    },
    /** Met within [from, to], give or take five minutes; each once, over all its days. */
    async between(cluster: number, from: number, to: number): Promise<readonly SeenRow[]> {
      const days = Array.from({ length: Math.max(0, dayOf(to) - dayOf(from) + 1) }, (_, n) => dayOf(from) + n);
      const found = await Promise.all(days.map((day) => rows.of(family, cluster, day)));
      const joined = new Map<string, SeenRow>();
      for (const row of found.flat()) {
        const { firstAt = row.firstAt, lastAt = row.lastAt } = joined.get(row.key) ?? {};
        joined.set(row.key, { ...row, firstAt: Math.min(firstAt, row.firstAt), lastAt: Math.max(lastAt, row.lastAt) });
      }
      return [...joined.values()].filter((row) => row.lastAt + SEEN_EVERY_MS >= from && row.firstAt <= to);
    },
  };
}
