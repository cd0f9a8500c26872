// Python's sorted(): stable, by a key, reversed without breaking stability.

import { compare } from './compare.ts';
import type { Value } from './values.ts';

/** Throws TypeError when two keys have no order. */
export function sorted(entries: readonly Value[], key: (entry: Value) => Value, reverse: boolean): Value[] {
  const keyed = entries.map((entry) => ({ entry, by: key(entry) }));
  const direction = reverse ? -1 : 1;
  keyed.sort((a, b) => direction * (compare(a.by, b.by) || 0));
  return keyed.map(({ entry }) => entry);
}
