// A simulated cluster put together: world, clock, controllers.

import { hash32 } from '@mosaic/wire';
import { type Estate, settleIn } from './catalog/setup.ts';
import { controllers } from './controllers/all.ts';
import { onEveryChange } from './controllers/garbage.ts';
import { type Memory, memory } from './memory.ts';
import { seeded } from './random.ts';
import { type Controller, type Engine, engine } from './sim.ts';
import { type Timer, timers } from './timers.ts';
import { world } from './world.ts';

export interface ClusterOptions {
  readonly name: string;
  readonly seed: number;
  /** The first instant, epoch ms. */
  readonly at: number;
  readonly more?: readonly Controller[];
  readonly window?: number;
  /** Without controllers: only `more` makes things happen. */
  readonly bare?: boolean;
  /** What was saved, to go on from. */
  readonly saved?: { readonly memory: Memory; readonly timers: readonly Timer[]; readonly random: number };
}

/** Empty: no node, no namespace. */
export function emptyCluster({ name, seed, at, more = [], window, bare = false, saved }: ClusterOptions): Engine {
  const clock = { now: at };
  const random = seeded(saved?.random ?? hash32(`${seed}/${name}/${at}`));
  return engine({
    name,
    seed,
    random,
    clock,
    timers: timers(saved?.timers),
    memory: saved?.memory ?? memory(),
    world: world({ now: () => clock.now, random, ...(window !== undefined && { window }) }),
    controllers: bare ? more : [...controllers, ...more],
    ...(!bare && { onEveryChange }),
  });
}

/** Furnished and running; its clock stands half an hour after `at`. */
export function furnishedCluster(options: ClusterOptions, estate: Estate): Engine {
  const cluster = emptyCluster(options);
  settleIn(cluster, estate);
  return cluster;
}
