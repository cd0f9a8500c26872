// What the store already knows of a cluster, asked so that a young cluster and one past its retention are answers too.

import { eachBounded } from '@mosaic/runtime';
import { type Lease, NotKept, type StateAt, type Store } from '@mosaic/store';

type Asked = Pick<Store, 'state' | 'leases'>;

const LOOKUPS_AT_ONCE = 32;

/** State at `at`; empty when nothing of it is kept. */
export async function stateAt(store: Pick<Store, 'state'>, cluster: number, at: number): Promise<StateAt> {
  try {
    return await store.state.at(cluster, at);
  } catch (error) {
    if (error instanceof NotKept) return { at, objects: new Map() };
    throw error;
  }
}

/** The leases that hold at `at` for these addresses, by holder's uid. One question per address. */
export async function leasesAt(
  store: Asked,
  cluster: number,
  ips: ReadonlySet<string>,
  at: number,
): Promise<ReadonlyMap<string, readonly Lease[]>> {
  const byUid = new Map<string, Lease[]>();
  await eachBounded([...ips], LOOKUPS_AT_ONCE, async (ip) => {
    for (const lease of await store.leases.holders(cluster, ip, at)) {
      byUid.set(lease.uid, [...(byUid.get(lease.uid) ?? []), lease]);
    }
  });
  return byUid;
}
