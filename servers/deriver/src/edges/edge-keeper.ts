// The edges of all clusters this process owns: minutes become due as chunks and leases come, and are derived when they are closed.
// What is due is kept in the store before a chunk's offset is committed, so that a crash forgets nothing.

import { eachBounded, type Log } from '@mosaic/runtime';
import { NotKept, type Store } from '@mosaic/store';
import { type ChunkHeader, MINUTE_MS } from '@mosaic/wire';
import { type DueMinute, type DueMinutes, dueMinutes } from './due-minutes.ts';
import { movesOf } from './lease-moves.ts';
import { chunkKey, type DeriveMinute } from './minute-deriving.ts';

export interface EdgeKeeper {
  /** A chunk of connections came by. Resolves once that cannot be forgotten. */
  touch(header: ChunkHeader, now: number): Promise<void>;
  /** Derives what is due; resolves to the minutes derived and their edges. What fails is due again. */
  due(now: number): Promise<{ readonly minutes: number; readonly edges: number; readonly lagMs: readonly number[] }>;
}

export interface EdgeKeeperOptions {
  readonly store: Pick<Store, 'marks'>;
  readonly derive: DeriveMinute;
  readonly log: Pick<Log, 'warn'>;
  readonly atOnce?: number;
}

/** Leases that move reopen these; older minutes are left as they were derived. */
const MOST_DERIVED = 1_500;
const MOST_CLUSTERS = 1_000;
const LOOK_FOR_MOVES_MS = 10_000;
/** Clusters nobody has sent connections of for so long are somebody else's now, or gone. */
const FORGET_AFTER_MS = 1_800_000;
const AGAIN_MS = 1_000;
const UNSETTLED_MS = 20_000;
/** The receiver files what we heard of: so many looks, then with what is there. */
const MOST_WAITS = 30;
/** Windows reach over a minute's end, and boundaries are blurred by clocks. */
const BLUR_MS = 15_000;

interface ClusterEdges {
  readonly cluster: number;
  readonly due: DueMinutes;
  readonly derived: Set<number>;
  readonly looks: Map<number, number>;
  movesSeen: number;
  lookedAt: number;
  touchedAt: number;
}

const dueMark = (cluster: number): string => `deriver/${cluster}/edges-due`;

export function edgeKeeper({ store, derive, log, atOnce = 2 }: EdgeKeeperOptions): EdgeKeeper {
  const clusters = new Map<number, ClusterEdges>();

  const clusterOf = async (cluster: number, now: number): Promise<ClusterEdges> => {
    const known = clusters.get(cluster) ?? (await taken(store, cluster, now));
    clusters.delete(cluster);
    clusters.set(cluster, known);
    known.touchedAt = now;
    const [oldest] = clusters.keys();
    if (clusters.size > MOST_CLUSTERS && oldest !== undefined) clusters.delete(oldest);
    return known;
  };

  const deriveOne = async (of: ClusterEdges, due: DueMinute, now: number) => {
    const { minute } = due;
    const heardAt = due.lastAt;
    const found = await derive(of.cluster, minute);
    const isFiled = [...due.chunks].every((chunk) => found.chunks.has(chunk));
    if (!isFiled && due.tries++ < MOST_WAITS) {
      of.due.later(due, now + AGAIN_MS);
      return undefined;
    }
    if (due.lastAt !== heardAt) return found.edges; // touched meanwhile: it is due anew
    of.due.done(minute);
    note(of, minute);
    again(of, minute, found.looks, now);
    return found.edges;
  };

  const dueOf = async (of: ClusterEdges, now: number, told: Told): Promise<void> => {
    const ready = of.due.ready(now);
    if (ready.length > 0 || now - of.lookedAt >= LOOK_FOR_MOVES_MS) await reopen(store, of, now);
    for (const due of of.due.ready(now)) {
      const readyAt = due.readyAt;
      try {
        const edges = await deriveOne(of, due, now);
        if (edges !== undefined) told.push({ edges, readyAt });
      } catch (error) {
        if (error instanceof NotKept) {
          of.due.done(due.minute); // older than what is kept: nothing to derive from
          continue;
        }
        of.due.later(due, now + AGAIN_MS * 5);
        log.warn('edges of a minute are still due', { cluster: of.cluster, minute: due.minute, error });
      }
    }
    if (ready.length > 0) await keep(store, of);
  };

  return {
    async touch(header, now) {
      const of = await clusterOf(header.cluster, now);
      const isNew = minutesOf(header).map((minute) => of.due.touch(minute, now, chunkKey(header)));
      if (isNew.some(Boolean)) await keep(store, of);
    },
    async due(now) {
      const told: Told = [];
      for (const [cluster, { touchedAt, due }] of clusters)
        if (now - touchedAt > FORGET_AFTER_MS && due.all().length === 0) clusters.delete(cluster);
      const began = performance.now();
      await eachBounded([...clusters.values()], atOnce, (of) => dueOf(of, now, told));
      const tookMs = performance.now() - began;
      return {
        minutes: told.length,
        edges: told.reduce((sum, { edges }) => sum + edges, 0),
        lagMs: told.map(({ readyAt }) => Math.max(0, now - readyAt) + tookMs),
      };
    },
  };
}

