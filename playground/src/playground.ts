// The playground: simulated clusters with a past, a present and the real Kubernetes HTTP API.

import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { type ApiServer, apiServer, type ObjectSource } from '@mosaic/apiserver';
import { type PastSink, passTime, tellPast } from './backfill.ts';
import { type Estate, platformEstate, SETTLING_MS, shopEstate } from './catalog/setup.ts';
import { emptyCluster, furnishedCluster } from './cluster.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { follow, type Living } from './living.ts';
import { loadCluster } from './load.ts';
import { type SavedCluster, savedWorlds, saveWorlds, sleep } from './saved.ts';
import { type SignalSpan, type Signals, signalsOf } from './signals/signals.ts';
import type { Engine } from './sim.ts';
import { sourceOf } from './source.ts';
import { type Plan, platformPlan, setPlan, shopPlan } from './story/history.ts';
import type { Incident } from './story/incidents.ts';
import { beginLife, beginLive, life } from './story/life.ts';
import { storyTeller } from './story/ops.ts';
import { isoSecond } from './world/instants.ts';
import type { World } from './world.ts';

export interface PlaygroundOptions {
  /** The same seed and the same `now` tell the same story. Default: a new one each time. */
  readonly seed?: number;
  readonly now?: () => number;
  readonly historyHours?: number;
  /** Adds the cluster `load-1` with this many objects. */
  readonly objects?: number;
  /** How many of them change each second. */
  readonly changesPerS?: number;
  /** Where the worlds are kept between starts. */
  readonly stateDir?: string;
  readonly kubeconfigPath?: string;
  readonly host?: string;
  readonly ports?: readonly number[];
  /** Resources answered with 403, by plural name: `['secrets']`. */
  readonly forbid?: readonly string[];
  /** What single users (`kubectl --as NAME`) may not see or touch: `{ intern: ['secrets'] }`. */
  readonly forbidTo?: Readonly<Record<string, readonly string[]>>;
  readonly log?: {
    warn(event: string, facts?: Readonly<Record<string, unknown>>): void;
    error(event: string, facts?: Readonly<Record<string, unknown>>): void;
  };
}

export interface PlaygroundCluster {
  readonly name: string;
  /** Uid of the namespace kube-system: what tells one cluster from another. */
  readonly kubeSystemUid: string;
  /** Empty until `start`. */
  readonly url: string;
  readonly world: World;
  readonly source: ObjectSource;
  /** What was played, the future of the plan included; live ones are added. */
  readonly incidents: readonly Incident[];
  /** What node agents would have seen within a span that ends now, in the cluster's own time. */
  signals(span: SignalSpan): Signals;
  /** The cluster's own time: while its past is told, that past. */
  now(): number;
  /** Runs the past and tells it. Once; nothing when the world was found on disk. */
  backfill(sink: PastSink, onProgress?: (share: number) => void): Promise<void>;
}

export interface Playground {
  readonly clusters: readonly PlaygroundCluster[];
  /** Whether the past is still to be told. */
  readonly isFresh: boolean;
  readonly kubeconfigPath: string | undefined;
  /** Serves HTTP and lets life follow the clock. An untold past passes unwatched. */
  start(): Promise<void>;
  save(): Promise<void>;
  stop(): Promise<void>;
}

interface Room {
  readonly sim: Engine;
  readonly source: ObjectSource;
  readonly incidents: Incident[];
  readonly isSaved: boolean;
  server?: ApiServer;
  living?: Living;
}

const HOUR_MS = 3_600_000;
const SAVE_EVERY_MS = 60_000;
/** A shorter absence is lived through; after a longer one the clusters wake where they were. */
const CAUGHT_UP_MS = 10 * 60_000;
const MOST_INCIDENTS = 200;

