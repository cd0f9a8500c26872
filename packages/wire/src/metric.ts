// Samples over time. An entity is named as the map names it, without the cluster: `Pod:shop:cart-7d9f`, `Pod:shop:cart-7d9f/cart`, `Node::worker-1`.

import { hash64 } from './ids.ts';

/** A counter only grows, and starts again at zero with its process; a gauge is what it is at the instant. */
export type MetricKind = 'gauge' | 'counter';

export interface MetricSeries {
  readonly entity: string;
  /** `cpu_usage_seconds_total`, or what a scrape or a client called it. */
  readonly metric: string;
  readonly kind: MetricKind;
  /** UCUM-like: `s`, `By`, `1`. */
  readonly unit?: string;
  /** What tells series of one entity and metric apart; without what the entity says already. */
  readonly labels: Readonly<Record<string, string>>;
  /** Epoch ms, ascending; as many as values. */
  readonly at: readonly number[];
  /** NaN = the series ended here (Prometheus' staleness marker). */
  readonly values: readonly number[];
}

export const podEntity = (namespace: string, pod: string): string => `Pod:${namespace}:${pod}`;
export const containerEntity = (namespace: string, pod: string, container: string): string =>
  `Pod:${namespace}:${pod}/${container}`;
export const nodeEntity = (node: string): string => `Node::${node}`;

/** A short name for keys of tables: 16 hexadecimal digits. */
export const entityMark = (entity: string): string => BigInt.asUintN(64, hash64(entity)).toString(16).padStart(16, '0');
