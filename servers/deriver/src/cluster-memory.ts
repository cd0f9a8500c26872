// What the deriver remembers of one cluster between its chunks. It can always be made anew from the store.

import type { Store } from '@mosaic/store';
import type { Chunk, ChunkHeader } from '@mosaic/wire';
import { type Kinship, kinship } from './changes/kinship.ts';
import { type LeaseKeeper, leaseKeeper } from './leases/lease-keeper.ts';
import { stateAt } from './past.ts';

export interface ClusterMemory {
  readonly kinship: Kinship;
  readonly leases: LeaseKeeper;
  /** First instant it was watched, epoch ms. */
  readonly since: number;
  /** Whether the chunk follows those taken before; when not, others took some meanwhile (or some were lost) and this memory is old. */
  follows(header: ChunkHeader): boolean;
  taken(header: ChunkHeader): void;
}

/** From the store, as of just before the chunk. Where it knows nothing yet, `old` is still better than nothing. */
export async function clusterMemory(
  store: Pick<Store, 'state' | 'leases' | 'marks'>,
  { header }: Pick<Chunk, 'header'>,
  old?: ClusterMemory,
): Promise<ClusterMemory> {
  const { cluster } = header;
  const at = beginningOf(header);
  const [before, extent] = await Promise.all([stateAt(store, cluster, at), store.state.extent(cluster)]);
  if (old !== undefined && before.objects.size === 0) return old;
  const kin = kinship();
  kin.load(before.objects);
  const last = new Map<string, number>();
  return {
    kinship: kin,
    leases: await leaseKeeper(store, cluster, before),
    since: Math.min(extent?.from ?? at, at),
    follows: (next) => last.size === 0 || next.seq <= (last.get(bootOf(next)) ?? 0) + 1,
    taken(next) {
      const boot = bootOf(next);
      last.set(boot, Math.max(next.seq, last.get(boot) ?? 0));
      if (last.size > MOST_BOOTS) last.delete([...last.keys()][0] ?? '');
    },
  };
}

/** Rows alone may tell of long ago (what objects prove of their past): then it is the sealing that counts. */
const beginningOf = ({ body, t0, sealedAt }: ChunkHeader): number => (body === undefined ? sealedAt : t0 - 1);

const MOST_BOOTS = 100;
const bootOf = ({ source, boot, epoch }: ChunkHeader): string => `${source}\n${boot}\n${epoch}`;
