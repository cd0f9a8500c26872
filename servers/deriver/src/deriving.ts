// One chunk of `objects` → the changes and leases that follow from it.

import type { Store } from '@mosaic/store';
import {
  type Chunk,
  type Compression,
  inflateBody,
  inflateRows,
  type Revision,
  readDeltas,
  readRevisions,
  revisionFault,
  type SlimDelta,
  sift,
} from '@mosaic/wire';
import { changesOf } from './changes/changes-of.ts';
import { type ClusterMemory, clusterMemory } from './cluster-memory.ts';
import { stateAt } from './past.ts';

export interface Derived {
  readonly changes: number;
  readonly leases: number;
}

/** Chunks of one cluster come one after the other. Throws `Malformed`, and whatever the store throws; then the chunk may come again. */
export type Derive = (chunk: Chunk) => Promise<Derived>;

/** Clusters remembered; the one longest not heard of is forgotten and made anew when it speaks again. */
const MOST_CLUSTERS = 1_000;
/** The store is asked about unknown owners no oftener, in the agent's time. */
const ASK_EVERY_MS = 10_000;

export function deriving(
  store: Pick<Store, 'state' | 'leases' | 'changes' | 'marks'>,
  compression: Compression,
): Derive {
  const memories = new Map<number, ClusterMemory & { askedAt: number }>();

  const memoryOf = async (chunk: Chunk) => {
    const { cluster } = chunk.header;
    const known = memories.get(cluster);
    const memory = known?.follows(chunk.header) ? known : { ...(await clusterMemory(store, chunk, known)), askedAt: 0 };
    memories.delete(cluster);
    memories.set(cluster, memory);
    const [oldest] = memories.keys();
    if (memories.size > MOST_CLUSTERS && oldest !== undefined) memories.delete(oldest);
    return memory;
  };

  return async (chunk) => {
    const { cluster, t1 } = chunk.header;
    const { revisions, deltas } = read(chunk, compression);
    const memory = await memoryOf(chunk);
    const { kinship, leases, since } = memory;
    kinship.note(revisions);
    if (t1 - memory.askedAt >= ASK_EVERY_MS && revisions.some(kinship.isUnclear)) {
      memory.askedAt = t1;
      kinship.learn((await stateAt(store, cluster, t1)).objects);
    }
    const changes = changesOf(revisions, deltas, { kinship, since });
    const written = await both(
      changes.length > 0 ? store.changes.write(cluster, changes) : Promise.resolve(),
      leases.take(chunk.header, deltas),
    );
    for (const { op, uid } of revisions)
      if (op === 'delete') kinship.forget(uid);
      else kinship.remember(uid);
    memory.taken(chunk.header);
    return { changes: changes.length, leases: written };
  };
}

/** The second's answer, once both are done: what still runs must not meet its own repetition. Throws the first failure. */
async function both<T>(first: Promise<void>, second: Promise<T>): Promise<T> {
  await Promise.allSettled([first, second]);
  await first;
  return second;
}

/** Bad rows are left out here too; the receiver has told of them. */
function read(
  chunk: Chunk,
  compression: Compression,
): { readonly revisions: readonly Revision[]; readonly deltas: readonly SlimDelta[] } {
  const { rows, body } = chunk.header;
  return {
    revisions: rows === undefined ? [] : sift(readRevisions(inflateRows(chunk, compression)), revisionFault).good,
    deltas: body === undefined ? [] : readDeltas(inflateBody(chunk, compression)),
  };
}
