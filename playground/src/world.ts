// The objects of one simulated cluster, by kind, namespace and name, under one rising version. Objects are immutable: a write makes a new one that shares what did not change.

import { type KubeObject, type Listing, notFound, type ResourceKind } from '@mosaic/apiserver';
import { type Change, type ChangeLog, changeLog } from './change-log.ts';
import { groupVersion, tableOf } from './kinds.ts';
import type { Random } from './random.ts';
import { same } from './same.ts';
import type { Draft, View } from './types.ts';

export type Listener = (change: Change) => void;

export interface World {
  /** Virtual or real, epoch ms. */
  now(): number;
  stamp(): string;
  readonly version: number;
  readonly size: number;
  get<K extends string>(table: K, namespace: string, name: string): View<K> | undefined;
  /** In no particular order. */
  all<K extends string>(table: K): IterableIterator<View<K>>;
  inNamespace<K extends string>(table: K, namespace: string): IterableIterator<View<K>>;
  tables(): IterableIterator<string>;
  /** Those whose controlling owner this uid is. */
  ownedBy(uid: string): readonly KubeObject[];
  podsOn(node: string): readonly View<'Pod'>[];
  /** Stores a draft under a fresh uid; throws nothing: callers know the name is free. */
  create(draft: Draft): KubeObject;
  /** `next` in place of what is there, unless it says the same. `metadata.generation` rises with `spec`. */
  update<T extends KubeObject>(next: T): T;
  remove(object: KubeObject): KubeObject;
  /** What `create` and `update` would store, without storing it. */
  drafted(draft: Draft): KubeObject;
  revised<T extends KubeObject>(next: T): T;
  list(kind: Pick<ResourceKind, 'group' | 'version' | 'kind'>, namespace: string | undefined, rv?: number): Listing;
  changesAfter(rv: number): readonly Change[];
  compact(rv: number): void;
  /** Told of every change after it is stored. Returns how to stop. */
  listen(listener: Listener): () => void;
  /** Puts saved objects back as they were. */
  restore(objects: readonly KubeObject[], version: number): void;
}

export interface WorldOptions {
  readonly now: () => number;
  readonly random: Random;
  /** Changes kept for watches: a few minutes of a busy cluster. */
  readonly window?: number;
}

const NO_OBJECTS: readonly never[] = [];
const DEFAULT_WINDOW = 6000;
/** Clients that page through a listing come back to its version while others ask for newer ones. */
const SNAPSHOTS_PER_KIND = 3;
const MOST_SNAPSHOT_KINDS = 64;

interface Snapshot {
  readonly rv: number;
  readonly listing: Listing;
}

