// What names the ends of the connections that a moment's map was drawn from: the observations of its minutes, and who held which address then.

import { eachBounded } from '@mosaic/runtime';
import { type Flow, type Lease, NotKept, type Store } from '@mosaic/store';
import { addressesIn, edgeSpan, known, SKEWS_BEFORE_MS, type Skew, skewsFrom } from '@mosaic/topology';
import { DAY_MS, MINUTE_MS, mergeSlim, type Slim } from '@mosaic/wire';
import type { Moment } from '../asking/moments.ts';

type Asked = Pick<Store, 'connections' | 'state' | 'leases' | 'coverage'>;
type Span = { readonly from: number; readonly to: number };

const LOOKUPS_AT_ONCE = 64;

export async function connectionFacts(store: Asked, moment: Moment, at: number) {
  const minutes = edgeSpan(at);
  const span = { from: minutes.from, to: minutes.to + MINUTE_MS - 1 };
  const near = await store.connections.between(moment.id, span);
  const flows = near.filter(({ at: began }) => began >= span.from && began <= span.to);
  const [objects, leases, skewMs] = await Promise.all([
    objectsOver(store, moment, span),
    leasesOf(store, moment.id, flows, { from: span.from - DAY_MS, to: span.to }),
    skewsOf(store, moment.id, span),
  ]);
  return { flows, known: known({ objects, leases }), skewMs };
}

/** All that stood at some moment of the span, and at the moment asked about. */
async function objectsOver(store: Asked, { id, objects }: Moment, span: Span): Promise<ReadonlyMap<string, Slim>> {
  const over = new Map(await stateBefore(store, id, span.from));
  for (const { deltas } of await store.state.deltas(id, span))
    for (const { uid, gone, is, how } of deltas) {
      const slim = gone ? undefined : mergeSlim(over.get(uid), uid, is, how);
      if (slim !== undefined) over.set(uid, slim);
    }
  for (const [uid, slim] of objects) over.set(uid, slim);
  return over;
}

async function stateBefore(store: Asked, cluster: number, at: number): Promise<ReadonlyMap<string, Slim>> {
  try {
    return (await store.state.at(cluster, at)).objects;
  } catch (error) {
    if (error instanceof NotKept) return new Map();
    throw error;
  }
}

async function leasesOf(store: Asked, cluster: number, flows: readonly Flow[], span: Span): Promise<readonly Lease[]> {
  const found: Lease[] = [];
  await eachBounded([...addressesIn(flows)], LOOKUPS_AT_ONCE, async (ip) => {
    for (const lease of await store.leases.of(cluster, ip, span)) found.push(lease);
  });
  return found;
}

async function skewsOf({ coverage }: Asked, cluster: number, { from, to }: Span): Promise<Skew> {
  const span = { from: from - SKEWS_BEFORE_MS, to };
  const [nodes, agents] = await Promise.all([
    coverage.between(cluster, { ...span, signal: 'connections' }),
    coverage.between(cluster, { ...span, signal: 'objects' }),
  ]);
  return skewsFrom(nodes, agents);
}
