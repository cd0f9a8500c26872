// The fields an object consists of, by path: what managers can own.
import { isRecord, type Json } from '../json.ts';
import { below, itemShape, type Shape } from '../patch/shape.ts';
import { type FieldPath, join } from './field-set.ts';

/** Stands for a keyed item itself: its fields are leaves of their own. */
const ITEM = Symbol('item');

/** What no manager owns: identity, and what the server itself keeps. */
const UNOWNED = new Set(['apiVersion', 'kind']);
const UNOWNED_METADATA = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/** Path → value of every leaf; a list or map that is one piece is one leaf. */
export function leavesOf(object: Json, shape: Shape): Map<FieldPath, unknown> {
  const leaves = new Map<FieldPath, unknown>();
  for (const [name, value] of Object.entries(object)) {
    if (UNOWNED.has(name)) continue;
    if (name === 'metadata' && isRecord(value)) collectMetadata(value, below(shape, name), leaves);
    else collect(value, below(shape, name), `f:${name}`, leaves);
  }
  return leaves;
}

function collectMetadata(metadata: Json, shape: Shape, into: Map<FieldPath, unknown>): void {
  for (const [name, value] of Object.entries(metadata)) {
    if (!UNOWNED_METADATA.has(name)) collect(value, below(shape, name), join('f:metadata', `f:${name}`), into);
  }
}

function collect(value: unknown, shape: Shape, path: FieldPath, into: Map<FieldPath, unknown>): void {
  if (shape.isAtomic) into.set(path, value);
  else if (isRecord(value) && Object.keys(value).length > 0) {
    for (const [name, each] of Object.entries(value)) collect(each, below(shape, name), join(path, `f:${name}`), into);
  } else if (Array.isArray(value) && shape.isSet) {
    for (const each of value) into.set(join(path, `v:${JSON.stringify(each)}`), ITEM);
  } else if (
    Array.isArray(value) &&
    shape.keys !== undefined &&
    value.every((each) => itemKey(each, shape) !== undefined)
  ) {
    for (const each of value) collectItem(each, shape, path, into);
  } else into.set(path, value);
}

function collectItem(item: unknown, shape: Shape, path: FieldPath, into: Map<FieldPath, unknown>): void {
  const own = join(path, itemKey(item, shape) ?? '');
  into.set(own, ITEM);
  if (!isRecord(item)) return;
  for (const [name, each] of Object.entries(item))
    collect(each, below(itemShape(shape), name), join(own, `f:${name}`), into);
}

/** `k:{"name":"x"}`; `undefined` when an item lacks a key that has no default. */
export function itemKey(item: unknown, { keys = [], keyDefaults = {} }: Shape): string | undefined {
  if (!isRecord(item)) return undefined;
  const pairs = [...keys].sort().map((key): [string, unknown] => [key, item[key] ?? keyDefaults[key]]);
  return pairs.some(([, value]) => value === undefined) ? undefined : `k:${JSON.stringify(Object.fromEntries(pairs))}`;
}
