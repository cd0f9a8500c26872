import { expect, it } from 'vitest';
import { lastWins } from './last-wins.ts';

function desk(cacheable = (_: number) => true) {
  const asked: number[] = [];
  const shown: string[] = [];
  const waiting = new Map<number, (text: string) => void>();
  const asks = lastWins<number, string>({
    ask: (key) => {
      asked.push(key);
      return new Promise((resolve) => waiting.set(key, resolve));
    },
    name: String,
    cacheable,
    answered: (key, text) => shown.push(`${key}:${text}`),
    failed: (key) => shown.push(`${key}:failed`),
    keep: 2,
  });
  const give = async (key: number) => {
    waiting.get(key)?.('ok');
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asks, asked, shown, give };
}

it('of many wishes while one is asked, only the last is asked next', async () => {
  const { asks, asked, give, shown } = desk();
  for (const key of [1, 2, 3, 4]) asks.want(key);
  expect(asked).toEqual([1]);
  await give(1);
  expect(asked).toEqual([1, 4]);
  await give(4);
  expect(shown).toEqual(['1:ok', '4:ok']);
});

it('an instant looked at before is shown at once and not asked again', async () => {
  const { asks, asked, give, shown } = desk();
  asks.want(1);
  await give(1);
  asks.want(1);
  expect(asked).toEqual([1]);
  expect(shown).toEqual(['1:ok', '1:ok']);
});

it('an answer that comes after a cached one was shown does not push it away', async () => {
  const { asks, give, shown } = desk();
  asks.want(1);
  await give(1);
  asks.want(2);
  asks.want(1);
  await give(2);
  expect(shown).toEqual(['1:ok', '1:ok']);
});

it('the cache is bounded, and what may still change is not cached', async () => {
  const { asks, asked, give } = desk((key) => key < 10);
  for (const key of [1, 2, 3, 1, 10, 10]) {
    asks.want(key);
    await give(key);
  }
  expect(asked).toEqual([1, 2, 3, 1, 10, 10]);
});
