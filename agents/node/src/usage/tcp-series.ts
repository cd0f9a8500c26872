// TCP health of each pod, from what its network namespace counts: retransmits, failed attempts, resets, overflowing listeners.

import { type MetricSeries, nodeEntity, podEntity } from '@mosaic/wire';
import type { PodHealth } from '../connections/collector.ts';
import type { Pods } from '../ports.ts';

const NAMES = {
  segments: 'tcp_segments_sent_total',
  retransmitted: 'tcp_segments_retransmitted_total',
  attemptFails: 'tcp_attempts_failed_total',
  resets: 'tcp_established_resets_total',
  listenDrops: 'tcp_listen_drops_total',
  listenOverflows: 'tcp_listen_overflows_total',
} as const;
type Figure = keyof typeof NAMES;

export interface TcpSeries {
  /** `deltas`: since the last time. */
  of(deltas: readonly PodHealth[], at: number): MetricSeries[];
}

/** Sums by pod; a pod that is gone is forgotten. */
export function tcpSeries(pods: Pods, node: string): TcpSeries {
  const sums = new Map<string, Record<Figure, number>>();
  return {
    of(deltas, at) {
      const here = new Set(deltas.map(({ podUid = '' }) => podUid));
      for (const uid of sums.keys()) if (!here.has(uid)) sums.delete(uid);
      return deltas.flatMap(({ podUid, health }) => {
        const pod = podUid === undefined ? undefined : pods.byUid(podUid);
        if (podUid !== undefined && pod === undefined) return [];
        const entity = pod === undefined ? nodeEntity(node) : podEntity(pod.namespace, pod.name);
        const sum = sums.get(podUid ?? '') ?? nothing();
        sums.set(podUid ?? '', sum);
        return (Object.keys(NAMES) as Figure[]).map((figure): MetricSeries => {
          sum[figure] += health[figure];
          return {
            entity,
            metric: NAMES[figure],
            kind: 'counter',
            unit: '1',
            labels: {},
            at: [at],
            values: [sum[figure]],
          };
        });
      });
    },
  };
}

const nothing = (): Record<Figure, number> => ({
  ...{ segments: 0, retransmitted: 0, attemptFails: 0, resets: 0, listenDrops: 0, listenOverflows: 0 },
});
