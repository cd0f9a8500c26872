import { expect, it, vi } from 'vitest';
import { questions } from '../api/questions.ts';
import { fetchFrom } from '../testing/fake-fetch.ts';
import { storyUntil } from '../testing/graph-at.ts';
import { Glance, glanceSpan } from './glance.svelte.ts';

const NOW = Date.parse('2026-11-20T09:00:07Z');
const AT = Date.parse('2026-11-20T03:14:20Z');
const ID = '1:Deployment:shop:checkout';
const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

it.each([
  ['a past moment lies in the middle', AT, NOW, '02:59:00', '03:29:00'],
  ['near now it ends now', NOW - 60_000, NOW, '08:44:00', '09:01:00'],
  ['live it is the last half hour', undefined, NOW, '08:30:20', '09:00:20'],
] as const)('%s', (_, at, now, from, to) => {
  const span = glanceSpan({ at, now });
  expect([clock(span.from), clock(span.to)]).toEqual([from, to]);
});

it('many moments while a thumb drags are one question each of measures and lines', async () => {
  vi.useFakeTimers();
  const asked: string[] = [];
  const glance = new Glance(questions(fetchFrom(storyUntil(NOW), asked)));
  const target = { cluster: 1, namespace: 'shop', workload: 'Deployment/checkout' };
  for (let i = 0; i < 20; i++) glance.show({ id: ID, target, hasMetrics: true, at: AT + i * 1000, now: NOW });
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  expect(asked.map((each) => each.split('?')[0])).toEqual(['/api/v1/metrics/query', '/api/v1/logs']);
  expect(asked[1]).toContain('to=2026-11-20T03%3A14%3A39.000Z');
  expect(glance.lines.value?.items.length).toBeGreaterThan(0);
});
