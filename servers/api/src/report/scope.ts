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
const GROUPS_AT_ONCE = 2;

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

/** In order; at most so many under way. */
export async function* mapped<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  atOnce = AT_ONCE,
): AsyncGenerator<R> {
  const under: Promise<R>[] = [];
  for await (const item of items) {
    const one = work(item);
    one.catch(() => {}); // told where it is awaited
    under.push(one);
    if (under.length < atOnce) continue;
    const first = await under.shift();
    if (first !== undefined) yield first;
  }
  for (const one of under) yield await one;
}

/** In order, `size` items worked on together; the next are worked on while these are taken. */
export async function* mappedTogether<T, R>(
  items: AsyncIterable<T>,
  size: number,
  work: (some: readonly T[]) => Promise<readonly R[]>,
): AsyncGenerator<R> {
  for await (const rows of mapped(grouped(items, size), work, GROUPS_AT_ONCE)) yield* rows;
}

async function* grouped<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let some: T[] = [];
  for await (const item of items) {
    some.push(item);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

/** Of several that are in order already, one in that order: each is read once, one item ahead. Where items are equal the first source is first. */
export async function* merged<T>(
  sources: readonly AsyncGenerator<T>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<T> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let first: { readonly item: T; readonly place: number } | undefined;
    for (const [place, { done, value }] of heads.entries())
      if (done !== true && (first === undefined || compare(value, first.item) < 0)) first = { item: value, place };
    if (first === undefined) return;
    yield first.item;
    const next = await sources[first.place]?.next();
    if (next) heads[first.place] = next;
  }
}
