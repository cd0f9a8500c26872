// Pages of a newest-first list that stay stable while rows are written: a cursor is the place of the last row given.

import type { Span } from '@mosaic/wire';
import type { Page, Paged } from './port.ts';
import type { Place, Slice } from './rows.ts';

const DEFAULT_LIMIT = 100;
const MOST_PER_PAGE = 10_000;
/** A filter that matches seldom gives up its page after this many rows; the cursor goes on from there. */
const MOST_SCANNED = 100_000;
const LEAST_READ = 256;

export const limitOf = (page: Page | undefined): number =>
  Math.min(Math.max(page?.limit ?? DEFAULT_LIMIT, 1), MOST_PER_PAGE);

/** Opaque to clients; JSON in base64url so that it travels in a URL. */
export const cursorOf = (place: object): string =>
  btoa(encodeURIComponent(JSON.stringify(place)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Throws RangeError for what `cursorOf` did not make. */
export function placeOf<P extends object>(cursor: string | undefined): P | undefined {
  if (cursor === undefined) return undefined;
  try {
    const text = decodeURIComponent(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')));
    const place: unknown = JSON.parse(text);
    if (typeof place === 'object' && place !== null) return place as P; // compared with, never trusted: a wrong place finds nothing
  } catch (cause) {
    throw new RangeError('cursor is not one that a page before gave as `next`', { cause });
  }
  throw new RangeError('cursor is not one that a page before gave as `next`');
}

export interface Listing<Row> {
  readonly read: (slice: Slice) => Promise<readonly Row[]>;
  readonly place: (row: Row) => Place;
  readonly matches: (row: Row) => boolean;
}

/** One page of what matches. Costs at most `MOST_SCANNED` rows. */
export async function pageOf<Row>(listing: Listing<Row>, span: Span, page: Page | undefined): Promise<Paged<Row>> {
  const wanted = limitOf(page);
  const items: Row[] = [];
  let after = placeOf<Place>(page?.cursor);
  let size = Math.max(wanted + 1, LEAST_READ);
  for (let scanned = 0; scanned < MOST_SCANNED; ) {
    const rows = await listing.read({ ...span, limit: size, ...(after && { after }) });
    for (const row of rows) {
      if (listing.matches(row)) {
        if (items.length === wanted) return { items, next: cursorOf(after ?? listing.place(row)) };
        items.push(row);
      }
      after = listing.place(row);
    }
    if (rows.length < size) return { items };
    scanned += rows.length;
    size = Math.min(size * 2, 8192);
  }
  return after ? { items, next: cursorOf(after) } : { items };
}

/** Newest first; then uid and n rise. */
export const byPlace = (a: Place, b: Place): number =>
  b.at - a.at || (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0) || a.n - b.n;
