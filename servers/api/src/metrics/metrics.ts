// Metrics of a thing on the map: which series there are, and their values on one grid, raw or from a roll-up.

import type { ClusterRecord, Resolution, RolledSeries } from '@mosaic/store';
import { topmostOwner } from '@mosaic/topology';
import {
  type MetricKind,
  type MetricQueryAnswer,
  type MetricSeries,
  type MetricSeriesAnswer,
  metricQuerySchema,
  metricSeriesListSchema,
  podEntity,
  type Span,
} from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { unreadable } from '../asking/problem.ts';
import { checkSpan, type RawQuery, readQuery } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { alignedGauge, alignedRate, gridOf, rolledSamples, summed } from './aligned.ts';
import { joined } from './joined.ts';
import { type AskedEntity, entityOf, metricSpan, queryShape, seriesShape } from './metric-shape.ts';

const MOST_STEPS = 5_000;
const WISHED_STEPS = 240;
const NICE_STEPS_S = [15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];
const FIVE_MINUTES_MS = 300_000;
const HOUR_MS = 3_600_000;
const MOST_PODS = 500;

export const metricEndpoints: readonly Endpoint[] = [
  {
    path: '/metrics/series',
    about: 'Series of a thing on the map, its containers included',
    query: seriesShape,
    answer: metricSeriesListSchema,
  },
  {
    path: '/metrics/query',
    about:
      'Values of its series on one grid; the step chooses between raw samples and roll-ups. Counters come as rates per second',
    query: queryShape,
    answer: metricQuerySchema,
  },
];

export interface Metrics {
  series(query: RawQuery): Promise<MetricSeriesAnswer>;
  query(query: RawQuery): Promise<MetricQueryAnswer>;
}

export function metrics(asking: Asking): Metrics {
  const { clusters, coverage, store, now } = asking;
  return {
    async series(query) {
      const { entity: id, metric, limit, cursor, ...ends } = readQuery(seriesShape, query, now());
      const span = metricSpan(ends);
      checkSpan(span);
      const asked = entityOf(id);
      const cluster = await clusters.one(String(asked.cluster));
      const names = await entitiesOf(asking, cluster, asked, span);
      const found = await Promise.all(
        names.map((entity) =>
          store.metrics.series(cluster.id, { entity, ...span, ...(metric !== undefined && { metric }) }),
        ),
      );
      const all = found.flat();
      const skipped = offsetOf(cursor);
      const next = skipped + limit < all.length ? String(skipped + limit) : undefined;
      return {
        items: all.slice(skipped, skipped + limit).map(({ entity, metric: name, kind, unit, labels }) => ({
          ...headOf(`${cluster.id}:${entity}`, name, kind, unit, labels),
          from: rfc3339(span.from),
          to: rfc3339(span.to),
        })),
        ...(next !== undefined && { next }),
        coverage: await coverage.answer([cluster], span, ['metrics']),
      };
    },
    async query(query) {
      const { entity: id, metric, step, each, ...ends } = readQuery(queryShape, query, now());
      const span = metricSpan(ends);
      checkSpan(span);
      const stepMs = stepOf(span, step);
      const asked = entityOf(id);
      const cluster = await clusters.one(String(asked.cluster));
      const names = await entitiesOf(asking, cluster, asked, span);
      const wished = metric?.split(',').filter((name) => name !== '');
      const read = await samplesOf(asking, cluster, names, span, stepMs, wished);
      const grid = gridOf(span.from, span.to, stepMs);
      const drawn = read.series.map((series) => drawnOf(series, grid, stepMs, cluster.id));
      return {
        from: rfc3339(span.from),
        to: rfc3339(span.to),
        stepMs,
        resolution: read.resolution,
        at: grid.map(rfc3339),
        series: isGroup(asked) && !each ? sumOver(drawn, id) : drawn,
        coverage: await coverage.answer([cluster], span, ['metrics']),
      };
    },
  };
}

type Drawn = MetricQueryAnswer['series'][number];

const headOf = (
  entity: string,
  metric: string,
  kind: MetricKind,
  unit: string | undefined,
  labels: Readonly<Record<string, string>>,
) => ({ entity, metric, kind, ...(unit !== undefined && { unit }), labels: { ...labels } });

function drawnOf(series: MetricSeries, grid: readonly number[], stepMs: number, cluster: number): Drawn {
  const { entity, metric, kind, unit, labels } = series;
  const align = kind === 'counter' ? alignedRate : alignedGauge;
  return { ...headOf(`${cluster}:${entity}`, metric, kind, unit, labels), values: align(series, grid, stepMs) };
}

