// What differs between two versions of an object, by field: for people to read, so bounded.

import { isRecord, type Json } from '@mosaic/kat';
import { type FieldDiff, MOST_DIFF_CHARS, MOST_DIFFS } from '@mosaic/wire';

/** As Kubernetes' built-in patch merge keys, by preference. */
const MERGE_KEYS = ['name', 'type', 'uid', 'containerPort', 'port', 'mountPath', 'ip', 'key', 'topologyKey'] as const;

/** At most `MOST_DIFFS`, what was wished before what came of it: spec and data, then metadata, then status. */
export function diffOf(before: Json, after: Json): FieldDiff[] {
  const found: FieldDiff[] = [];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort((a, b) => rank(a) - rank(b));
  for (const key of keys) compare(key, before[key], after[key], found);
  return found;
}

const rank = (key: string): number => (key === 'status' ? 2 : key === 'metadata' ? 1 : 0);

/** Written by the machinery on every change. */
const IGNORED = new Set([
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.generation',
  'status.observedGeneration',
]);

function compare(path: string, before: unknown, after: unknown, found: FieldDiff[]): void {
  if (found.length >= MOST_DIFFS || before === after || IGNORED.has(path)) return;
  if (before === undefined) found.push({ path, op: 'add', after: cut(after) });
  else if (after === undefined) found.push({ path, op: 'remove', before: cut(before) });
  else if (isRecord(before) && isRecord(after)) compareRecords(path, before, after, found);
  else if (Array.isArray(before) && Array.isArray(after)) compareLists(path, before, after, found);
  else if (typeof before === 'object' || typeof after === 'object' || before !== after) {
    found.push({ path, op: 'replace', before: cut(before), after: cut(after) });
  }
}

function compareRecords(path: string, before: Json, after: Json, found: FieldDiff[]): void {
  for (const key in after) compare(step(path, key), before[key], after[key], found);
  for (const key in before) if (!(key in after)) compare(step(path, key), before[key], undefined, found);
}

/** Keys with dots or brackets of their own stand in brackets: `metadata.labels[app.kubernetes.io/name]`. */
const step = (path: string, key: string): string => (/[.[\]]/.test(key) ? `${path}[${key}]` : `${path}.${key}`);

function compareLists(path: string, before: readonly unknown[], after: readonly unknown[], found: FieldDiff[]): void {
  const key = mergeKeyOf(before, after);
  if (key === undefined) {
    compareByPlace(path, before, after, found);
    return;
  }
  const old = new Map(before.map((item) => [nameIn(item, key), item]));
  const now = new Map(after.map((item) => [nameIn(item, key), item]));
  for (const [name, item] of now) compare(`${path}[${name}]`, old.get(name), item, found);
  for (const [name, item] of old) if (!now.has(name)) compare(`${path}[${name}]`, item, undefined, found);
}

const nameIn = (item: unknown, key: string): string => String((item as Json)[key]); // mergeKeyOf found a record in every place

/** The first key that every item of both lists has, and no two of one list share. */
function mergeKeyOf(before: readonly unknown[], after: readonly unknown[]): string | undefined {
  if (!before.every(isRecord) || !after.every(isRecord)) return undefined;
  return MERGE_KEYS.find((key) => isUnique(before, key) && isUnique(after, key));
}

const isUnique = (items: readonly Json[], key: string): boolean =>
  items.every((item) => typeof item[key] === 'string' || typeof item[key] === 'number') &&
  new Set(items.map((item) => item[key])).size === items.length;

function compareByPlace(path: string, before: readonly unknown[], after: readonly unknown[], found: FieldDiff[]): void {
  const scalars = ![...before, ...after].some((item) => typeof item === 'object');
  if (scalars && before.length !== after.length) {
    found.push({ path, op: 'replace', before: cut(before), after: cut(after) });
    return;
  }
  for (let i = 0; i < Math.max(before.length, after.length); i++) compare(`${path}[${i}]`, before[i], after[i], found);
}

/** Small values as they are; larger ones as the beginning of their JSON. */
function cut(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MOST_DIFF_CHARS ? value : `${text.slice(0, MOST_DIFF_CHARS - 1)}…`;
}
