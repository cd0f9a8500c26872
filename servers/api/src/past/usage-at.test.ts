import type { KubeObject } from '@mosaic/apiserver';
import type { ClusterRecord } from '@mosaic/store';
import type { MetricSeries } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { usageAt } from './usage-at.ts';

const AT = Date.parse('2026-03-10T12:00:00Z');
const cluster = { id: 1, name: 'eu-1', kind: 'playground', enrolledAt: 0 } satisfies ClusterRecord;
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-03-10T00:00:00Z' },
  spec: { containers: [{ name: 'main' }] },
} satisfies KubeObject;

const series = (metric: string, values: readonly number[]): MetricSeries => ({
  ...{ entity: 'Pod:shop:a/main', metric, kind: 'gauge', labels: {}, values },
  at: values.map((_, i) => AT - (values.length - i) * 15_000),
});
const usageOf = async (kept: readonly MetricSeries[]) => {
  const reader = usageAt({ metrics: { samples: async () => kept } as never }, cluster, AT); // the one question that is asked
  const [usage] = await reader.pods([pod]);
  return usage;
};
const MEMORY = series('memory_working_set_bytes', [10, 20]);

test('cpu is the rate of the last two samples, memory the last one', async () => {
  expect(await usageOf([series('cpu_usage_seconds_total', [1, 4, 7]), MEMORY])).toEqual({
    ...{ at: AT - 15_000, windowMs: 15_000 },
    containers: [{ name: 'main', cpuNanocores: 2e8, memoryBytes: 20 }],
  });
});

test('a counter that began again has grown by what it shows', async () => {
  const usage = await usageOf([series('cpu_usage_seconds_total', [100, 3]), MEMORY]);
  expect(usage?.containers[0]?.cpuNanocores).toBe(2e8);
});

test.each([
  ['one sample', [series('cpu_usage_seconds_total', [1]), MEMORY]],
  ['no memory', [series('cpu_usage_seconds_total', [1, 2])]],
  [
    'memory whose series ended',
    [series('cpu_usage_seconds_total', [1, 2]), series('memory_working_set_bytes', [Number.NaN])],
  ],
  ['nothing', []],
])('%s is no reading', async (_, kept) => {
  expect(await usageOf(kept)).toBeUndefined();
});
