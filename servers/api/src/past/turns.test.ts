import { expect, test } from 'vitest';
import { turns } from './turns.ts';

test('no more than so many work at once, in the order they came', async () => {
  const inTurn = turns(2);
  const begun: number[] = [];
  let under = 0;
  let most = 0;
  const work = (n: number) =>
    inTurn(async () => {
      begun.push(n);
      most = Math.max(most, ++under);
      await new Promise((later) => setImmediate(later));
      under--;
      return n;
    });
  expect(await Promise.all([1, 2, 3, 4, 5].map(work))).toEqual([1, 2, 3, 4, 5]);
  expect([begun, most]).toEqual([[1, 2, 3, 4, 5], 2]);
});

test('who fails gives up its turn', async () => {
  const inTurn = turns(1);
  await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await inTurn(async () => 'next')).toBe('next');
});
