// What the store knows of one minute of a cluster: the observations, and what names their ends.

import { eachBounded } from '@mosaic/runtime';
import type { Flow, Lease, Store } from '@mosaic/store';
import { addressesIn, type Known, known, SKEWS_BEFORE_MS, type Skew, skewsFrom } from '@mosaic/topology';
import { DAY_MS, MINUTE_MS, mergeSlim, type Slim } from '@mosaic/wire';
import { stateAt } from '../past.ts';

export type Asked = Pick<Store, 'connections' | 'state' | 'leases' | 'coverage'>;

export interface MinuteKnown {
  readonly known: Known;
  readonly skewMs: Skew;
}

/** A window that begins in a minute may end in the next, and what is told of its end comes a little later still. */
const BEYOND_MS = 15_000;
const LOOKUPS_AT_ONCE = 64;

/** Objects, leases and clocks around the minute, for these observations. */
export async function knownOf(
  store: Asked,
  cluster: number,
  minute: number,
  flows: readonly Flow[],
): Promise<MinuteKnown> {
  const span = { from: minute, to: minute + MINUTE_MS + BEYOND_MS };
  const [objects, leases, skewMs] = await Promise.all([
    objectsOver(store, cluster, span),
    leasesOver(store, cluster, addressesIn(flows), { from: minute - DAY_MS, to: span.to }),
    skewsOf(store, cluster, span),
  ]);
  return { known: known({ objects, leases }), skewMs };
}

type Span = { readonly from: number; readonly to: number };

/** All that stood at some moment of the span, as last known within it: also what came and went between two checkpoints. */
export async function objectsOver(
  store: Pick<Store, 'state'>,
  cluster: number,
  span: Span,
): Promise<ReadonlyMap<string, Slim>> {
  const [before, after, steps] = await Promise.all([
    stateAt(store, cluster, span.from),
    stateAt(store, cluster, span.to),
    store.state.deltas(cluster, span),
  ]);
  const over = new Map(before.objects);
  for (const { deltas } of steps)
    for (const { uid, gone, is, how } of deltas) {
      const slim = gone ? undefined : mergeSlim(over.get(uid), uid, is, how);
      if (slim !== undefined) over.set(uid, slim);
    }
  for (const [uid, slim] of after.objects) over.set(uid, slim);
  return over;
}

async function skewsOf({ coverage }: Pick<Store, 'coverage'>, cluster: number, { from, to }: Span): Promise<Skew> {
  const span = { from: from - SKEWS_BEFORE_MS, to };
  const [nodes, agents] = await Promise.all([
    coverage.between(cluster, { ...span, signal: 'connections' }),
    coverage.between(cluster, { ...span, signal: 'objects' }),
  ]);
  return skewsFrom(nodes, agents);
}

async function leasesOver(
  store: Pick<Store, 'leases'>,
  cluster: number,
  ips: ReadonlySet<string>,
  span: Span,
): Promise<readonly Lease[]> {
  const found: Lease[] = [];
  await eachBounded([...ips], LOOKUPS_AT_ONCE, async (ip) => {
    for (const lease of await store.leases.of(cluster, ip, span)) found.push(lease);
  });
  return found;
}
