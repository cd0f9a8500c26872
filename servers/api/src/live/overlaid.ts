// A stored state with a few changes on top, without copying it: most of a state is never looked at.

/** What of `below` changed; undefined = it is gone. */
export type Changes<V> = ReadonlyMap<string, V | undefined>;

export function overlaid<V>(below: ReadonlyMap<string, V>, changes: Changes<V>): ReadonlyMap<string, V> {
  if (changes.size === 0) return below;
  const get = (key: string): V | undefined => (changes.has(key) ? changes.get(key) : below.get(key));
  const has = (key: string): boolean => (changes.has(key) ? changes.get(key) !== undefined : below.has(key));
  function* entries(): MapIterator<[string, V]> {
    for (const entry of below) if (!changes.has(entry[0])) yield entry;
    for (const [key, value] of changes) if (value !== undefined) yield [key, value];
    return undefined;
  }
  function* keys(): MapIterator<string> {
    for (const [key] of entries()) yield key;
    return undefined;
  }
  function* values(): MapIterator<V> {
    for (const [, value] of entries()) yield value;
    return undefined;
  }
  let size = below.size;
  for (const [key, value] of changes) size += Number(value !== undefined) - Number(below.has(key));
  const map: ReadonlyMap<string, V> = {
    size,
    get,
    has,
    entries,
    keys,
    values,
    [Symbol.iterator]: entries,
    forEach(told) {
      for (const [key, value] of entries()) told(value, key, map as Map<string, V>); // read-only to whoever is told
    },
  };
  return map;
}
