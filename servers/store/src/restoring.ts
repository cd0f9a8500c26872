// Bodies of revisions, inflated: full ones by themselves, the others against the snapshot they name.

import { type Compression, decodeUtf8, Malformed, MOST_INFLATED_BYTES, type Revision } from '@mosaic/wire';
import { boundedCache } from './bounded-cache.ts';
import type { KeptBody, KeptRevision } from './port.ts';
import type { BodyRow, ObjectRows } from './rows.ts';

const DEFLATE = 2;
/** Of more than so many objects asked for at once each snapshot is needed once: kept, they would push out those that are asked for again. */
const MANY_BODIES = 16;
const MOST_BASES_BYTES = 8 * 1024 * 1024;

export interface Restoring {
  /**
   * Each life (all rows of one revision, newest first) becomes one kept revision with the earliest instant.
   * `json` stays out for a delete, and when the snapshot it was made against is not kept any more.
   */
  lives(cluster: number, lives: readonly (readonly Revision[])[], wanted: boolean): Promise<KeptRevision[]>;
  /** In the order of `rows`; the snapshots they lean on are read together. */
  bodies(cluster: number, rows: readonly (BodyRow | undefined)[]): Promise<(KeptBody | undefined)[]>;
}

export function restoring(rows: Pick<ObjectRows, 'ones'>, compression: Compression): Restoring {
  const bases = boundedCache<Uint8Array>(MOST_BASES_BYTES);

  const inflated = ({ enc, body, inflated: size }: BodyRow, dictionary?: Uint8Array): Uint8Array => {
    if (size > MOST_INFLATED_BYTES) throw new Malformed(`a body of ${size} bytes; ${MOST_INFLATED_BYTES} is the most`);
    try {
      return enc === 0 ? body : compression.inflate(DEFLATE, body, size, dictionary);
    } catch (cause) {
      throw new Malformed(`a body that does not inflate to its ${size} bytes`, { cause });
    }
  };

  /** By `baseKey`; what is not kept is left out. */
  const basesOf = async (cluster: number, leaning: readonly BodyRow[]): Promise<ReadonlyMap<string, Uint8Array>> => {
    const found = new Map<string, Uint8Array>();
    const missing = new Map<string, BodyRow>();
    for (const row of leaning) {
      const key = baseKey(cluster, row);
      const known = bases.get(key);
      if (known !== undefined) found.set(key, known);
      else if (row.baseAt !== undefined && row.baseRv !== undefined) missing.set(key, row);
    }
    const keys = [...missing.values()].map(({ uid, baseAt = 0, baseRv = 0 }) => ({ uid, at: baseAt, rv: baseRv }));
    const read = keys.length === 0 ? [] : await rows.ones(cluster, keys);
    for (const [i, key] of [...missing.keys()].entries()) {
      const base = read[i];
      if (base === undefined || base.enc > 1) continue;
      const bytes = inflated(base);
      if (leaning.length <= MANY_BODIES) bases.set(key, bytes, bytes.length);
      found.set(key, bytes);
    }
    return found;
  };

  const textOf = async (cluster: number, life: readonly Revision[]): Promise<string | undefined> => {
    for (const row of life.toReversed()) {
      if (row.enc === 3) return undefined;
      if (row.enc < 2) return decodeUtf8(inflated(row));
      const base = (await basesOf(cluster, [row])).get(baseKey(cluster, row));
      if (base) return decodeUtf8(inflated(row, base));
    }
    return undefined;
  };

  return {
    async lives(cluster, lives, wanted) {
      const kept: KeptRevision[] = [];
      for (const life of lives) {
        const {
          body: _body,
          inflated: _size,
          enc: _enc,
          baseAt: _at,
          baseRv: _rv,
          ...about
        } = life[life.length - 1] as Revision; // never empty
        const json = wanted ? await textOf(cluster, life) : undefined;
        kept.push({ ...about, ...(json !== undefined && { json }) });
      }
      return kept;
    },
    async bodies(cluster, found) {
      const leaning = found.filter((row) => row?.enc === 2) as readonly BodyRow[]; // that have an enc
      const known = await basesOf(cluster, leaning);
      return found.map((row) => {
        if (row === undefined || row.enc === 3) return row && { rv: row.rv, op: row.op };
        const base = row.enc === 2 ? known.get(baseKey(cluster, row)) : undefined;
        const isReadable = row.enc !== 2 || base !== undefined;
        return { rv: row.rv, op: row.op, ...(isReadable && { body: inflated(row, base) }) };
      });
    },
  };
}

const baseKey = (cluster: number, { uid, baseAt, baseRv }: BodyRow): string => `${cluster}/${uid}/${baseAt}/${baseRv}`;
