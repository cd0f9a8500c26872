// Bodies of revisions, inflated: full ones by themselves, the others against the snapshot they name.

import { type Compression, decodeUtf8, Malformed, MOST_INFLATED_BYTES, type Revision } from '@mosaic/wire';
import { boundedCache } from './bounded-cache.ts';
import type { KeptRevision } from './port.ts';
import type { ObjectRows } from './rows.ts';

const DEFLATE = 2;
const MOST_BASES_BYTES = 8 * 1024 * 1024;

/**
 * Each life (all rows of one revision, newest first) becomes one kept revision with the earliest instant.
 * `json` stays out for a delete, and when the snapshot it was made against is not kept any more.
 */
export function bodies(rows: ObjectRows, compression: Compression) {
  const bases = boundedCache<Uint8Array>(MOST_BASES_BYTES);

  const inflated = ({ enc, body, inflated: size }: Revision, dictionary?: Uint8Array): Uint8Array => {
    if (size > MOST_INFLATED_BYTES) throw new Malformed(`a body of ${size} bytes; ${MOST_INFLATED_BYTES} is the most`);
    try {
      return enc === 0 ? body : compression.inflate(DEFLATE, body, size, dictionary);
    } catch (cause) {
      throw new Malformed(`a body that does not inflate to its ${size} bytes`, { cause });
    }
  };

  const baseOf = async (cluster: number, { uid, baseAt, baseRv }: Revision): Promise<Uint8Array | undefined> => {
    if (baseAt === undefined || baseRv === undefined) return undefined;
    const key = `${cluster}/${uid}/${baseAt}/${baseRv}`;
    const known = bases.get(key);
    if (known) return known;
    const base = await rows.one(cluster, uid, baseAt, baseRv);
    if (base === undefined || base.enc > 1) return undefined;
    const bytes = inflated(base);
    bases.set(key, bytes, bytes.length);
    return bytes;
  };

  const textOf = async (cluster: number, life: readonly Revision[]): Promise<string | undefined> => {
    for (const row of life.toReversed()) {
      if (row.enc === 3) return undefined;
      if (row.enc < 2) return decodeUtf8(inflated(row));
      const base = await baseOf(cluster, row);
      if (base) return decodeUtf8(inflated(row, base));
    }
    return undefined;
  };

  return async (cluster: number, lives: readonly (readonly Revision[])[], wanted: boolean): Promise<KeptRevision[]> => {
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
  };
}
