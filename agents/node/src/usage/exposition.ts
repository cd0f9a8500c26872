// The Prometheus text format 0.0.4 and OpenMetrics, as far as samples go: https://prometheus.io/docs/instrumenting/exposition_formats/

import type { MetricKind } from '@mosaic/wire';

export interface Exposed {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  readonly samples: readonly Exposed[];
  /** Lines that are neither comment nor sample. */
  readonly bad: number;
  /** There were more than `most`. */
  readonly isCut: boolean;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/gy;
const TYPE = /^# TYPE (\S+) (\w+)/;
/** What grows, by the end of its name where no type was told. */
const GROWING = /_(?:total|count|sum|bucket)$/;

export function readExposition(text: string, most: number): Exposition {
  const types = new Map<string, string>();
  const samples: Exposed[] = [];
  let bad = 0;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) {
      const [, name, type] = TYPE.exec(line) ?? [];
      if (name !== undefined && type !== undefined) types.set(name, type);
      continue;
    }
    const [, metric, inner = '', written = ''] = SAMPLE.exec(line) ?? [];
    const value = numberIn(written);
    const labels = labelsIn(inner);
    if (metric === undefined || value === undefined || labels === undefined) {
      bad += line.trim() === '' ? 0 : 1;
      continue;
    }
    if (samples.length >= most) return { samples, bad, isCut: true };
    samples.push({ metric, kind: kindOf(metric, types), labels, value });
  }
  return { samples, bad, isCut: false };
}

function kindOf(metric: string, types: ReadonlyMap<string, string>): MetricKind {
  const told = types.get(metric) ?? types.get(metric.replace(/_(?:total|count|sum|bucket|created)$/, ''));
  if (told === 'gauge' || told === 'info') return 'gauge';
  if (told === 'counter') return 'counter';
  if (told === 'summary' && !GROWING.test(metric)) return 'gauge'; // quantiles
  return GROWING.test(metric) ? 'counter' : 'gauge';
}

function numberIn(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN;
  if (/^[+-]?Inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? undefined : value;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

function labelsIn(inner: string): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inner.length) {
    const [, name, value] = LABEL.exec(inner) ?? [];
    if (name === undefined || value === undefined) return undefined;
    labels[name] = value.replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
  }
  return labels;
}
