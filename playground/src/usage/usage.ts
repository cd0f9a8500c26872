// What a pod's containers use: believable, seeded, and in step with what befalls them. Memory rises before it is too much, a release that cannot reach its
// neighbour burns CPU on trying again, a job works, a process that has just started is busy with starting.
import { behaviourOf, tagOf, workloadOf } from '../behaviour.ts';
import { isActive, isReady } from '../controllers/pods.ts';
import { quantity } from '../quantity.ts';
import type { Sim } from '../sim.ts';
import type { Container, Pod } from '../types.ts';
import { ONE_REPLICAS_WORTH, ownBusyness, sharedDemand } from './demand.ts';
import { character, noise } from './noise.ts';

export interface ContainerUse {
  readonly name: string;
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
}

/** As metrics-server looks: every fifteen seconds, over the time since the last look. */
export const SAMPLE_MS = 15_000;
export const sampleAt = (now: number): number => Math.floor(now / SAMPLE_MS) * SAMPLE_MS;

/** What a container asks for when it asks for nothing. */
const NO_REQUEST_CORES = 0.02;
const NO_REQUEST_BYTES = 48 * 2 ** 20;
const LEAK_UNLIMITED_BYTES = 400 * 2 ** 20;
const STARTING_MS = 30_000;
/** Memory settles within the first hours of a process. */
const SETTLING_MS = 2 * 3_600_000;

/** Each running container of a pod at the last sample before `now`; `undefined` when none ran through one yet. */
export function usageOf(sim: Sim, pod: Pod, now: number): readonly ContainerUse[] | undefined {
  const at = sampleAt(now);
  const uses = pod.spec.containers.flatMap((container) => {
    const since = runningSince(pod, container.name);
    return since === undefined || since > at - SAMPLE_MS ? [] : [useOf(sim, pod, container, since, at)];
  });
  return uses.length === 0 ? undefined : uses;
}

function runningSince(pod: Pod, container: string): number | undefined {
  const status = pod.status.containerStatuses?.find(({ name }) => name === container);
  const startedAt = status?.state.running?.startedAt;
  return startedAt === undefined ? undefined : Date.parse(startedAt);
}

function useOf(sim: Sim, pod: Pod, container: Container, since: number, at: number): ContainerUse {
  return {
    name: container.name,
    cpuNanocores: Math.round(coresOf(sim, pod, container, since, at) * 1e9),
    memoryBytes: Math.round(bytesOf(sim, pod, container, since, at)),
  };
}

const isJob = ({ spec }: Pod): boolean => spec.restartPolicy === 'Never' || spec.restartPolicy === 'OnFailure';

function coresOf(sim: Sim, pod: Pod, container: Container, since: number, at: number): number {
  const request = quantity(container.resources?.requests?.cpu) || NO_REQUEST_CORES;
  const limit = quantity(container.resources?.limits?.cpu) || Number.POSITIVE_INFINITY;
  const jitter = 1 + noise(`${pod.metadata.uid}${container.name}`, at, 4 * SAMPLE_MS) * 0.06;
  const starting = at - since < STARTING_MS ? 1.8 : 1;
  return Math.min(limit, request * busyness(sim, pod, at) * retrying(sim, pod) * jitter * starting);
}

function busyness(sim: Sim, pod: Pod, at: number): number {
  if (isJob(pod)) return 0.9;
  const [namespace = '', workload = ''] = workloadOf(pod).split('/');
  const shared = sharedDemand(sim, namespace, workload, at);
  if (shared === undefined) return ownBusyness(sim, namespace, workload, at);
  if (!isReady(pod)) return 0.05;
  return (shared / Math.max(1, readySiblings(sim, pod))) * ONE_REPLICAS_WORTH;
}

/** Counted once per version of the world, for all pods that ask. */
const counted = new WeakMap<Sim, { readonly version: number; readonly ready: ReadonlyMap<string, number> }>();

function readySiblings(sim: Sim, pod: Pod): number {
  let count = counted.get(sim);
  if (count?.version !== sim.world.version) {
    count = { version: sim.world.version, ready: readyByWorkload(sim) };
    counted.set(sim, count);
  }
  return count.ready.get(workloadOf(pod)) ?? 0;
}

function readyByWorkload(sim: Sim): ReadonlyMap<string, number> {
  const ready = new Map<string, number>();
  for (const pod of sim.world.all('Pod'))
    if (isActive(pod) && isReady(pod)) ready.set(workloadOf(pod), (ready.get(workloadOf(pod)) ?? 0) + 1);
  return ready;
}

/** Who cannot reach a neighbour tries again and again, and every try costs. */
function retrying(sim: Sim, pod: Pod): number {
  const reason = sim.memory.runtimes[pod.metadata.uid]?.unready ?? '';
  if (/ECONNREFUSED|ENOTFOUND/.test(reason)) return 2.6 + character(pod.metadata.uid) * 0.8;
  return reason === '' ? 1 : 1.3;
}

function bytesOf(sim: Sim, pod: Pod, container: Container, since: number, at: number): number {
  const request = quantity(container.resources?.requests?.memory) || NO_REQUEST_BYTES;
  const limit = quantity(container.resources?.limits?.memory) || Number.POSITIVE_INFINITY;
  const grown = 1 - Math.exp(-(at - since) / SETTLING_MS);
  const calm = request * (0.42 + character(`${container.image}${container.name}`) * 0.22 + grown * 0.14);
  const usual = calm * (1 + noise(`${pod.metadata.uid} memory`, at, 20 * SAMPLE_MS) * 0.03);
  const most = Math.min(limit * 0.985, Math.max(usual, LEAK_UNLIMITED_BYTES));
  return Math.min(limit * 0.985, usual + Math.max(0, most - usual) * leaked(sim, pod, container, since, at));
}

/** How far a leak has come, from 0 to 1, when the process is going to be killed for it. */
function leaked(sim: Sim, pod: Pod, container: Container, since: number, at: number): number {
  const fault = sim.memory.faults[workloadOf(pod)];
  if (fault?.kind !== 'memory' && !tagOf(container.image).includes('oom')) return 0;
  const { ends } = behaviourOf(sim, pod, container);
  if (ends?.reason !== 'OOMKilled') return 0;
  const from = Math.max(since, fault?.kind === 'memory' ? fault.from : 0);
  return Math.min(1, Math.max(0, (at - from) / ends.afterMs));
}
