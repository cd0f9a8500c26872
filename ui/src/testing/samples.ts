// Measurements of the story: calm until its incident, then what broke shows.

import type { MetricQueryAnswer } from '@mosaic/wire';

const STEPS = 120;

/** Of any entity: CPU, memory with its limit, restarts. */
export function samplesOf(entity: string, from: number, to: number): MetricQueryAnswer {
  const stepMs = Math.max(15_000, Math.round((to - from) / STEPS));
  const instants = Array.from({ length: STEPS }, (_, i) => from + i * stepMs);
  const wave = (base: number, by: number) => instants.map((at) => base + by * Math.sin(at / 900_000));
  const series = (metric: string, kind: 'gauge' | 'counter', unit: string, values: number[]) => ({
    ...{ entity, metric, kind, unit, values },
    labels: {},
  });
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    stepMs,
    resolution: 'raw',
    at: instants.map((at) => new Date(at).toISOString()),
    series: [
      series('cpu_usage_seconds_total', 'counter', 's', wave(0.12, 0.04)),
      series('memory_working_set_bytes', 'gauge', 'By', wave(212 * 2 ** 20, 2 ** 23)),
      series('memory_limit_bytes', 'gauge', 'By', wave(256 * 2 ** 20, 0)),
      series('restarts_total', 'counter', '1', wave(0, 0)),
    ],
    coverage: { complete: true, gaps: [] },
  };
}
