// What containers and nodes used at an instant, for `kubectl top`: rates and working sets of the samples just before it.

import type { KubeObject, NodeUsage, PodUsage, UsageReader } from '@mosaic/apiserver';
import type { ClusterRecord, Store } from '@mosaic/store';
import { containerEntity, type MetricSeries, nodeEntity } from '@mosaic/wire';

/** Samples come every 15 s, a simulated past's every two minutes: two of them lie within. */
const REACH_MS = 300_000;
const CPU = 'cpu_usage_seconds_total';
const CORES = 'cpu_usage_cores';
const MEMORY = 'memory_working_set_bytes';
const METRICS = [CPU, CORES, MEMORY];
const ENTITIES_AT_ONCE = 500;
/** What a gauge of cores was measured over. */
const SAMPLED_MS = 15_000;

interface Reading {
  readonly at: number;
  readonly windowMs: number;
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
}

export function usageAt({ metrics }: Pick<Store, 'metrics'>, { id }: ClusterRecord, at: number): UsageReader {
  const readings = async (entities: readonly string[]): Promise<ReadonlyMap<string, Reading>> => {
    const found = new Map<string, Reading>();
    for (let from = 0; from < entities.length; from += ENTITIES_AT_ONCE) {
      const some = entities.slice(from, from + ENTITIES_AT_ONCE);
      const series = await metrics.samples(id, { from: at - REACH_MS, to: at, entities: some, metrics: METRICS });
      for (const [entity, own] of Map.groupBy(series, (one) => one.entity)) {
        const reading = readingOf(own);
        if (reading !== undefined) found.set(entity, reading);
      }
    }
    return found;
  };
  return {
    async pods(pods) {
      const named = pods.map((pod) => ({ pod, containers: containersOf(pod) }));
      const read = await readings(named.flatMap(({ containers }) => containers.map(({ entity }) => entity)));
      return named.map(({ containers }) => podUsage(containers, read));
    },
    async nodes(nodes) {
      const read = await readings(nodes.map(({ metadata }) => nodeEntity(metadata.name)));
      return nodes.map(({ metadata }): NodeUsage | undefined => read.get(nodeEntity(metadata.name)));
    },
  };
}

interface Named {
  readonly name: string;
  readonly entity: string;
}

function containersOf(pod: KubeObject): readonly Named[] {
  const { name: own, namespace = '' } = pod.metadata;
  const { containers = [] } = pod.spec as { readonly containers?: readonly { readonly name: string }[] }; // of a pod
  return containers.map(({ name }) => ({ name, entity: containerEntity(namespace, own, name) }));
}

function podUsage(containers: readonly Named[], read: ReadonlyMap<string, Reading>): PodUsage | undefined {
  const measured = containers.flatMap(({ name, entity }) => {
    const reading = read.get(entity);
    return reading === undefined ? [] : [{ name, ...reading }];
  });
  const [first] = measured;
  if (first === undefined) return undefined;
  return {
    at: Math.max(...measured.map((each) => each.at)),
    windowMs: first.windowMs,
    containers: measured.map(({ name, cpuNanocores, memoryBytes }) => ({ name, cpuNanocores, memoryBytes })),
  };
}

/** Undefined until there is both: what has run for less than two samples has no rate. */
function readingOf(series: readonly MetricSeries[]): Reading | undefined {
  const memory = series.find(({ metric }) => metric === MEMORY);
  const bytes = memory?.values.at(-1);
  const at = memory?.at.at(-1);
  const cpu = cpuOf(series);
  if (bytes === undefined || at === undefined || cpu === undefined || Number.isNaN(bytes)) return undefined;
  return { at, windowMs: cpu.windowMs, cpuNanocores: cpu.cores * 1e9, memoryBytes: bytes };
}

function cpuOf(series: readonly MetricSeries[]): { readonly cores: number; readonly windowMs: number } | undefined {
  const counter = series.find(({ metric }) => metric === CPU);
  const [from, to] = counter?.at.slice(-2) ?? [];
  const [before, after] = counter?.values.slice(-2) ?? [];
  if (from !== undefined && to !== undefined && before !== undefined && after !== undefined && to > from) {
    const grown = after >= before ? after - before : after; // it began again
    return { cores: grown / ((to - from) / 1000), windowMs: to - from };
  }
  const cores = series.find(({ metric }) => metric === CORES)?.values.at(-1);
  return cores === undefined || Number.isNaN(cores) ? undefined : { cores, windowMs: SAMPLED_MS };
}
