// Listings of a kind as of a version: what stands now with the later changes undone, and the last few kept, because clients page through them.

import type { KubeObject, Listing } from '@mosaic/apiserver';
import type { ChangeLog } from '../change-log.ts';
import type { Shelves } from './shelves.ts';

/** Clients that page through a listing come back to its version while others ask for newer ones. */
const SNAPSHOTS_PER_KIND = 3;
const MOST_SNAPSHOT_KINDS = 64;

interface Snapshot {
  readonly rv: number;
  readonly listing: Listing;
}

export interface Listings {
  /** Items in the order of `namespace/name`. Throws `Gone` when changes after `rv` are compacted. */
  at(table: string, namespace: string | undefined, rv: number, version: number): Listing;
  /** The version at which a table last changed. */
  touch(table: string, version: number): void;
}

export function listings(shelves: Shelves, log: () => ChangeLog): Listings {
  const snapshots = new Map<string, readonly Snapshot[]>();
  const touched = new Map<string, number>();
  const isFresh = (table: string, rv: number) => (one: Snapshot) =>
    one.rv === rv || (one.rv <= rv && (touched.get(table) ?? 0) <= one.rv);
  return {
    touch: (table, version) => touched.set(table, version),
    at(table, namespace, rv, version) {
      const id = `${table}|${namespace ?? '*'}`;
      const held = snapshots.get(id) ?? [];
      const fresh = held.find(isFresh(table, rv));
      if (fresh) return { ...fresh.listing, resourceVersion: String(rv) };
      const later = rv < version ? log().after(rv) : [];
      const items = itemsBefore(shelves, table, namespace, later);
      const listing = { items, resourceVersion: String(rv) };
      if (snapshots.size >= MOST_SNAPSHOT_KINDS) snapshots.clear();
      snapshots.set(id, [{ rv, listing }, ...held].slice(0, SNAPSHOTS_PER_KIND));
      return listing;
    },
  };
}

/** What stands now with `later` undone, in order. */
function itemsBefore(
  shelves: Shelves,
  table: string,
  namespace: string | undefined,
  later: ReturnType<ChangeLog['after']>,
): readonly KubeObject[] {
  const items = new Map<string, KubeObject>();
  const now = namespace === undefined ? shelves.all(table) : shelves.inNamespace(table, namespace);
  for (const object of now) items.set(placeOf(object), object);
  const ours = later.filter((change) => change.table === table && isIn(change.object, namespace));
  for (const { object, before, type } of ours.reverse()) {
    if (type === 'ADDED') items.delete(placeOf(object));
    else if (before !== undefined) items.set(placeOf(object), before);
  }
  return [...items.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

const isIn = (object: KubeObject, namespace: string | undefined): boolean =>
  namespace === undefined || (object.metadata.namespace ?? '') === namespace;

/** Sorts by namespace, then name: NUL stands before every letter. */
const placeOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