/** Pods' series of one metric and labels as one series of their workload. */
function sumOver(drawn: readonly Drawn[], entity: string): Drawn[] {
  const groups = Map.groupBy(drawn, ({ metric, labels }) => JSON.stringify([metric, Object.entries(labels).sort()]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, entity, values: summed(group.map(({ values }) => values)) }];
  });
}

const isGroup = ({ kind }: AskedEntity): boolean => kind !== 'Pod' && kind !== 'Node';

/** The names under which samples were kept: of a pod its containers too, of a workload those of its pods within the span. */
async function entitiesOf(asking: Asking, cluster: ClusterRecord, asked: AskedEntity, span: Span): Promise<string[]> {
  const { kind, namespace, name, container } = asked;
  if (container !== undefined) return [`${podEntity(namespace, name)}/${container}`];
  if (kind === 'Pod') return [podEntity(namespace, name), `${podEntity(namespace, name)}/*`];
  const own = `${kind}:${namespace}:${name}`;
  if (!isGroup(asked)) return [own];
  const pods = await podsOf(asking, cluster, asked, span);
  return [own, ...pods.flatMap((pod) => [podEntity(namespace, pod), `${podEntity(namespace, pod)}/*`])];
}

/** Pods of a workload alive in the span: those of its end by their owners, those gone before by name. */
async function podsOf(
  { moments, store }: Asking,
  cluster: ClusterRecord,
  { kind, namespace, name }: AskedEntity,
  span: Span,
): Promise<string[]> {
  const { objects } = await moments.of(cluster, span.to);
  const living = new Set<string>();
  for (const slim of objects.values()) {
    if (slim.kind !== 'Pod' || slim.namespace !== namespace) continue;
    const top = topmostOwner(objects, slim);
    if (top.kind === kind && top.name === name) living.add(slim.name);
  }
  const { items } = await store.objects.names(
    cluster.id,
    { kind: 'Pod', namespace, like: `${name}-`, ...span },
    { limit: MOST_PODS },
  );
  const gone = items
    .filter((pod) => pod.goneAt !== undefined && pod.name.startsWith(`${name}-`))
    .map((pod) => pod.name);
  return [...new Set([...living, ...gone])].slice(0, MOST_PODS);
}

function stepOf({ from, to }: Span, wished: number | undefined): number {
  if (wished === undefined) {
    const least = (to - from) / WISHED_STEPS / 1000;
    return (NICE_STEPS_S.find((seconds) => seconds >= least) ?? 86_400) * 1000;
  }
  if ((to - from) / wished > MOST_STEPS) {
    const expected = `a step that cuts the span into at most ${MOST_STEPS}`;
    throw unreadable([{ field: 'step', expected, got: `${wished} ms over ${to - from} ms` }]);
  }
  return wished;
}

/** The coarsest resolution that still has a sample per step; raw when a roll-up is not written yet. */
/** An hour is rolled up once it is over: what came since then is there as it was sampled. */
const UNROLLED_MS = 2 * HOUR_MS;

async function samplesOf(
  { store }: Asking,
  cluster: ClusterRecord,
  entities: readonly string[],
  span: Span,
  stepMs: number,
  metricNames: readonly string[] | undefined,
): Promise<{ readonly resolution: Resolution; readonly series: readonly MetricSeries[] }> {
  const reach: Span = { from: span.from - Math.max(stepMs, FIVE_MINUTES_MS), to: span.to };
  const wish = { entities, ...reach, ...(metricNames && { metrics: metricNames }) };
  const resolution = stepMs >= HOUR_MS ? '1h' : stepMs >= FIVE_MINUTES_MS ? '5m' : 'raw';
  if (resolution !== 'raw') {
    const rolled = await store.metrics.rolled(cluster.id, resolution, wish);
    if (rolled.length > 0) {
      const known = rolled.map(unrolled);
      const until = Math.max(...known.map(({ at }) => at.at(-1) ?? 0));
      const from = Math.max(until + 1, span.to - UNROLLED_MS);
      const newest = from < span.to ? await store.metrics.samples(cluster.id, { ...wish, from, to: span.to }) : [];
      return { resolution, series: joined(known, newest) };
    }
  }
  return { resolution: 'raw', series: await store.metrics.samples(cluster.id, wish) };
}

const unrolled = (series: RolledSeries): MetricSeries => {
  const { steps: _, ...head } = series;
  return { ...head, ...rolledSamples(series) };
};

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,7}$/.test(cursor)) return Number(cursor);
  throw unreadable([
    { field: 'cursor', expected: '`next` of the page before', got: JSON.stringify(cursor.slice(0, 100)) },
  ]);
}
