// Chunks, names met and tokens, in maps.

import type { IntakeTokenRecord } from '../../port-signals.ts';
import type { ChunkFamily, ChunkHead, ChunkRows, SeenRow, SeenRows, TokenRows } from '../../rows.ts';

interface Kept {
  readonly head: ChunkHead;
  readonly body: Uint8Array;
}

const keyOf = ({ t0, id }: Pick<ChunkHead, 't0' | 'id'>): string => `${t0}/${id}`;
const REPLACED: ReadonlySet<ChunkFamily> = new Set(['edges', 'rolled']);

export function chunkRows(): { rows: ChunkRows; sweep(family: ChunkFamily, oldest: number): void } {
  const kept = new Map<string, Map<string, Kept>>();
  const of = (family: ChunkFamily, cluster: number): Map<string, Kept> => {
    const place = `${family}/${cluster}`;
    const known = kept.get(place) ?? new Map<string, Kept>();
    kept.set(place, known);
    return known;
  };
  return {
    rows: {
      async put(family, cluster, head, body) {
        const chunks = of(family, cluster);
        if (REPLACED.has(family) || !chunks.has(keyOf(head))) chunks.set(keyOf(head), { head, body: body.slice() });
      },
      heads: async (family, cluster, { from, to }) =>
        [...of(family, cluster).values()]
          .map(({ head }) => head)
          .filter(({ t0, t1 }) => t1 >= from && t0 <= to)
          .sort((a, b) => a.t0 - b.t0 || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
      bodies: async (family, cluster, heads) => heads.map((head) => of(family, cluster).get(keyOf(head))?.body),
    },
    sweep(family, oldest) {
      for (const [place, chunks] of kept) {
        if (!place.startsWith(`${family}/`)) continue;
        for (const [key, { head }] of chunks) if (head.t1 < oldest) chunks.delete(key);
      }
    },
  };
}

export function seenRows(): SeenRows {
  const kept = new Map<string, Map<string, SeenRow>>();
  return {
    async put(family, cluster, day, rows) {
      const place = `${family}/${cluster}/${day}`;
      const names = kept.get(place) ?? new Map<string, SeenRow>();
      kept.set(place, names);
      for (const row of rows) {
        const { firstAt = row.firstAt, lastAt = row.lastAt } = names.get(row.key) ?? {};
        names.set(row.key, { ...row, firstAt: Math.min(firstAt, row.firstAt), lastAt: Math.max(lastAt, row.lastAt) });
      }
    },
    of: async (family, cluster, day) => [...(kept.get(`${family}/${cluster}/${day}`)?.values() ?? [])],
  };
}

export function tokenRows(): TokenRows {
  const kept = new Map<string, { cluster: number; token: IntakeTokenRecord }>();
  return {
    async put(cluster, token) {
      kept.set(`${cluster}/${token.id}`, { cluster, token });
    },
    of: async (cluster) => [...kept.values()].filter((one) => one.cluster === cluster).map(({ token }) => token),
    find: async (hash) => [...kept.values()].find(({ token }) => token.hash === hash),
    remove: async (cluster, id) => kept.delete(`${cluster}/${id}`),
  };
}
