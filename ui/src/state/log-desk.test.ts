import { expect, it } from 'vitest';
import { filterOf } from './log-desk.svelte.ts';
import { HOME_LOGS, leftLogs } from './log-wish.ts';

const target = { cluster: 1, namespace: 'shop', workload: 'Deployment/checkout' };

it.each([
  [{}, {}],
  [{ q: ' refused ' }, { q: 'refused' }],
  [{ q: 'a|b', isRegex: true }, { regex: 'a|b' }],
  [{ levels: ['error', 'other'] as const }, { level: 'error,fatal,unknown' }],
  [
    { pod: 'checkout-1', previous: true },
    { pod: 'checkout-1', previous: true },
  ],
  [{ pattern: 'c8c1' }, { pattern: 'c8c1' }],
])('the wish %j in the words of the API', (wish, said) => {
  const filter = Object.entries(filterOf(target, { ...HOME_LOGS, ...wish })).filter(([, value]) => value !== undefined);
  expect(Object.fromEntries(filter)).toEqual({ ...target, ...said });
});

it('who turns to another thing keeps the search, not the pod or the line', () => {
  const wish = { ...HOME_LOGS, q: 'refused', pod: 'a', line: '1.x', pattern: 'c8' };
  expect(leftLogs(wish)).toEqual({ ...HOME_LOGS, q: 'refused' });
});
