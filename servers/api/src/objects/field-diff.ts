// What differs between two manifests, by field; list items by their merge key where they have one.

import { isRecord } from '@mosaic/kat';
import type { FieldDiff } from '@mosaic/wire';

/** As Kubernetes' built-in patch merge keys, by preference. */
const MERGE_KEYS = ['name', 'type', 'uid', 'containerPort', 'port', 'mountPath', 'ip', 'key', 'topologyKey'] as const;
const MOST_FIELDS = 2000;
/** Told beside the manifest, or different in every version. */
const PASSED_OVER: ReadonlySet<string> = new Set(['metadata.managedFields', 'metadata.resourceVersion']);

/** At most 2,000 fields, in the order of `after`. */
export function fieldDiff(before: unknown, after: unknown): FieldDiff[] {
  const found: FieldDiff[] = [];
  compare('', before, after, found);
  return found;
}

function compare(path: string, before: unknown, after: unknown, found: FieldDiff[]): void {
  if (Object.is(before, after) || found.length >= MOST_FIELDS || PASSED_OVER.has(path)) return;
  if (before === undefined) found.push({ path, op: 'add', after });
  else if (after === undefined) found.push({ path, op: 'remove', before });
  else if (isRecord(before) && isRecord(after)) compareRecords(path, before, after, found);
  else if (Array.isArray(before) && Array.isArray(after)) compareLists(path, before, after, found);
  else found.push({ path, op: 'replace', before, after });
}

type Record_ = Readonly<Record<string, unknown>>;

function compareRecords(path: string, before: Record_, after: Record_, found: FieldDiff[]): void {
  for (const key of Object.keys(after)) compare(step(path, key), before[key], after[key], found);
  for (const key of Object.keys(before))
    if (!Object.hasOwn(after, key)) compare(step(path, key), before[key], undefined, found);
}

/** A key that itself has dots stands in brackets: `metadata.labels[app.kubernetes.io/name]`. */
export const step = (path: string, key: string): string =>
  /[.[\]]/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;

function compareLists(path: string, before: readonly unknown[], after: readonly unknown[], found: FieldDiff[]): void {
  const key = mergeKey([...before, ...after]);
  const was = byPlace(before, key);
  const is = byPlace(after, key);
  for (const [place, item] of is) compare(`${path}[${place}]`, was.get(place), item, found);
  for (const [place, item] of was) if (!is.has(place)) compare(`${path}[${place}]`, item, undefined, found);
}

function mergeKey(items: readonly unknown[]): string | undefined {
  if (!items.every(isRecord)) return undefined;
  return MERGE_KEYS.find((key) => items.every((item) => isRecord(item) && item[key] !== undefined));
}

/** Twice the same key: by place, so that none hides the other. */
function byPlace(items: readonly unknown[], key: string | undefined): Map<string, unknown> {
  const named = new Map<string, unknown>();
  for (const [i, item] of items.entries()) {
    const name = key !== undefined && isRecord(item) ? String(item[key]) : String(i);
    named.set(named.has(name) ? `${name}#${i}` : name, item);
  }
  return named;
}