export function world({ now, random, window = DEFAULT_WINDOW }: WorldOptions): World {
  const tables = new Map<string, Map<string, Map<string, KubeObject>>>();
  const byOwner = new Map<string, Set<KubeObject>>();
  const byNode = new Map<string, Set<KubeObject>>();
  const touched = new Map<string, number>();
  const snapshots = new Map<string, readonly Snapshot[]>();
  const listeners = new Set<Listener>();
  let log: ChangeLog = changeLog(window);
  let version = 1000;
  let size = 0;
  let stampedAt = -1;
  let stamped = '';

  const stamp = (): string => {
    const second = Math.floor(now() / 1000);
    if (second !== stampedAt) {
      stampedAt = second;
      stamped = isoSecond(second * 1000);
    }
    return stamped;
  };
  const table = (name: string): Map<string, Map<string, KubeObject>> => entry(tables, name, () => new Map());
  const index = (object: KubeObject, into: 'add' | 'delete'): void => {
    const owner = controllerOf(object)?.uid;
    if (owner !== undefined) note(byOwner, owner, object, into);
    const node = object.kind === 'Pod' ? nodeOf(object) : undefined;
    if (node !== undefined) note(byNode, node, object, into);
  };
  const place = (object: KubeObject, before?: KubeObject): void => {
    const { namespace = '', name } = object.metadata;
    entry(table(tableOf(object.apiVersion, object.kind)), namespace, () => new Map<string, KubeObject>()).set(
      name,
      object,
    );
    if (before) index(before, 'delete');
    else size++;
    index(object, 'add');
  };
  const unplace = (object: KubeObject): void => {
    const { namespace = '', name } = object.metadata;
    const spaces = table(tableOf(object.apiVersion, object.kind));
    const names = spaces.get(namespace);
    if (names?.delete(name)) size--;
    if (names?.size === 0) spaces.delete(namespace);
    index(object, 'delete');
  };
  const tell = (type: Change['type'], object: KubeObject, before?: KubeObject): void => {
    const name = tableOf(object.apiVersion, object.kind);
    touched.set(name, version);
    const change: Change = { rv: version, at: now(), table: name, type, object, ...(before && { before }) };
    log.add(change);
    for (const listener of listeners) listener(change);
  };
  const current = (object: KubeObject): KubeObject | undefined =>
    tables
      .get(tableOf(object.apiVersion, object.kind))
      ?.get(object.metadata.namespace ?? '')
      ?.get(object.metadata.name);

  const drafted = (draft: Draft): KubeObject => ({
    ...draft,
    metadata: {
      creationTimestamp: stamp(),
      ...(draft.spec !== undefined && draft.kind !== 'Pod' && { generation: 1 }),
      ...draft.metadata,
      uid: draft.metadata.uid ?? random.uuid(),
      resourceVersion: String(version + 1),
    },
  });
  const revised = <T extends KubeObject>(next: T): T => {
    const before = current(next);
    if (before === undefined) throw notFound(`${next.kind} "${next.metadata.name}" not found`);
    if (same({ ...before, metadata: plain(before) }, { ...next, metadata: plain(next) })) return before as T; // the same object
    const moved =
      before.spec !== next.spec && before.metadata.generation !== undefined && !same(before.spec, next.spec);
    const generation = (before.metadata.generation ?? 0) + (moved ? 1 : 0);
    return {
      ...next,
      metadata: {
        ...next.metadata,
        resourceVersion: String(version + 1),
        ...(before.metadata.generation !== undefined && { generation }),
      },
    };
  };

  /** Undoes the changes after `rv` on a copy: what stood at that version. */
  const itemsAt = (name: string, namespace: string | undefined, rv: number): KubeObject[] => {
    const items = new Map<string, KubeObject>();
    for (const [space, names] of table(name))
      if (namespace === undefined || space === namespace)
        for (const object of names.values()) items.set(placeOf(object), object);
    if (rv < version) {
      const later = log.after(rv).filter((change) => change.table === name && isIn(change.object, namespace));
      for (const { object, before, type } of later.reverse()) {
        if (type === 'ADDED') items.delete(placeOf(object));
        else if (before !== undefined) items.set(placeOf(object), before);
      }
    }
    return [...items.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  };

  return {
    now,
    stamp,
    get version() {
      return version;
    },
    get size() {
      return size;
    },
    get: <K extends string>(name: K, namespace: string, object: string) =>
      tables.get(name)?.get(namespace)?.get(object) as View<K> | undefined, // a table holds objects of its kind
    *all<K extends string>(name: K) {
      for (const names of tables.get(name)?.values() ?? []) yield* names.values() as IterableIterator<View<K>>; // a table holds objects of its kind
    },
    *inNamespace<K extends string>(name: K, namespace: string) {
      yield* (tables.get(name)?.get(namespace)?.values() ?? []) as IterableIterator<View<K>>; // a table holds objects of its kind
    },
    tables: () => tables.keys(),
    ownedBy: (uid) => {
      const owned = byOwner.get(uid);
      return owned === undefined ? NO_OBJECTS : [...owned];
    },
    podsOn: (node) => [...(byNode.get(node) ?? [])] as View<'Pod'>[], // only pods are indexed by node
    create(draft) {
      const object = drafted(draft);
      version++;
      place(object);
      tell('ADDED', object);
      return object;
    },
    update(next) {
      const before = current(next);
      const after = revised(next);
      if (after === before) return after;
      version++;
      place(after, before);
      tell('MODIFIED', after, before);
      return after;
    },
    remove(object) {
      const before = current(object) ?? object;
      version++;
      unplace(before);
      const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } };
      tell('DELETED', last, before);
      return last;
    },
    drafted,
    revised,
    list(kind, namespace, rv = version) {
      const name = tableOf(kind.group === '' ? kind.version : `${kind.group}/${kind.version}`, kind.kind);
      const id = `${name}|${namespace ?? '*'}`;
      const held = snapshots.get(id) ?? [];
      const fresh = held.find((one) => one.rv === rv || (one.rv <= rv && (touched.get(name) ?? 0) <= one.rv));
      if (fresh) return { ...fresh.listing, resourceVersion: String(rv) };
      const listing = { items: itemsAt(name, namespace, rv), resourceVersion: String(rv) };
      if (snapshots.size >= MOST_SNAPSHOT_KINDS) snapshots.clear();
      snapshots.set(id, [{ rv, listing }, ...held].slice(0, SNAPSHOTS_PER_KIND));
      return listing;
    },
    changesAfter: (rv) => log.after(rv),
    compact: (rv) => log.compact(rv),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    restore(objects, at) {
      version = at;
      log = changeLog(window, at);
      for (const object of objects) place(object);
    },
  };
}

/** `2026-11-20T03:12:00Z`, as Kubernetes writes times. */
export const isoSecond = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** RFC 3339 with microseconds, as in events and leases. */
export const isoMicro = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

export const controllerOf = (object: KubeObject) => {
  const owners = object.metadata.ownerReferences;
  return owners === undefined ? undefined : (owners.find(({ controller }) => controller) ?? owners[0]);
};

const isIn = (object: KubeObject, namespace: string | undefined): boolean =>
  namespace === undefined || (object.metadata.namespace ?? '') === namespace;

/** Sorts by namespace, then name: NUL stands before every letter. */
const placeOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}\0${metadata.name}`;

const nodeOf = (pod: KubeObject): string | undefined => (pod as Partial<View<'Pod'>>).spec?.nodeName; // callers asked for its kind

/** Without what every write changes. */
const plain = ({ metadata }: KubeObject): object => ({ ...metadata, resourceVersion: '', generation: 0 });

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function note(index: Map<string, Set<KubeObject>>, key: string, object: KubeObject, into: 'add' | 'delete'): void {
  const objects = entry(index, key, () => new Set<KubeObject>());
  objects[into](object);
  if (objects.size === 0) index.delete(key);
}

export const groupOf = (object: KubeObject): string => groupVersion(object.apiVersion).group;
