import { expect, test } from 'vitest';
import { eachBounded } from './bounded.ts';

test('never more than the bound at once, and every item once', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await eachBounded([...Array(20).keys()], 3, async (n) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    done.push(n);
  });
  expect([most, done.length, new Set(done).size]).toEqual([3, 20, 20]);
});

test('after a failure none is begun, those begun are waited for, and it is told', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = eachBounded([0, 1, 2, 3, 4], 2, async (n) => {
    begun.push(n);
    if (n === 0) throw new Error('store away');
    await new Promise(setImmediate);
    ended.push(n);
  });
  await expect(work).rejects.toThrow('store away');
  expect([begun, ended]).toEqual([[0, 1], [1]]);
});
