import { StatusError } from '@mosaic/apiserver';
import { expect, test } from 'vitest';
import { isPast, whereOf } from './where.ts';

const NOW = Date.parse('2026-03-10T12:20:00Z');
const none = new URLSearchParams();

test.each([
  ['/at/2026-03-10T03:12:00Z/eu-1/api/v1/pods', '2026-03-10T03:12:00.000Z', 'eu-1', '/at/2026-03-10T03:12:00Z/eu-1', 1],
  [
    '/at/2026-03-10T04:12:00%2B01:00/eu-1',
    '2026-03-10T03:12:00.000Z',
    'eu-1',
    '/at/2026-03-10T04:12:00%2B01:00/eu-1',
    1,
  ],
  ['/at/now-6h/2/apis', '2026-03-10T06:20:00.000Z', '2', '/at/now-6h/2', 1],
  ['/at/now;speed=60/my%20cluster/', '2026-03-10T12:20:00.000Z', 'my cluster', '/at/now;speed=60/my%20cluster', 60],
])('%s is a moment of a cluster', (path, at, cluster, prefix, speed) => {
  expect(whereOf(path, none, NOW)).toEqual({ at: Date.parse(at), cluster, prefix, speed });
});

test('a query parameter sets the speed of a watch', () => {
  expect(whereOf('/at/now-1h/eu-1/api', new URLSearchParams('speed=2.5'), NOW).speed).toBe(2.5);
});

test.each([
  ['/at/', 'the past is at'],
  ['/at/now-6h', 'the past is at'],
  ['/at/nonsense/eu-1/api', 'is not an instant'],
  ['/at/2026-02-30T00:00:00Z/eu-1/api', 'is not an instant'],
  ['/at/2026-03-10T03:12/eu-1/api', 'is not an instant'],
  ['/at/2026-03-10T12:21:00Z/eu-1/api', 'has not been yet'],
  ['/at/now;speed=0/eu-1/api', 'speed'],
  ['/at/now;speed=fast/eu-1/api', 'speed'],
  ['/at/%E0%A4%A/eu-1/api', 'not a valid URL path'],
])('%s is refused with what was expected', (path, words) => {
  const refused = (): unknown => whereOf(path, none, NOW);
  expect(refused).toThrow(StatusError);
  expect(refused).toThrow(words);
});

test('only /at is the past', () => {
  expect(['/at', '/at/x', '/attic', '/api/at/'].map(isPast)).toEqual([true, true, false, false]);
});