type Told = { readonly edges: number; readonly readyAt: number }[];

/** A window that began in the last minute is told in this one's chunk at the latest. */
function minutesOf({ t0, t1 }: ChunkHeader): number[] {
  const minutes: number[] = [];
  for (let minute = Math.floor(t0 / MINUTE_MS) * MINUTE_MS; minute <= t1; minute += MINUTE_MS) minutes.push(minute);
  return minutes;
}

/** What was due when somebody last wrote it down is due here now. */
async function taken({ marks }: Pick<Store, 'marks'>, cluster: number, now: number): Promise<ClusterEdges> {
  const text = await marks.get(dueMark(cluster));
  const kept = text === undefined ? { minutes: [], moves: 0 } : (JSON.parse(text) as Kept); // `keep` wrote it
  const due = dueMinutes();
  for (const minute of kept.minutes) due.touch(minute, now);
  return { cluster, due, derived: new Set(), looks: new Map(), movesSeen: kept.moves, lookedAt: 0, touchedAt: now };
}

interface Kept {
  readonly minutes: readonly number[];
  readonly moves: number;
}

const keep = ({ marks }: Pick<Store, 'marks'>, { cluster, due, movesSeen }: ClusterEdges): Promise<void> =>
  marks.set(dueMark(cluster), JSON.stringify({ minutes: due.all(), moves: movesSeen } satisfies Kept));

/** Leases that came or changed since: the minutes derived before are due again, from where it makes a difference. */
async function reopen(store: Pick<Store, 'marks'>, of: ClusterEdges, now: number): Promise<void> {
  const moves = (await movesOf(store, of.cluster)).filter(({ n }) => n > of.movesSeen);
  of.lookedAt = now;
  if (moves.length === 0) return;
  const since = Math.min(...moves.map((move) => move.since)) - BLUR_MS;
  of.movesSeen = Math.max(...moves.map(({ n }) => n));
  const again = [...of.derived].filter((minute) => minute + MINUTE_MS > since);
  for (const minute of again) of.due.touch(minute, now);
  await keep(store, of);
}

function note({ derived, looks }: ClusterEdges, minute: number): void {
  derived.delete(minute);
  derived.add(minute);
  const [oldest] = derived.size > MOST_DERIVED ? derived : [];
  if (oldest === undefined) return;
  derived.delete(oldest);
  looks.delete(oldest);
}

/** Something in it may get a name yet: a few looks more. */
function again({ due, looks }: ClusterEdges, minute: number, most: number, now: number): void {
  const looked = looks.get(minute) ?? 0;
  if (looked >= most) return;
  looks.set(minute, looked + 1);
  due.touch(minute, now);
  const entry = due.ready(Number.MAX_VALUE).find((each) => each.minute === minute);
  if (entry) due.later(entry, now + UNSETTLED_MS);
}
