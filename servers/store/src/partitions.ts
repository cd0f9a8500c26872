// Newest-first lists that lie in partitions by time: read one after the other until the page is full.

import type { Place, Slice } from './rows.ts';

/** `read` gives one partition's rows in order; `partitions` are newest first. */
export async function acrossPartitions<Row>(
  partitions: readonly number[],
  slice: Slice,
  read: (partition: number, slice: Slice) => Promise<readonly Row[]> | readonly Row[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const partition of partitions) {
    const limit = slice.limit - rows.length;
    if (limit <= 0) break;
    rows.push(...(await read(partition, { ...slice, limit })));
  }
  return rows;
}

/** No partition after this one can hold rows past the place. */
export const newestOf = ({ to, after }: { readonly to: number; readonly after?: Place }): number =>
  after === undefined ? to : Math.min(to, after.at);
