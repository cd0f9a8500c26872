// Samples of every container and node, as cgroups and the kubelet would tell them.

import { containerEntity, hash32, type MetricSeries, nodeEntity, podEntity } from '@mosaic/wire';
import { quantity } from '../quantity.ts';
import type { Engine } from '../sim.ts';
import type { Pod } from '../types.ts';
import { usageOf } from '../usage/usage.ts';
import { heardPods, isRunning } from './pods.ts';

interface Counters {
  at: number;
  cpuSeconds: number;
  received: number;
  sent: number;
}

/** Counters go on from sample to sample, and begin again with the process. */
export function sampler(sim: Engine): (at: number) => MetricSeries[] {
  const counters = new Map<string, Counters>();
  return (at) => {
    const pods = heardPods(sim).filter(isRunning);
    if (counters.size > pods.length * 6)
      for (const [key, { at: last }] of counters) if (at - last > 3_600_000) counters.delete(key);
    const byNode = new Map<string, { cores: number; bytes: number }>();
    const series = pods.flatMap((pod) => {
      const uses = usageOf(sim, pod, at) ?? [];
      const node = byNode.get(pod.spec.nodeName ?? '') ?? { cores: 0.085, bytes: 640 * 2 ** 20 };
      for (const { cpuNanocores, memoryBytes } of uses) {
        node.cores += cpuNanocores / 1e9;
        node.bytes += memoryBytes;
      }
      byNode.set(pod.spec.nodeName ?? '', node);
      return podSeries(pod, uses, at, counters);
    });
    const nodes = [...byNode].flatMap(([name, { cores, bytes }]) => [
      one(nodeEntity(name), 'cpu_usage_cores', 'gauge', '{cpu}', at, Math.round(cores * 1000) / 1000),
      one(nodeEntity(name), 'memory_working_set_bytes', 'gauge', 'By', at, Math.round(bytes)),
    ]);
    return [...series, ...nodes];
  };
}

const one = (
  entity: string,
  metric: string,
  kind: MetricSeries['kind'],
  unit: string,
  at: number,
  value: number,
): MetricSeries => ({
  ...{ entity, metric, kind, unit, labels: {}, at: [at], values: [value] },
});

function podSeries(
  pod: Pod,
  uses: ReturnType<typeof usageOf> & object,
  at: number,
  counters: Map<string, Counters>,
): MetricSeries[] {
  const { namespace = '', name, uid } = pod.metadata;
  const containers = uses.flatMap(({ name: container, cpuNanocores, memoryBytes }) => {
    const status = pod.status.containerStatuses?.find((each) => each.name === container);
    const spec = pod.spec.containers.find((each) => each.name === container);
    const entity = containerEntity(namespace, name, container);
    const grown = grow(counters, `${uid}/${container}/${status?.restartCount ?? 0}`, at, cpuNanocores / 1e9, 0);
    const limit = quantity(spec?.resources?.limits?.memory);
    const cores = quantity(spec?.resources?.limits?.cpu);
    return [
      one(entity, 'cpu_usage_seconds_total', 'counter', 's', at, Math.round(grown.cpuSeconds * 1000) / 1000),
      one(entity, 'memory_working_set_bytes', 'gauge', 'By', at, memoryBytes),
      one(entity, 'restarts_total', 'counter', '1', at, status?.restartCount ?? 0),
      ...(limit > 0 ? [one(entity, 'memory_limit_bytes', 'gauge', 'By', at, limit)] : []),
      ...(cores > 0 ? [one(entity, 'cpu_limit_cores', 'gauge', '{cpu}', at, cores)] : []),
    ];
  });
  if (containers.length === 0) return [];
  const busy = uses.reduce((sum, { cpuNanocores }) => sum + cpuNanocores / 1e9, 0);
  const net = grow(counters, uid, at, 0, busy * 180_000 + (hash32(uid) % 4_000));
  return [
    ...containers,
    one(podEntity(namespace, name), 'network_receive_bytes_total', 'counter', 'By', at, Math.round(net.received)),
    one(podEntity(namespace, name), 'network_transmit_bytes_total', 'counter', 'By', at, Math.round(net.sent)),
  ];
}

/** `cores` and `bytesPerS` held since the last sample. */
function grow(counters: Map<string, Counters>, key: string, at: number, cores: number, bytesPerS: number): Counters {
  const known = counters.get(key) ?? { at, cpuSeconds: 0, received: 0, sent: 0 };
  const seconds = Math.max(0, at - known.at) / 1000;
  const now = {
    at,
    cpuSeconds: known.cpuSeconds + cores * seconds,
    received: known.received + bytesPerS * seconds,
    sent: known.sent + bytesPerS * 1.7 * seconds,
  };
  counters.set(key, now);
  return now;
}
