import { expect, it } from 'vitest';
import { Pages } from './pages.svelte.ts';

const coverage = { complete: true, gaps: [] };
const soon = () => new Promise((resolve) => setImmediate(resolve));

function book(pages: readonly number[][]) {
  const asked: (string | undefined)[] = [];
  const ask = async (cursor: string | undefined) => {
    asked.push(cursor);
    const i = Number(cursor ?? 0);
    return { items: pages[i] ?? [], coverage, ...(i + 1 < pages.length ? { next: String(i + 1) } : {}) };
  };
  return { asked, ask };
}

it('pages are joined in order until there is no more', async () => {
  const list = new Pages<number>();
  const { asked, ask } = book([[1, 2], [3], [4]]);
  list.load('a', ask);
  await soon();
  expect([list.value?.items, list.value?.next]).toEqual([[1, 2], '1']);
  await list.more();
  await list.more();
  await list.more();
  expect([list.value?.items, list.value?.next]).toEqual([[1, 2, 3, 4], undefined]);
  expect(asked).toEqual([undefined, '1', '2']);
});

it('another span begins anew, and a late page of the old one is not mixed in', async () => {
  const list = new Pages<number>();
  list.load('a', book([[1], [2]]).ask);
  await soon();
  const late = list.more();
  list.load('b', book([[9]]).ask);
  await late;
  await soon();
  expect(list.value?.items).toEqual([9]);
});

it('a page that fails says so and keeps what was read', async () => {
  const list = new Pages<number>();
  list.load('a', async (cursor) => {
    if (cursor !== undefined) throw new Error('away');
    return { items: [1], coverage, next: 'x' };
  });
  await soon();
  await list.more();
  expect([list.value?.items, String(list.error)]).toEqual([[1], 'Error: away']);
});
