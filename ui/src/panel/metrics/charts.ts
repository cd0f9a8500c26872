// From the answer to small multiples: one chart per metric, limits as a line of the chart they limit, the well-known ones first and named.

import type { MetricQueryAnswer } from '@mosaic/wire';
import { sayAmount, unitOf } from './amounts.ts';

type Series = MetricQueryAnswer['series'][number];
export type Values = readonly (number | null)[];

export interface Line {
  readonly name: string;
  readonly values: Values;
  readonly isLimit: boolean;
}
export interface Chart {
  readonly metric: string;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly say: (value: number) => string;
  readonly most: number;
}

const KNOWN: Readonly<Record<string, readonly [title: string, rank: number]>> = {
  cpu_usage_seconds_total: ['CPU', 0],
  cpu_usage_cores: ['CPU', 0],
  memory_working_set_bytes: ['Memory', 1],
  restarts_total: ['Restarts per hour', 2],
  network_receive_bytes_total: ['Network in', 3],
  network_transmit_bytes_total: ['Network out', 4],
};
const LIMITS: Readonly<Record<string, string>> = {
  memory_limit_bytes: 'memory_working_set_bytes',
  cpu_limit_cores: 'cpu_usage_seconds_total',
};
const MOST_LINES = 24;
const OTHERS = 9;

/** `http_requests_total` → `http requests`. */
const readable = (metric: string): string =>
  metric.replace(/_(total|bytes|seconds|bytes_total|seconds_total)$/g, '').replaceAll('_', ' ');

/** What tells lines of one chart apart: pod or container, else labels. */
function nameOf({ entity, labels }: Series, own: string): string {
  const said = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const rest =
    entity === own
      ? ''
      : entity.startsWith(`${own}/`)
        ? entity.slice(own.length + 1)
        : entity.split(':').slice(3).join(':');
  return [rest, ...said].filter((part) => part !== '').join(' ');
}

/** A counter of events is too rare to be read per second. */
const PER_HOUR = new Set(['restarts_total']);

const scaled = (values: Values, by: number): Values =>
  by === 1 ? values : values.map((value) => (value === null ? null : value * by));

const greatest = (lines: readonly Line[]): number => {
  let most = 0;
  for (const { values } of lines) for (const value of values) if (value !== null && value > most) most = value;
  return most;
};

const lastAt = (values: Values): number => values.findLastIndex((value) => value !== null);

/** Of many pods that came and went, those of now are drawn. */
const newestFirst = (all: readonly Series[]): readonly Series[] =>
  all.length <= MOST_LINES ? all : all.toSorted((a, b) => lastAt(b.values) - lastAt(a.values));

/** A limit far above what is used would press the line to the ground. */
const isNear = (limit: number, most: number): boolean => limit <= most * 4;

export function chartsOf(answer: Pick<MetricQueryAnswer, 'series'>, entity: string): Chart[] {
  const byMetric = Map.groupBy(answer.series, ({ metric }) => metric);
  const charts = [...byMetric].flatMap(([metric, all]): Chart[] => {
    const [first] = all;
    if (first === undefined || (LIMITS[metric] !== undefined && byMetric.has(LIMITS[metric]))) return [];
    const by = PER_HOUR.has(metric) ? 3600 : 1;
    const unit = by === 1 ? unitOf(first.kind, first.unit) : '';
    const used: Line[] = newestFirst(all)
      .slice(0, MOST_LINES)
      .map((series) => ({
        name: nameOf(series, entity),
        values: scaled(series.values, by),
        isLimit: false,
      }));
    const most = greatest(used);
    const limits = Object.keys(LIMITS)
      .filter((limit) => LIMITS[limit] === metric && all.length === 1)
      .flatMap((limit) => byMetric.get(limit) ?? [])
      .map((series): Line => ({ name: 'limit', values: series.values, isLimit: true }))
      .filter((line) => isNear(greatest([line]), most));
    const lines = [...limits, ...used];
    const title = KNOWN[metric]?.[0] ?? readable(metric);
    return [{ metric, title, lines, most: greatest(lines), say: (value) => sayAmount(value, unit) }];
  });
  const rank = ({ metric }: Chart): number => KNOWN[metric]?.[1] ?? OTHERS;
  return charts.sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));
}

/** The line as an SVG path; where nothing was measured it breaks. */
export function pathOf(values: Values, x: (i: number) => number, y: (value: number) => number): string {
  let path = '';
  let isDown = false;
  values.forEach((value, i) => {
    if (value === null) {
      isDown = false;
      return;
    }
    path += `${isDown ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    // a single sample between gaps would be no line at all
    if (!isDown && (values[i + 1] ?? null) === null) path += 'h1';
    isDown = true;
  });
  return path;
}

/** How far back a value still stands for now: averages are written with some delay. */
const LEAST_REACH = 3;
const REACH_SHARE = 24;

/** The newest measured value at or before an instant, not much further back. */
export function valueAt(values: Values, instants: readonly number[], at: number, stepMs: number): number | undefined {
  let i = instants.length - 1;
  while (i >= 0 && (instants[i] ?? 0) > at + stepMs / 2) i--;
  const reach = Math.max(LEAST_REACH, Math.ceil(instants.length / REACH_SHARE));
  for (let back = 0; back < reach && i - back >= 0; back++) {
    const value = values[i - back];
    if (value !== null && value !== undefined) return value;
  }
  return undefined;
}
