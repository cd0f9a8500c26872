// Kubernetes' own book of who owns which field, managedFields (structured-merge-diff's FieldsV1), read against its manifest.

import { instantOf, isRecord, recordsAt, textAt } from '@mosaic/kat';
import { step } from './field-diff.ts';

/** A manager as the book names it, and when it last wrote anything. */
export interface Hand {
  readonly manager: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly wroteAt?: number;
}

/** `f:` a field, `k:` the list item with these keys, `v:` the set member of this value, `i:` by place. */
type Key =
  | { readonly field: string }
  | { readonly item: Readonly<Record<string, unknown>> }
  | { readonly member: unknown }
  | { readonly place: number };

export interface Leaf {
  readonly path: string;
  readonly keys: readonly Key[];
  readonly hands: readonly Hand[];
}

const MOST_LEAVES = 5000;

/** Every owned leaf once, by path, with all who own it. At most 5,000. */
export function leavesOf(manifest: unknown): Map<string, Leaf> {
  const leaves = new Map<string, Leaf & { readonly hands: Hand[] }>();
  for (const entry of recordsAt(manifest, 'metadata', 'managedFields')) {
    const hand = handOf(entry);
    walk({ path: '', keys: [] }, entry.fieldsV1, (place) => {
      const known = leaves.get(place.path);
      if (known !== undefined) known.hands.push(hand);
      else if (leaves.size < MOST_LEAVES) leaves.set(place.path, { ...place, hands: [hand] });
    });
  }
  return leaves;
}

function handOf(entry: Readonly<Record<string, unknown>>): Hand {
  const operation = textAt(entry, 'operation');
  const subresource = textAt(entry, 'subresource');
  const wroteAt = instantOf(entry.time);
  return {
    manager: textAt(entry, 'manager') ?? 'unknown',
    ...(operation !== undefined && { operation }),
    ...(subresource !== undefined && { subresource }),
    ...(wroteAt !== undefined && { wroteAt }),
  };
}

type Place = Pick<Leaf, 'path' | 'keys'>;

function walk(place: Place, fields: unknown, tell: (leaf: Place) => void): void {
  const names = isRecord(fields) ? Object.keys(fields).filter((name) => name !== '.') : [];
  if (names.length === 0 && place.keys.length > 0) tell(place);
  if (!isRecord(fields)) return;
  for (const name of names) walk(below(place, name), fields[name], tell);
}

function below({ path, keys }: Place, name: string): Place {
  const text = name.slice(2);
  if (name.startsWith('f:')) return { path: step(path, text), keys: [...keys, { field: text }] };
  if (name.startsWith('i:')) return { path: `${path}[${text}]`, keys: [...keys, { place: Number(text) }] };
  const told = parsed(text);
  if (name.startsWith('v:')) return { path: `${path}[${String(told)}]`, keys: [...keys, { member: told }] };
  const item = isRecord(told) ? told : {};
  return { path: `${path}[${Object.values(item).map(String).join(',')}]`, keys: [...keys, { item }] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What stands at a leaf in any version of the object; undefined when nothing does. */
export const valueAt = (manifest: unknown, keys: readonly Key[]): unknown => keys.reduce(childOf, manifest);

function childOf(value: unknown, key: Key): unknown {
  if ('field' in key) return isRecord(value) ? value[key.field] : undefined;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if ('place' in key) return items[key.place];
  if ('member' in key) return items.includes(key.member) ? key.member : undefined;
  const wanted = Object.entries(key.item);
  return items.find((item) => isRecord(item) && wanted.every(([field, want]) => item[field] === want));
}
