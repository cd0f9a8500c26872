import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergePages } from './merged-pages.ts';

/** A store's list: newest first, its cursor the place of the last one given; a page may end early. */
const pagesOf =
  (lists: readonly (readonly number[])[], short: number) =>
  async (cluster: number, to: number, { limit = 1, cursor }: { limit?: number; cursor?: string }) => {
    const all = (lists[cluster] ?? [])
      .filter((at) => at <= to)
      .toSorted((a, b) => b - a)
      .map((at, i) => ({ at, i }));
    const begin = cursor === undefined ? 0 : Number(cursor);
    const items = all.slice(begin, begin + Math.max(1, Math.min(limit, short)));
    const end = begin + items.length;
    return { items, ...(end < all.length && { next: String(end) }) };
  };

it('several clusters’ pages are one newest-first list: everything once, whatever the page sizes', async () => {
  const lists = fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 20 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      lists,
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 9 }),
      async (all, limit, short) => {
        const seen: number[] = [];
        let cursor: string | undefined;
        for (let pages = 0; pages < 500; pages++) {
          const page = await mergePages({
            clusters: all.map((_, i) => i),
            to: 30,
            limit,
            cursor,
            read: pagesOf(all, short),
            at: ({ at }: { at: number }) => at,
          });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items.map(({ item }) => item.at));
          cursor = page.next;
          if (cursor === undefined) break;
        }
        expect(seen).toEqual(all.flat().sort((a, b) => b - a));
      },
    ),
  );
});
