// Figures under the names that the page and Prometheus users know.

import { containerEntity, type MetricKind, type MetricSeries, nodeEntity, podEntity } from '@mosaic/wire';
import type { ContainerOnNode, PodOnNode } from '../ports.ts';
import type { Figures } from './figures.ts';
import type { MachineFigures } from './machine.ts';

type Named = readonly [metric: string, kind: MetricKind, unit: string, value: number | undefined];

export interface Traffic {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export const containerSeries = (
  pod: PodOnNode,
  { name, restart }: ContainerOnNode,
  figures: Figures,
  at: number,
): MetricSeries[] =>
  seriesOf(containerEntity(pod.namespace, pod.name, name), at, [
    ...shared(figures),
    ['memory_usage_bytes', 'gauge', 'By', figures.memoryBytes],
    ['memory_limit_bytes', 'gauge', 'By', figures.memoryLimitBytes],
    ['cpu_limit_cores', 'gauge', '{cpu}', figures.cpuLimitCores],
    ['cpu_cfs_periods_total', 'counter', '1', figures.periods],
    ['cpu_cfs_throttled_periods_total', 'counter', '1', figures.throttledPeriods],
    ['cpu_cfs_throttled_seconds_total', 'counter', 's', figures.throttledSeconds],
    ['oom_kills_total', 'counter', '1', figures.oomKills],
    ['fs_reads_bytes_total', 'counter', 'By', figures.readBytes],
    ['fs_writes_bytes_total', 'counter', 'By', figures.writtenBytes],
    ['restarts_total', 'counter', '1', restart],
  ]);

export const podSeries = ({ namespace, name }: PodOnNode, traffic: Traffic, at: number): MetricSeries[] =>
  seriesOf(podEntity(namespace, name), at, [
    ['network_receive_bytes_total', 'counter', 'By', traffic.receivedBytes],
    ['network_transmit_bytes_total', 'counter', 'By', traffic.sentBytes],
  ]);

/** `cores`: in use since the last sample. */
export const nodeSeries = (
  node: string,
  figures: MachineFigures,
  cores: number | undefined,
  at: number,
): MetricSeries[] =>
  seriesOf(nodeEntity(node), at, [
    ...shared(figures),
    ['cpu_usage_cores', 'gauge', '{cpu}', cores],
    ['cpu_cores', 'gauge', '{cpu}', figures.cores],
    ['load1', 'gauge', '1', figures.load1],
    ['memory_total_bytes', 'gauge', 'By', figures.memoryTotalBytes],
    ['fs_size_bytes', 'gauge', 'By', figures.diskBytes],
    ['fs_used_bytes', 'gauge', 'By', figures.diskUsedBytes],
    ['network_receive_bytes_total', 'counter', 'By', figures.receivedBytes],
    ['network_transmit_bytes_total', 'counter', 'By', figures.sentBytes],
  ]);

const shared = (figures: Figures): Named[] => [
  ['cpu_usage_seconds_total', 'counter', 's', figures.cpuSeconds],
  ['memory_working_set_bytes', 'gauge', 'By', figures.workingSetBytes],
  ['cpu_pressure_seconds_total', 'counter', 's', figures.cpuPressureSeconds],
  ['memory_pressure_seconds_total', 'counter', 's', figures.memoryPressureSeconds],
  ['io_pressure_seconds_total', 'counter', 's', figures.ioPressureSeconds],
];

const seriesOf = (entity: string, at: number, named: readonly Named[]): MetricSeries[] =>
  named.flatMap(([metric, kind, unit, value]) =>
    value === undefined || !Number.isFinite(value)
      ? []
      : [{ entity, metric, kind, unit, labels: {}, at: [at], values: [value] }],
  );
