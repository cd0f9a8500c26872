import { expect, test } from 'vitest';
import { metricsRegistry } from './metrics.ts';

test('families are told as Prometheus reads them', () => {
  const registry = metricsRegistry();
  const chunks = registry.counter('chunks_total', 'chunks\nby fate \\ all');
  chunks.add(2, { fate: 'written', topic: 'a"b\\c\nd' });
  chunks.add(1, { fate: 'written', topic: 'a"b\\c\nd' });
  chunks.add(1, { fate: 'set aside', topic: 'x' });
  registry.gauge('lag', 'behind').set(1.5);
  registry.gaugeOf('queue', 'waiting', () => 7);
  const took = registry.histogram('took_seconds', 'time', [0.1, 1]);
  for (const seconds of [0.05, 0.1, 0.5, 5]) took.observe(seconds);

  expect(registry.text()).toBe(
    [
      '# HELP chunks_total chunks\\nby fate \\\\ all',
      '# TYPE chunks_total counter',
      'chunks_total{fate="written",topic="a\\"b\\\\c\\nd"} 3',
      'chunks_total{fate="set aside",topic="x"} 1',
      '# HELP lag behind',
      '# TYPE lag gauge',
      'lag 1.5',
      '# HELP queue waiting',
      '# TYPE queue gauge',
      'queue 7',
      '# HELP took_seconds time',
      '# TYPE took_seconds histogram',
      'took_seconds_bucket{le="0.1"} 2',
      'took_seconds_bucket{le="1"} 3',
      'took_seconds_bucket{le="+Inf"} 4',
      'took_seconds_sum 5.65',
      'took_seconds_count 4',
      '',
    ].join('\n'),
  );
});

test('label sets past the bound are counted together', () => {
  const registry = metricsRegistry();
  const seen = registry.counter('seen_total', 'seen');
  for (let i = 0; i < 3000; i++) seen.add(1, { who: `w${i}` });
  const samples = registry.families()[0]?.samples() ?? [];
  expect(samples.length).toBe(1001);
  expect(samples.find(({ labels }) => labels.who === 'other')?.value).toBe(2000);
});

test('a name is one metric: the same again is the same, another type is refused', () => {
  const registry = metricsRegistry();
  registry.counter('n_total', 'n').add();
  registry.counter('n_total', 'n').add();
  expect(registry.text()).toContain('n_total 2');
  expect(() => registry.gauge('n_total', 'n')).toThrow('n_total is a counter already');
  expect(() => registry.gauge('no name', 'n')).toThrow('no metric name');
  expect(() => registry.counter('n_total', 'n').add(-1)).toThrow('only grows');
});
