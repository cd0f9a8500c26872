// One list over several clusters, newest first unless told otherwise: each cluster's pages are read on where they were left.

import type { Page, Paged } from '@mosaic/store';
import { notOurs, readCursor, writeCursor } from './cursor.ts';

interface Place {
  /** The span's end when the first page was read: what is written since does not push later pages. */
  readonly to: number;
  /** By cluster: the store's own cursor, how many of its page were given already; null = read to the end. */
  readonly at: Readonly<Record<string, readonly [string | null, number] | null>>;
}

const isPlace = (value: unknown): value is Place =>
  typeof value === 'object' &&
  value !== null &&
  'to' in value &&
  typeof value.to === 'number' &&
  'at' in value &&
  typeof value.at === 'object' &&
  value.at !== null;

export interface Merging<T> {
  readonly clusters: readonly number[];
  readonly to: number;
  readonly limit: number;
  readonly cursor: string | undefined;
  read(cluster: number, to: number, page: Page): Promise<Paged<T>>;
  at(one: T): number;
  /** Negative when `a` comes first; default: newest first by `at`. */
  compare?(a: T, b: T): number;
}

interface Source<T> {
  readonly cluster: number;
  readonly cursor: string | null;
  readonly given: number;
  readonly items: readonly T[];
  readonly next: string | undefined;
  taken: number;
}

/** Cluster and item, in order, and the cursor of what follows. */
export async function mergePages<T>(
  merging: Merging<T>,
): Promise<{ items: { cluster: number; item: T }[]; next?: string }> {
  const place = readCursor(merging.cursor, isPlace);
  const to = place?.to ?? merging.to;
  const sources = await Promise.all(
    merging.clusters.map((cluster) => {
      const left = place === undefined ? ([null, 0] as const) : place.at[cluster];
      return left == null ? undefined : openAt(merging, cluster, to, left);
    }),
  );
  const opened = sources.filter((source) => source !== undefined);
  const items: { cluster: number; item: T }[] = [];
  // A page read to its end may go on with newer ones than the others have: the answer stops there and the cursor goes on.
  const isWaiting = ({ taken, items, next }: Source<T>): boolean => taken >= items.length && next !== undefined;
  while (items.length < merging.limit && !opened.some(isWaiting)) {
    const first = firstOf(opened, merging.compare ?? ((a, b) => merging.at(b) - merging.at(a)));
    if (first === undefined) break;
    const item = first.items[first.taken++];
    if (item !== undefined) items.push({ cluster: first.cluster, item });
  }
  const next = placeAfter(to, opened);
  return { items, ...(next !== undefined && { next: writeCursor(next) }) };
}

async function openAt<T>(
  { read, limit }: Merging<T>,
  cluster: number,
  to: number,
  [cursor, given]: readonly [string | null, number],
): Promise<Source<T>> {
  if (typeof given !== 'number' || given < 0 || given > 10_000) throw notOurs();
  try {
    const page = await read(cluster, to, { limit: limit + given, ...(cursor !== null && { cursor }) });
    return { cluster, cursor, given, items: page.items.slice(given), next: page.next, taken: 0 };
  } catch (error) {
    if (error instanceof RangeError && cursor !== null) throw notOurs(); // the store's word for a foreign cursor
    throw error;
  }
}

function firstOf<T>(sources: readonly Source<T>[], compare: (a: T, b: T) => number): Source<T> | undefined {
  let first: Source<T> | undefined;
  let best: T | undefined;
  for (const source of sources) {
    const item = source.items[source.taken];
    if (item === undefined || (best !== undefined && compare(item, best) >= 0)) continue;
    best = item;
    first = source;
  }
  return first;
}

function placeAfter<T>(to: number, sources: readonly Source<T>[]): Place | undefined {
  let isMore = false;
  const at: Record<string, readonly [string | null, number] | null> = {};
  for (const { cluster, cursor, given, items, next, taken } of sources) {
    const isRead = taken >= items.length;
    if (isRead && next === undefined) at[cluster] = null;
    else {
      isMore = true;
      at[cluster] = isRead && next !== undefined ? [next, 0] : [cursor, given + taken];
    }
  }
  return isMore ? { to, at } : undefined;
}
