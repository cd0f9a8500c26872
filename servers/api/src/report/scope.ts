// What a report is about, and how its rows are walked: page by page, a few questions at once, in order.

import type { ClusterRecord, Paged } from '@mosaic/store';
import type { Span } from '@mosaic/wire';

export interface ReportScope extends Span {
  readonly clusters: readonly ClusterRecord[];
  readonly namespace: string | undefined;
  /** Changes that weigh less are left out. */
  readonly minSeverity: number | undefined;
}

const PER_PAGE = 500;
const AT_ONCE = 8;

/** Every item of every page. */
export async function* paged<T>(
  read: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Paged<T>>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const { items, next } = await read({ limit: PER_PAGE, ...(cursor !== undefined && { cursor }) });
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}

/** In order; at most eight under way. */
export async function* mapped<T, R>(items: AsyncIterable<T>, work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const under: Promise<R>[] = [];
  for await (const item of items) {
    const one = work(item);
    one.catch(() => {}); // told where it is awaited
    under.push(one);
    if (under.length < AT_ONCE) continue;
    const first = await under.shift();
    if (first !== undefined) yield first;
  }
  for (const one of under) yield await one;
}
