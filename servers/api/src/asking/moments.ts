// A cluster at a moment: from the live state when it is now, from the store when it was, from what objects prove before anything was watched.

import { type ClusterRecord, NotKept, type Store } from '@mosaic/store';
import { type ClusterObjects, edgeSpan, type MinuteOfEdges } from '@mosaic/topology';
import type { CoverageAnswer, Gap, Slim } from '@mosaic/wire';
import type { LiveState } from '../live/live-state.ts';
import { type CoverageOf, coverageAnswer } from './coverage-of.ts';

/** Nearer to now than this is now: a question takes a moment to arrive here. More would show what came after the instant asked about. */
const NOW_MS = 250;

export interface Moment extends ClusterObjects {
  /** Names what was read: equal keys hold equal objects. Undefined while the moment may still change. */
  readonly key: string | undefined;
  readonly gaps: readonly Gap[];
  /** It is what is now. */
  readonly isLive: boolean;
}

export interface Moments {
  of(cluster: ClusterRecord, at: number): Promise<Moment>;
  all(clusters: readonly ClusterRecord[], at: number): Promise<readonly Moment[]>;
  /** With what was seen of connections before it: what a map is drawn from. */
  drawn(clusters: readonly ClusterRecord[], at: number): Promise<readonly Moment[]>;
  /** Of what was asked and how it was read. */
  coverage(clusters: readonly ClusterRecord[], moments: readonly Moment[], at: number): Promise<CoverageAnswer>;
}

interface Parts {
  readonly store: Pick<Store, 'state' | 'edges'>;
  readonly live: LiveState;
  readonly coverage: CoverageOf;
  readonly now: () => number;
}

/** State chunks are sealed every ten seconds and travel: after this a stored moment has settled. */
const SETTLED_MS = 60_000;

export function moments({ store, live, coverage, now }: Parts): Moments {
  const current = async ({ id, name }: ClusterRecord): Promise<Moment> => {
    const { objects, version, stale, trouble } = await live.now(id);
    const gaps: Gap[] = stale
      ? [{ cluster: id, signal: 'state', from: stale.from, to: now(), reason: stale.reason }]
      : [];
    if (trouble !== undefined)
      gaps.push({
        cluster: id,
        signal: 'state',
        from: now(),
        to: now(),
        reason: `the last seconds may be missing: ${trouble}`,
      });
    return { id, name, objects, key: `${id}@live${version}`, gaps, isLive: true };
  };
  const past = async (cluster: ClusterRecord, at: number): Promise<Moment> => {
    const { id, name } = cluster;
    const { objects, checkpointAt, stale } = await live.at(id, at);
    if (checkpointAt === undefined)
      return (await proven(cluster, at)) ?? { id, name, objects, key: undefined, gaps: [], isLive: false };
    const gaps: Gap[] = stale ? [{ cluster: id, signal: 'state', from: stale.from, to: at, reason: stale.reason }] : [];
    const isSettled = at < now() - SETTLED_MS && stale === undefined;
    return { id, name, objects, key: isSettled ? `${id}@${at}` : undefined, gaps, isLive: false };
  };
  /** Before the first watched instant: what of the earliest known state had been created by then. */
  const proven = async ({ id, name }: ClusterRecord, at: number): Promise<Moment | undefined> => {
    const since = await coverage.watchedSince(id);
    if (since === undefined || at >= since) return undefined;
    const first = await store.state.at(id, since);
    return {
      id,
      name,
      objects: createdBy(first.objects, at),
      key: `${id}@proven${at}`,
      gaps: [],
      isLive: false,
      reconstructed: true,
    };
  };
  const of = (cluster: ClusterRecord, at: number): Promise<Moment> =>
    at >= now() - NOW_MS ? current(cluster) : past(cluster, at);
  const drawn = async (cluster: ClusterRecord, at: number): Promise<Moment> => {
    const [moment, edges] = await Promise.all([of(cluster, at), seenBefore(store, cluster.id, at)]);
    const newest = edges.at(-1);
    const seen =
      newest === undefined ? '' : `~${newest.minute}/${edges.reduce((sum, one) => sum + one.edges.length, 0)}`;
    return { ...moment, edges, key: moment.key === undefined ? undefined : `${moment.key}${seen}` };
  };
  return {
    of,
    all: (clusters, at) => Promise.all(clusters.map((cluster) => of(cluster, at))),
    drawn: (clusters, at) => Promise.all(clusters.map((cluster) => drawn(cluster, at))),
    async coverage(clusters, read, at) {
      const gaps = await Promise.all(clusters.map(({ id }) => coverage.gaps(id, { from: at, to: at }, ['objects'])));
      return coverageAnswer([...gaps.flat(), ...read.flatMap((moment) => moment.gaps)]);
    },
  };
}

/** Edges of the minutes before the instant; none where they are not kept any more. */
async function seenBefore(store: Pick<Store, 'edges'>, cluster: number, at: number): Promise<readonly MinuteOfEdges[]> {
  try {
    return await store.edges.between(cluster, edgeSpan(at));
  } catch (error) {
    if (error instanceof NotKept) return [];
    throw error;
  }
}

/** They were there, how they were nobody saw. */
function createdBy(objects: ReadonlyMap<string, Slim>, at: number): Map<string, Slim> {
  const there = new Map<string, Slim>();
  for (const [uid, { ready: _, restarts: __, phase: ___, deletingAt: ____, ...slim }] of objects)
    if (slim.createdAt <= at) there.set(uid, { ...slim, health: 'unknown', reasons: [], containers: [] });
  return there;
}