export async function playground(options: PlaygroundOptions = {}): Promise<Playground> {
  const { now = Date.now, historyHours = 24, stateDir, log } = options;
  const found =
    stateDir === undefined
      ? undefined
      : await savedWorlds(stateDir, (reason) => log?.warn('saved playground not readable', { reason }));
  const seed = options.seed ?? found?.seed ?? randomInt(2 ** 31);
  const begun = now();
  const wakers = new Map<Engine, () => void>();
  const furnish = (sim: Engine, incidents: Incident[], isSaved = true): Room => ({
    sim,
    incidents,
    isSaved,
    source: sourceOf(sim, {
      wake: () => wakers.get(sim)?.(),
      ...(options.forbid && { forbid: options.forbid }),
      ...(options.forbidTo && { forbidTo: options.forbidTo }),
    }),
  });
  const rooms = found
    ? found.clusters.map((saved) => reopened(saved, seed, begun, furnish))
    : freshRooms(seed, begun, historyHours, furnish);
  if (options.objects !== undefined && options.objects > 0)
    rooms.push(
      furnish(
        loadCluster({ seed, at: begun, objects: options.objects, changesPerS: options.changesPerS ?? 0 }),
        [],
        false,
      ),
    );

  const kubeconfigPath = options.kubeconfigPath ?? (stateDir && join(stateDir, 'playground.kubeconfig'));
  let saving: NodeJS.Timeout | undefined;
  const save = async (): Promise<void> => {
    if (stateDir !== undefined)
      await saveWorlds(
        stateDir,
        seed,
        rooms.filter(({ isSaved }) => isSaved),
      );
  };
  return {
    clusters: rooms.map((room) => clusterOf(room, begun, now)),
    isFresh: found === undefined,
    kubeconfigPath,
    save,
    async start() {
      for (const [i, room] of rooms.entries()) {
        await passTime(room.sim, now());
        beginLive(room.sim);
        room.living = follow(room.sim, now, (error) =>
          log?.error('simulated cluster', { cluster: room.sim.name, error }),
        );
        wakers.set(room.sim, room.living.wake);
        room.server = await apiServer(room.source, {
          host: options.host ?? '127.0.0.1',
          port: options.ports?.[i] ?? 0,
        });
      }
      if (kubeconfigPath !== undefined)
        await writeKubeconfig(
          kubeconfigPath,
          rooms.map(({ sim, server }) => ({ name: sim.name, url: server?.url ?? '' })),
        );
      await save();
      saving = setInterval(() => {
        save().catch((error: unknown) => log?.warn('playground not saved', { error }));
      }, SAVE_EVERY_MS);
      saving.unref();
    },
    async stop() {
      clearInterval(saving);
      for (const room of rooms) room.living?.stop();
      await Promise.all(rooms.map(({ server }) => server?.close()));
      await save();
    },
  };
}

const clusterOf = (room: Room, until: number, now: () => number): PlaygroundCluster => ({
  name: room.sim.name,
  kubeSystemUid: room.sim.world.get('Namespace', '', 'kube-system')?.metadata.uid ?? '',
  get url() {
    return room.server?.url ?? '';
  },
  world: room.sim.world,
  source: room.source,
  incidents: room.incidents,
  signals: signalsOf(room.sim),
  now: () => room.sim.now(),
  backfill: async (sink, onProgress) => {
    if (room.sim.now() < until) await tellPast(room.sim, until, sink, onProgress, now);
  },
});

type Furnish = (sim: Engine, incidents: Incident[], isSaved?: boolean) => Room;

const lived = (incidents: Incident[]) =>
  life((_sim, incident) => {
    incidents.push(incident);
    if (incidents.length > MOST_INCIDENTS) incidents.shift();
  });

function freshRooms(seed: number, now: number, historyHours: number, furnish: Furnish): Room[] {
  const start = now - Math.max(0.1, historyHours) * HOUR_MS;
  const at = Math.round(start - SETTLING_MS);
  const span = { start, now };
  const open = (name: string, estate: Estate, { incidents, routine }: Plan): Room => {
    const played = [...incidents];
    const sim = furnishedCluster({ name, seed, at, more: [storyTeller, lived(played)] }, estate);
    setPlan(sim, { incidents, routine });
    beginLife(sim);
    return furnish(sim, played);
  };
  return [
    open('eu-1', shopEstate, shopPlan('eu-1', span)),
    open('platform-1', platformEstate(isoSecond(at)), platformPlan('platform-1', span)),
  ];
}

function reopened(saved: SavedCluster, seed: number, now: number, furnish: Furnish): Room {
  const incidents = [...saved.incidents];
  const awayMs = Math.max(0, now - saved.now);
  const isLong = awayMs > CAUGHT_UP_MS;
  const sim = emptyCluster({
    name: saved.name,
    seed,
    at: isLong ? now : saved.now,
    more: [storyTeller, lived(incidents)],
    saved: { ...saved, timers: isLong ? sleep(saved.timers, awayMs) : saved.timers },
  });
  sim.world.restore(saved.objects, saved.version);
  return furnish(sim, incidents);
}
