// Clusters by id or name, read at most every second.

import type { ClusterRecord, Store } from '@mosaic/store';
import { notKnown } from './problem.ts';

const FRESH_MS = 1_000;

export interface KnownClusters {
  all(): Promise<readonly ClusterRecord[]>;
  /** The one named, or all when nothing is named. Throws a 404. */
  among(idOrName: string | undefined): Promise<readonly ClusterRecord[]>;
  one(idOrName: string): Promise<ClusterRecord>;
}

export function knownClusters({ clusters }: Pick<Store, 'clusters'>, now: () => number): KnownClusters {
  let readAt = Number.NEGATIVE_INFINITY;
  let known: Promise<readonly ClusterRecord[]> = Promise.resolve([]);
  const all = (): Promise<readonly ClusterRecord[]> => {
    if (Math.abs(now() - readAt) > FRESH_MS) {
      readAt = now();
      known = clusters.all();
      known.catch(() => {
        readAt = Number.NEGATIVE_INFINITY;
      });
    }
    return known;
  };
  const one = async (idOrName: string): Promise<ClusterRecord> => {
    const find = (records: readonly ClusterRecord[]) =>
      records.find(({ name }) => name === idOrName) ?? records.find(({ id }) => String(id) === idOrName);
    const found = find(await all());
    if (found !== undefined) return found;
    readAt = Number.NEGATIVE_INFINITY; // it may be new
    const fresh = await all();
    const names = fresh.map(({ id, name }) => `${name} (${id})`).join(', ');
    const again = find(fresh);
    if (again === undefined) throw notKnown(`cluster ${idOrName} is not known; known: ${names || 'none yet'}`);
    return again;
  };
  return { all, one, among: async (idOrName) => (idOrName === undefined ? all() : [await one(idOrName)]) };
}
