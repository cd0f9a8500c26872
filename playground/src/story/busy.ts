// Who is in the middle of something: chance keeps off a workload whose incident is being told or that a person works on.

import type { Sim } from '../sim.ts';

const MINUTE_MS = 60_000;
/** How long after their last write a person is left alone with it. */
const AT_WORK_MS = 10 * MINUTE_MS;

const idOf = (name: string): string => `busy ${name}`;

/** Until then, epoch ms. */
export function keepOff(sim: Sim, name: string, until: number = sim.now() + AT_WORK_MS): void {
  sim.memory.story[idOf(name)] = Math.max(until, Number(sim.memory.story[idOf(name)] ?? 0));
}

export const isBusy = (sim: Sim, name: string): boolean => Number(sim.memory.story[idOf(name)] ?? 0) >= sim.now();
