// How metrics are asked for: entities are named as the map names them.

import { parseNodeId } from '@mosaic/wire';
import { notKnown } from '../asking/problem.ts';
import { instantOr, needed, type Param, shared, truth, words } from '../asking/query.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15s`, `5m`, `1h`, or milliseconds. */
const duration: Param<number | undefined> = {
  ...words('Distance of the samples: 15s, 5m, 1h, or milliseconds; chosen from the span when absent'),
  expected: 'a duration of a second to 30 days: 15s, 5m, 1h, or milliseconds',
  read(text) {
    const match = /^(\d{1,12})(ms|s|m|h|d)?$/.exec(text);
    if (match === null) return undefined;
    const ms = Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1);
    return ms >= 1_000 && ms <= 30 * 86_400_000 ? ms : undefined;
  },
  or: undefined,
};

const HOUR_MS = 3_600_000;
const span = {
  from: instantOr('Beginning of the span; default an hour before its end', () => Number.NaN),
  to: instantOr('End of the span', (now) => now),
  at: instantOr('Instead of a span: the hour before', () => Number.NaN),
};

export const seriesShape = {
  entity: needed('`1:Pod:shop:cart-7d9f`, with `/cart` one container; `1:Deployment:shop:cart`; `1:Node::worker-1`'),
  metric: words('Only this metric'),
  ...span,
  limit: shared.limit,
  cursor: shared.cursor,
};
export const queryShape = {
  entity: seriesShape.entity,
  metric: words('Names, comma-separated; all when absent'),
  ...span,
  step: duration,
  each: truth('Of a workload: every pod by itself instead of their sum'),
};

export function metricSpan({ from, to, at }: { readonly from: number; readonly to: number; readonly at: number }) {
  const end = Number.isNaN(at) ? to : at;
  return { from: Number.isNaN(from) ? end - HOUR_MS : from, to: end };
}

export interface AskedEntity {
  readonly cluster: number;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly container?: string;
}

/** Throws a 404 for what names nothing. */
export function entityOf(id: string): AskedEntity {
  const named = parseNodeId(id);
  if (named === undefined) throw notKnown(`entity ${id} names nothing; an entity is written 1:Pod:shop:cart-7d9f`);
  const slash = named.name.indexOf('/');
  if (slash < 0) return named;
  return { ...named, name: named.name.slice(0, slash), container: named.name.slice(slash + 1) };
}
