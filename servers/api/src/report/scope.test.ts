import { expect, test } from 'vitest';
import { mappedTogether, merged } from './scope.ts';

async function* from<T>(...items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(items);

test('several lists in order are one in that order, each item once; of equals the first list’s is first', async () => {
  const lists = [from('a9', 'a5', 'a5', 'a1'), from<string>(), from('b8', 'b5')];
  const byNumber = (a: string, b: string): number => Number(b.slice(1)) - Number(a.slice(1));
  expect(await all(merged(lists, byNumber))).toEqual(['a9', 'b8', 'a5', 'a5', 'b5', 'a1']);
  expect(await all(merged([], byNumber))).toEqual([]);
});

test('what is worked on together stays in order, the last few too', async () => {
  const sizes: number[] = [];
  const doubled = mappedTogether(from(1, 2, 3, 4, 5), 2, async (some) => {
    sizes.push(some.length);
    return some.map((n) => n * 2);
  });
  expect(await all(doubled)).toEqual([2, 4, 6, 8, 10]);
  expect(sizes).toEqual([2, 2, 1]);
});
