// OTLP metric points as series. A cumulative monotonic sum is a counter; a histogram becomes its count, sum and buckets, as Prometheus writes them.

import type { MetricKind, MetricSeries } from '@mosaic/wire';
import { placed } from '../entity.ts';
import { attributesOf, type Fields, fieldsOf, instantOf, listed, numberOf, textOf } from './messages.ts';
import { labelsOf } from './resource.ts';

const CUMULATIVE = 2;
/** DataPointFlags: no recorded value. */
const NO_VALUE = 1;

interface Point {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly unit: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: number;
  readonly value: number;
}

export function seriesOf(request: Fields, now: number): MetricSeries[] {
  return listed(request.resourceMetrics).flatMap((resourceMetrics) => {
    const resource = labelsOf(attributesOf(fieldsOf(resourceMetrics.resource).attributes));
    const metrics = listed(resourceMetrics.scopeMetrics).flatMap((scope) => listed(scope.metrics));
    return joined(
      metrics.flatMap((metric) => pointsOf(metric, now)),
      resource,
    );
  });
}

/** Points of one metric and label set in one series, in time order. */
function joined(points: readonly Point[], resource: Readonly<Record<string, string>>): MetricSeries[] {
  const groups = Map.groupBy(points, ({ metric, labels }) => JSON.stringify([metric, Object.entries(labels).sort()]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ordered = group.toSorted((a, b) => a.at - b.at);
    const { entity, labels } = placed({ ...first.labels, ...resource });
    const { metric, kind, unit } = first;
    return [
      {
        ...{ entity, metric, kind, labels },
        ...(unit !== '' && { unit }),
        at: ordered.map(({ at }) => at),
        values: ordered.map(({ value }) => value),
      },
    ];
  });
}

function pointsOf(metric: Fields, now: number): Point[] {
  const name = textOf(metric.name);
  if (name === '') return [];
  const base = { metric: name, unit: textOf(metric.unit) };
  const sum = fieldsOf(metric.sum);
  const isCounter = sum.isMonotonic === true && numberOf(sum.aggregationTemporality) === CUMULATIVE;
  return [
    ...listed(fieldsOf(metric.gauge).dataPoints).map((point) => numberPoint(base, 'gauge', point, now)),
    ...listed(sum.dataPoints).map((point) => numberPoint(base, isCounter ? 'counter' : 'gauge', point, now)),
    ...histogramPoints(base, fieldsOf(metric.histogram), now, true),
    ...histogramPoints(base, fieldsOf(metric.exponentialHistogram), now, false),
    ...listed(fieldsOf(metric.summary).dataPoints).flatMap((point) => summaryPoints(base, point, now)),
  ];
}

type Base = Pick<Point, 'metric' | 'unit'>;

const atOf = (point: Fields, now: number): number => instantOf(point.timeUnixNano)?.at ?? now;

function numberPoint(base: Base, kind: MetricKind, point: Fields, now: number): Point {
  const isMissing = (numberOf(point.flags) & NO_VALUE) === NO_VALUE;
  const value = isMissing ? Number.NaN : numberOf(point.asDouble ?? point.asInt);
  return { ...base, kind, labels: attributesOf(point.attributes), at: atOf(point, now), value };
}

function histogramPoints({ metric, unit }: Base, histogram: Fields, now: number, hasBounds: boolean): Point[] {
  const kind: MetricKind = numberOf(histogram.aggregationTemporality) === CUMULATIVE ? 'counter' : 'gauge';
  return listed(histogram.dataPoints).flatMap((point) => {
    const labels = attributesOf(point.attributes);
    const at = atOf(point, now);
    const one = (suffix: string, value: number, more: Readonly<Record<string, string>> = {}, of = ''): Point => ({
      ...{ metric: `${metric}_${suffix}`, unit: of, kind, at, value },
      labels: { ...labels, ...more },
    });
    const whole = [one('count', numberOf(point.count)), one('sum', numberOf(point.sum), {}, unit)];
    return hasBounds ? [...whole, ...bucketsOf(point).map(({ le, count }) => one('bucket', count, { le }))] : whole;
  });
}

/** Counts up to each bound, the last without one. */
function bucketsOf(point: Fields): { readonly le: string; readonly count: number }[] {
  const bounds = Array.isArray(point.explicitBounds) ? point.explicitBounds.map(numberOf) : [];
  const counts = Array.isArray(point.bucketCounts) ? point.bucketCounts.map(numberOf) : [];
  let below = 0;
  return counts.map((count, i) => {
    below += count;
    const bound = bounds[i];
    return { le: bound === undefined ? '+Inf' : String(bound), count: below };
  });
}

function summaryPoints({ metric, unit }: Base, point: Fields, now: number): Point[] {
  const labels = attributesOf(point.attributes);
  const at = atOf(point, now);
  const quantiles = listed(point.quantileValues).map(
    ({ quantile, value }): Point => ({
      ...{ metric, unit, kind: 'gauge', at, value: numberOf(value) },
      labels: { ...labels, quantile: String(numberOf(quantile)) },
    }),
  );
  const growing = (suffix: string, value: unknown): Point => ({
    ...{ metric: `${metric}_${suffix}`, unit: suffix === 'sum' ? unit : '', kind: 'counter', labels, at },
    value: numberOf(value),
  });
  return [...quantiles, growing('count', point.count), growing('sum', point.sum)];
}
