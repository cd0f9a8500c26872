// Cursors of our own making: opaque to clients, JSON in base64url.

import { unreadable } from './problem.ts';

export const writeCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

export const notOurs = () =>
  unreadable([{ field: 'cursor', expected: '`next` of the page before, to the same question', got: 'something else' }]);

/** What `writeCursor` made, checked by `isPlace`. Throws a 400 for anything else. */
export function readCursor<P>(cursor: string | undefined, isPlace: (value: unknown) => value is P): P | undefined {
  if (cursor === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw notOurs();
  }
  if (!isPlace(value)) throw notOurs();
  return value;
}
