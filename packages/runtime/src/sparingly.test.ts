import { expect, test } from 'vitest';
import { sparingly } from './sparingly.ts';

test('the same is said once a minute, with how often it was; something else at once', () => {
  const said: unknown[] = [];
  let now = 0;
  const say = sparingly((event, facts) => said.push([event, facts]), { now: () => now });
  for (let i = 0; i < 5; i++) say('a', 'set aside', { offset: i });
  say('b', 'set aside', { offset: 9 });
  now = 60_000;
  say('a', 'set aside', { offset: 10 });
  now = 120_000;
  say('a', 'set aside', { offset: 11 });
  expect(said).toEqual([
    ['set aside', { offset: 0 }],
    ['set aside', { offset: 9 }],
    ['set aside', { offset: 10, untold: 4 }],
    ['set aside', { offset: 11 }],
  ]);
});
