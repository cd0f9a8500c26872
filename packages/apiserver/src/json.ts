// JSON as this room handles it: plain records, read by path, compared by value, changed by copying.

export type Json = Record<string, unknown>;

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordOf = (value: unknown): Json => (isRecord(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const numberOf = (value: unknown, otherwise = 0): number => (typeof value === 'number' ? value : otherwise);

/** The value at a path of field names, `undefined` where it breaks off. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (!isRecord(here) || !Object.hasOwn(here, name)) return undefined;
    here = here[name];
  }
  return here;
}

export const textAt = (value: unknown, ...path: readonly string[]): string => textOf(at(value, ...path));
export const listAt = (value: unknown, ...path: readonly string[]): readonly unknown[] => listOf(at(value, ...path));
export const numberAt = (value: unknown, ...path: readonly string[]): number => numberOf(at(value, ...path));

/** A copy of `value` with `field` set, or removed when `to` is undefined. */
export function withField(value: Json, field: string, to: unknown): Json {
  if (to !== undefined) return { ...value, [field]: to };
  const { [field]: _gone, ...rest } = value;
  return rest;
}

export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, i) => equal(each, b[i]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
  );
}

/** Defines a field even when it is called `__proto__`, which an assignment would swallow. */
export function put(target: Json, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}
