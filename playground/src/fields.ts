// Who last wrote which field: `metadata.managedFields` as the Kubernetes API server keeps them (FieldsV1 sets).

import type { KubeObject } from '@mosaic/apiserver';
import { same } from './same.ts';

interface Entry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: FieldSet;
  readonly subresource?: string;
}
interface FieldSet {
  readonly [field: string]: FieldSet;
}
type Fields = Readonly<Record<string, unknown>>;

/** Lists that merge by a key; every other list is one value. */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  conditions: ['type'],
  containerStatuses: [],
  ports: ['containerPort', 'protocol'],
};
const LEAF: FieldSet = {};

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every field of a value. */
export function fieldsOf(value: unknown, name = ''): FieldSet {
  const keys = MERGE_KEYS[name] ?? [];
  if (Array.isArray(value)) return keys.length === 0 ? LEAF : fieldsOfItems(value, keys);
  if (!isRecord(value)) return LEAF;
  const set: Record<string, FieldSet> = {};
  for (const field in value) if (value[field] !== undefined) set[`f:${field}`] = fieldsOf(value[field], field);
  return set;
}

function fieldsOfItems(items: readonly unknown[], keys: readonly string[]): FieldSet {
  const set: Record<string, FieldSet> = {};
  for (const item of items) if (isRecord(item)) set[itemKey(item, keys)] = { '.': LEAF, ...fieldsOf(item) };
  return set;
}

const itemKey = (item: Fields, keys: readonly string[]): string =>
  `k:${JSON.stringify(Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]])))}`;

/** The fields of `after` that differ from `before`. */
export function changedFields(before: unknown, after: unknown, name = ''): FieldSet {
  if (same(before, after)) return LEAF;
  const keys = MERGE_KEYS[name] ?? [];
  if (Array.isArray(after)) {
    if (keys.length === 0 || !Array.isArray(before)) return fieldsOf(after, name);
    const known = new Map(before.filter(isRecord).map((item) => [itemKey(item, keys), item]));
    return collect(
      after.filter(isRecord).map((item) => [itemKey(item, keys), known.get(itemKey(item, keys)), item, ''] as const),
    );
  }
  if (!isRecord(after) || !isRecord(before)) return fieldsOf(after, name);
  return collect(Object.keys(after).map((field) => [`f:${field}`, before[field], after[field], field] as const));
}

function collect(parts: readonly (readonly [key: string, before: unknown, after: unknown, name: string])[]): FieldSet {
  const set: Record<string, FieldSet> = {};
  for (const [key, before, after, name] of parts)
    if (!same(before, after))
      set[key] = before === undefined ? fieldsOf(after, name) : changedFields(before, after, name);
  return set;
}

function union(a: FieldSet, b: FieldSet): FieldSet {
  const set: Record<string, FieldSet> = { ...a };
  for (const key in b) set[key] = union(a[key] ?? LEAF, b[key] ?? LEAF);
  return set;
}

/** `a` without the leaves of `b`. */
function without(a: FieldSet, b: FieldSet): FieldSet {
  const set: Record<string, FieldSet> = {};
  for (const key in a) {
    const mine = a[key] ?? LEAF;
    const theirs = b[key];
    if (theirs === undefined) set[key] = mine;
    else if (Object.keys(theirs).length > 0) {
      const rest = without(mine, theirs);
      if (Object.keys(rest).some((field) => field !== '.')) set[key] = rest;
    }
  }
  return set;
}

const SYSTEM_FIELDS = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'name',
  'namespace',
];

/** What a client wrote: everything but what the server fills in, and status apart. */
function written(object: KubeObject): Fields {
  const { apiVersion, kind, status, metadata, ...rest } = object;
  const own = Object.fromEntries(Object.entries(metadata).filter(([field]) => !SYSTEM_FIELDS.includes(field)));
  return Object.keys(own).length === 0 ? rest : { metadata: own, ...rest };
}

const entriesOf = (object: KubeObject): readonly Entry[] =>
  (object.metadata.managedFields as readonly Entry[] | undefined) ?? []; // only this file writes them, or the API server in the same form

const withEntries = <T extends KubeObject>(object: T, entries: readonly Entry[]): T => ({
  ...object,
  metadata: { ...object.metadata, managedFields: entries },
});

const entryOf = (
  object: KubeObject,
  manager: string,
  operation: Entry['operation'],
  time: string,
  fieldsV1: FieldSet,
) => ({ manager, operation, apiVersion: object.apiVersion, time, fieldsType: 'FieldsV1', fieldsV1 }) satisfies Entry;

/** `object` as `manager` first wrote it. */
export const firstWritten = <T extends KubeObject>(object: T, manager: string, time: string): T =>
  withEntries(object, [entryOf(object, manager, operationOf(manager), time, fieldsOf(written(object)))]);

/** Argo CD applies on the server; people's commands and controllers update. */
const operationOf = (manager: string): Entry['operation'] => (manager === 'argo-cd' ? 'Apply' : 'Update');

/** `after` with the fields that differ from `before` now `manager`'s. */
export function rewritten<T extends KubeObject>(before: T, after: T, manager: string, time: string): T {
  const changed = changedFields(written(before), written(after));
  const operation = operationOf(manager);
  const isMine = (entry: Entry): boolean =>
    entry.manager === manager && entry.operation === operation && entry.subresource === undefined;
  const mine = entriesOf(before).find(isMine);
  const others = entriesOf(before)
    .filter((entry) => !isMine(entry))
    .map((entry) =>
      entry.subresource === undefined ? { ...entry, fieldsV1: without(entry.fieldsV1, changed) } : entry,
    )
    .filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0);
  const fieldsV1 = mine === undefined ? changed : union(mine.fieldsV1, changed);
  return withEntries(after, [...others, entryOf(after, manager, operation, time, fieldsV1)]);
}

const statusSets = new Map<string, FieldSet>();

/** `object` with its status now `manager`'s, through the status subresource. The set is by the status' top fields: cheap, and enough for blame. */
export function withStatusBy<T extends KubeObject>(object: T, manager: string, time: string): T {
  const entries = entriesOf(object);
  const fields = Object.keys((object.status ?? {}) as Fields); // status is an object in every built-in kind
  const id = fields.join();
  let set = statusSets.get(id);
  if (set === undefined) {
    set = { 'f:status': Object.fromEntries(fields.map((field) => [`f:${field}`, LEAF])) };
    statusSets.set(id, set);
  }
  const entry: Entry = { ...entryOf(object, manager, 'Update', time, set), subresource: 'status' };
  const rest = entries.filter(({ manager: name, subresource }) => name !== manager || subresource !== 'status');
  return withEntries(object, [...rest, entry]);
}
