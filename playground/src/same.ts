// Whether two JSON values say the same. Shared parts are recognised by reference, so comparing two versions of an object costs what differs.

export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a)) return sameList(a, b as readonly unknown[]); // checked on the line above
  return sameRecord(a as Record<string, unknown>, b as Record<string, unknown>); // objects, and no lists
}

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, i) => same(item, b[i]));

/** A field that is undefined and one that is absent are the same JSON. */
function sameRecord(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  for (const key in a) if (!same(a[key], b[key])) return false;
  for (const key in b) if (a[key] === undefined && b[key] !== undefined) return false;
  return true;
}
