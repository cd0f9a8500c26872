// The leases of one cluster, kept in the store as its slim deltas come by.

import type { StateAt, Store } from '@mosaic/store';
import type { ChunkHeader, SlimDelta } from '@mosaic/wire';
import { tellMove } from '../edges/lease-moves.ts';
import { leasesAt, stateAt } from '../past.ts';
import { addressesOf, HOLDERS, leaseBook } from './lease-book.ts';

export interface LeaseKeeper {
  /** Writes what the deltas change; resolves to how many leases that were. Safe to repeat, also after a failure in the middle. */
  take(header: ChunkHeader, deltas: readonly SlimDelta[]): Promise<number>;
}

/** The store is asked no oftener, in the agent's time: a state is filed every ten seconds. */
const LOOK_EVERY_MS = 5_000;
/** What nobody has described by then is lost to a gap. */
const PATIENCE_MS = 60_000;

/** `before`: the state just before the first chunk that `take` will see. */
export async function leaseKeeper(
  store: Pick<Store, 'state' | 'leases' | 'marks'>,
  cluster: number,
  before: StateAt,
): Promise<LeaseKeeper> {
  const book = leaseBook();
  const held = [...before.objects.values()].filter(({ kind }) => HOLDERS.has(kind)).flatMap(addressesOf);
  const written = await leasesAt(store, cluster, new Set(held), before.at);
  book.load(before.objects, before.at, (uid) => written.get(uid) ?? []);
  let wholeEpoch = before.epoch ?? -1;
  let lookedAt = 0;

  /** A new epoch lists all anew: once its first checkpoint is whole, those it did not list have gone unseen. */
  const look = async ({ epoch, t0, t1 }: ChunkHeader): Promise<void> => {
    const isDue = book.isWaiting || epoch > wholeEpoch;
    if (!isDue || t1 - lookedAt < LOOK_EVERY_MS) return;
    const now = await stateAt(store, cluster, t1);
    lookedAt = t1;
    book.describe(now.objects, t1 - PATIENCE_MS);
    if (now.epoch !== epoch || epoch <= wholeEpoch || now.checkpointAt === undefined || now.checkpointAt >= t0) return;
    book.endOthers(epoch, now.checkpointAt);
    wholeEpoch = epoch;
  };

  return {
    async take(header, deltas) {
      book.note(deltas, header.epoch);
      await look(header);
      const leases = book.unwritten();
      if (leases.length > 0) {
        await store.leases.write(
          cluster,
          leases.map(({ since: _, ...lease }) => lease),
        );
        await tellMove(store, cluster, Math.min(...leases.map(({ since }) => since)));
      }
      book.settle();
      return leases.length;
    },
  };
}
