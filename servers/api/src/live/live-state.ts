// What is now: the stored state with the last seconds folded on top, from tailing the road. Fresh within a second or two of the cluster.

import { chunkGate, type Log, verifyEd25519 } from '@mosaic/runtime';
import { type StateAt, type Store } from '@mosaic/store';
import { type Delivery, type Subscription, TOPICS, type Transport } from '@mosaic/transport';
import { type Compression, inflateBody, mergeSlim, readDeltas, type Slim, type SlimDelta } from '@mosaic/wire';
import { overlaid } from './overlaid.ts';

/** The stored state is at most this old under the live one: bounds drift after anything missed. */
const REFRESH_MS = 30_000;
/** Deltas kept to fold over a stored state: longer than state chunks stay open and travel. */
const KEEP_DELTAS_MS = 90_000;
const MOST_DELTAS = 200_000;

export interface LiveMoment {
  readonly objects: ReadonlyMap<string, Slim>;
  /** Grows with every change of this cluster. */
  readonly version: number;
  readonly stale?: StateAt['stale'];
  /** Set while the tail has trouble: what is shown is the store's, up to ten seconds old. */
  readonly trouble?: string;
}

export interface LiveState {
  start(): Promise<void>;
  now(cluster: number): Promise<LiveMoment>;
  /** Stored state at `at` with the tailed deltas up to `at` on top. */
  at(cluster: number, at: number): Promise<StateAt>;
  /** Called after something of a cluster changed; returns how to stop listening. */
  onChange(told: (cluster: number) => void): () => void;
  trouble(): string | undefined;
  stop(): Promise<void>;
}

interface Kept {
  objects: Map<string, Slim>;
  version: number;
  readAt: number;
  stale: StateAt['stale'];
  reading: Promise<void> | undefined;
  readonly deltas: SlimDelta[];
}

interface Parts {
  readonly store: Pick<Store, 'state' | 'clusters'>;
  readonly transport: Transport;
  readonly compression: Compression;
  readonly log: Log;
  readonly now: () => number;
  /** Unique to this process: every instance reads everything. */
  readonly group: string;
}

export function liveState({ store, transport, compression, log, now, group }: Parts): LiveState {
  const clusters = new Map<number, Kept>();
  const listeners = new Set<(cluster: number) => void>();
  const gate = chunkGate({
    keysOf: (cluster) => store.clusters.keys(cluster),
    compression,
    verify: verifyEd25519,
    now,
  });
  let subscription: Subscription | undefined;
  let troubledAt: { at: number; reason: string } | undefined;

  const keptOf = (cluster: number): Kept => {
    let kept = clusters.get(cluster);
    if (kept === undefined) {
      kept = {
        objects: new Map(),
        version: 0,
        readAt: Number.NEGATIVE_INFINITY,
        stale: undefined,
        reading: undefined,
        deltas: [],
      };
      clusters.set(cluster, kept);
    }
    return kept;
  };

  const refresh = async (cluster: number, kept: Kept): Promise<void> => {
    const at = now();
    const stored = await store.state.at(cluster, at);
    kept.objects = new Map(stored.objects);
    kept.stale = stored.stale;
    for (const delta of kept.deltas) fold(kept.objects, delta);
    kept.readAt = at;
    kept.version++;
  };

  const fresh = async (cluster: number): Promise<Kept> => {
    const kept = keptOf(cluster);
    if (now() - kept.readAt > REFRESH_MS || now() < kept.readAt) {
      kept.reading ??= refresh(cluster, kept).finally(() => {
        kept.reading = undefined;
      });
      await kept.reading;
    }
    return kept;
  };

  const take = async (delivery: Delivery): Promise<void> => {
    const checked = await gate(delivery.value);
    if (!checked.ok) return log.debug('chunk passed over', { reason: checked.reason }); // the receiver quarantines it
    const { chunk } = checked;
    const { cluster } = chunk.header;
    if (chunk.header.body === undefined) return;
    const kept = keptOf(cluster);
    for (const delta of readDeltas(inflateBody(chunk, compression))) {
      kept.deltas.push(delta);
      fold(kept.objects, delta);
    }
    prune(kept.deltas, now() - KEEP_DELTAS_MS);
    kept.version++;
    for (const told of listeners) told(cluster);
  };

  const troubleNow = (): string | undefined =>
    troubledAt?.reason ?? (subscription === undefined ? 'the live topic is not tailed yet' : undefined);

  return {
    async start() {
      subscription = await transport.subscribe({
        group,
        topics: [TOPICS.objects],
        from: 'latest',
        async handle(batch) {
          for (const delivery of batch) await takeCarefully(delivery, take, log);
          troubledAt = undefined;
        },
        onTrouble({ reason, error }) {
          if (troubledAt === undefined) log.warn('live tail in trouble', { reason, error });
          troubledAt = { at: now(), reason };
        },
      });
    },
    async now(cluster) {
      const kept = await fresh(cluster);
      const trouble = troubleNow();
      return {
        objects: kept.objects,
        version: kept.version,
        ...(kept.stale && { stale: kept.stale }),
        ...(trouble !== undefined && { trouble }),
      };
    },
    async at(cluster, at) {
      const stored = await store.state.at(cluster, at);
      const deltas = clusters.get(cluster)?.deltas ?? [];
      if (at < now() - KEEP_DELTAS_MS || deltas.length === 0) return stored;
      const changes = new Map<string, Slim | undefined>();
      for (const { at: changedAt, uid, gone, is, how } of deltas) {
        if (changedAt > at) continue;
        const before = changes.has(uid) ? changes.get(uid) : stored.objects.get(uid);
        const merged = gone ? undefined : mergeSlim(before, uid, is, how);
        if (gone || merged) changes.set(uid, merged);
      }
      return { ...stored, objects: overlaid(stored.objects, changes) };
    },
    onChange(told) {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    trouble: troubleNow,
    stop: async () => subscription?.stop(),
  };
}

/** A chunk that cannot be read is the receiver's to set aside; the store being away is worth another delivery. */
async function takeCarefully(delivery: Delivery, take: (delivery: Delivery) => Promise<void>, log: Log): Promise<void> {
  try {
    await take(delivery);
  } catch (error) {
    if (error instanceof Error && error.name === 'Malformed') log.debug('chunk passed over', { error });
    else throw error;
  }
}

export function fold(objects: Map<string, Slim>, { uid, gone, is, how }: SlimDelta): void {
  if (gone) {
    objects.delete(uid);
    return;
  }
  const merged = mergeSlim(objects.get(uid), uid, is, how);
  if (merged) objects.set(uid, merged);
}

/** Oldest first; the ones from before `horizon` go, and the oldest beyond the bound. */
function prune(deltas: SlimDelta[], horizon: number): void {
  let old = Math.max(0, deltas.length - MOST_DELTAS);
  while (old < deltas.length && (deltas[old]?.at ?? 0) < horizon) old++;
  if (old > 0) deltas.splice(0, old);
}
