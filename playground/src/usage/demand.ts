// How much work a workload has at an instant: little at night, most at noon and in the evening, in UTC, and a little different every quarter of an hour.
import type { Sim } from '../sim.ts';
import type { Autoscaler } from '../types.ts';
import { character, noise } from './noise.ts';

/** Of its CPU request a pod is busy with this share when it has one replica's worth of work. */
export const ONE_REPLICAS_WORTH = 0.65;
const HOUR_MS = 3_600_000;
const NOISE_MS = 15 * 60_000;

/** In [0, 1], with the noise of `name`. */
function dayAt(name: string, at: number): number {
  const hour = (at / HOUR_MS) % 24;
  const day = Math.max(0, Math.sin(((hour - 6) / 15) * Math.PI));
  return Math.min(1, Math.max(0, day + noise(name, at, NOISE_MS) * 0.17));
}

const idOf = (namespace: string, workload: string): string => `demand ${namespace}/${workload}`;

/** From now on the work of an autoscaled workload is shared by its replicas. What the shop was built with tells its range; one a user adds is sized by what runs. */
export function noteDemand(sim: Sim, { metadata, spec }: Autoscaler, replicas: number): void {
  const id = idOf(metadata.namespace ?? '', spec.scaleTargetRef.name);
  if (sim.memory.story[id] !== undefined) return;
  const least = sim.memory.live ? replicas * 0.6 : (spec.minReplicas ?? 1) * 0.7;
  const most = sim.memory.live ? replicas * 1.6 : least + (spec.maxReplicas - (spec.minReplicas ?? 1)) * 0.8;
  sim.memory.story[id] = `${least} ${most}`;
}

/** Work in replicas' worth, when it is shared; `undefined` for workloads whose pods each have their own. */
export function sharedDemand(sim: Sim, namespace: string, workload: string, at: number): number | undefined {
  const range = sim.memory.story[idOf(namespace, workload)];
  if (range === undefined) return undefined;
  const [least = 0, most = 0] = String(range).split(' ').map(Number);
  return least + (most - least) * dayAt(`${sim.seed}${namespace}/${workload}`, at);
}

/** Share of its CPU request that a pod of such a workload uses when nothing is wrong. */
export function ownBusyness(sim: Sim, namespace: string, workload: string, at: number): number {
  const name = `${sim.seed}${namespace}/${workload}`;
  return 0.08 + character(name) * 0.2 + dayAt(name, at) * (0.15 + character(`${name} day`) * 0.3);
}
