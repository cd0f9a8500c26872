// What the metrics API of a simulated cluster tells: its pods' use, and its nodes' as the sum of it and of what every machine needs for itself.
import type { KubeObject, NodeUsage, PodUsage, UsageReader } from '@mosaic/apiserver';
import type { Sim } from '../sim.ts';
import type { Pod } from '../types.ts';
import { noise } from './noise.ts';
import { SAMPLE_MS, sampleAt, usageOf } from './usage.ts';

/** Kernel, kubelet and container runtime. */
const SYSTEM_NANOCORES = 85e6;
const SYSTEM_BYTES = 640 * 2 ** 20;

export function usageReader(sim: Sim): UsageReader {
  return {
    pods: (pods) => pods.map((pod) => podUsage(sim, pod)),
    nodes: (nodes) => nodes.map((node) => nodeUsage(sim, node)),
  };
}

const whenOf = (sim: Sim) => ({ at: sampleAt(sim.now()), windowMs: SAMPLE_MS });

/** Nobody answers for a lost node, nor for what runs on it. */
function podUsage(sim: Sim, object: KubeObject): PodUsage | undefined {
  const pod = object as Pod; // the face asks about pods
  const isLost = sim.memory.lost[pod.spec.nodeName ?? ''] !== undefined;
  const containers = isLost ? undefined : usageOf(sim, pod, sim.now());
  return containers && { ...whenOf(sim), containers };
}

function nodeUsage(sim: Sim, { metadata }: KubeObject): NodeUsage | undefined {
  if (sim.memory.lost[metadata.name] !== undefined) return undefined;
  const when = whenOf(sim);
  const wave = 1 + noise(metadata.uid, when.at, 10 * SAMPLE_MS) * 0.08;
  const uses = sim.world.podsOn(metadata.name).flatMap((pod) => usageOf(sim, pod, sim.now()) ?? []);
  return {
    ...when,
    cpuNanocores: Math.round(uses.reduce((sum, use) => sum + use.cpuNanocores, SYSTEM_NANOCORES * wave)),
    memoryBytes: Math.round(uses.reduce((sum, use) => sum + use.memoryBytes, SYSTEM_BYTES * wave)),
  };
}
