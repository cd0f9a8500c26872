// One closed minute: from what is stored of it to its edges, replaced whole.

import type { Store } from '@mosaic/store';
import { edgesOfMinute, livesOf } from '@mosaic/topology';
import { dayOf, MINUTE_MS } from '@mosaic/wire';
import { type Asked, knownOf } from './minute-facts.ts';
import { stitched } from './stitching.ts';

export interface DerivedMinute {
  readonly edges: number;
  /** Chunks whose observations were taken in, as `chunkKey` names them. */
  readonly chunks: ReadonlySet<string>;
  /** How many more looks it is worth: some object is not described yet, or another cluster may tell its side. */
  readonly looks: number;
}

const LOOKS_FOR_OBJECTS = 3;
const LOOKS_ACROSS = 1;

export const chunkKey = ({ source, boot, seq }: { source: string; boot: string; seq: number }): string =>
  `${source}\n${boot}\n${seq}`;

export type DeriveMinute = (cluster: number, minute: number) => Promise<DerivedMinute>;

export const minuteDeriving =
  (store: Asked & Pick<Store, 'edges' | 'marks' | 'clusters'>): DeriveMinute =>
  async (cluster, minute) => {
    const near = await store.connections.between(cluster, { from: minute, to: minute + MINUTE_MS - 1 });
    const chunks = new Set(near.map(chunkKey));
    const flows = near.filter(({ at }) => at >= minute && at < minute + MINUTE_MS);
    if (flows.length === 0) return { edges: 0, chunks, looks: 0 };
    const { known, skewMs } = await knownOf(store, cluster, minute, flows);
    const own = edgesOfMinute({ minute, connections: flows, known, skewMs });
    const { edges, isUnsettled: isAcross } = await stitched(store, cluster, minute, own.edges, known);
    await store.edges.put(cluster, minute, edges);
    await store.edges.putLives(cluster, dayOf(minute), livesOf(edges));
    const looks = own.isUnsettled ? LOOKS_FOR_OBJECTS : isAcross ? LOOKS_ACROSS : 0;
    return { edges: edges.length, chunks, looks };
  };
