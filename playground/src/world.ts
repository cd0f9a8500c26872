// The objects of one simulated cluster, by kind, namespace and name, under one rising version. Objects are immutable: a write makes a new one that shares what did not change.

import { apiVersionOf, type KubeObject, type Listing, notFound, type ResourceKind } from '@mosaic/apiserver';
import { type Change, changeLog } from './change-log.ts';
import { tableOf } from './kinds.ts';
import type { Random } from './random.ts';
import type { Draft, View } from './types.ts';
import { stamper } from './world/instants.ts';
import { listings } from './world/listings.ts';
import { type Shelves, shelves } from './world/shelves.ts';
import { born, succeeding } from './world/versions.ts';

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

const DEFAULT_WINDOW = 6000;
const FIRST_VERSION = 1000;

export function world({ now, random, window = DEFAULT_WINDOW }: WorldOptions): World {
  const objects = shelves();
  const history = { version: FIRST_VERSION, log: changeLog(window) };
  const lists = listings(objects, () => history.log);
  const listeners = new Set<Listener>();
  const stamp = stamper(now);

  const tell = (type: Change['type'], object: KubeObject, before?: KubeObject): void => {
    const table = tableOf(object.apiVersion, object.kind);
    lists.touch(table, history.version);
    const change: Change = { rv: history.version, at: now(), table, type, object, ...(before && { before }) };
    history.log.add(change);
    for (const listener of listeners) listener(change);
  };
  return {
    now,
    stamp,
    get version() {
      return history.version;
    },
    get size() {
      return objects.size;
    },
    ...reading(objects),
    ...writing(objects, history, tell, { stamp, uid: () => random.uuid() }),
    list: (kind, namespace, rv = history.version) =>
      lists.at(tableOf(apiVersionOf(kind), kind.kind), namespace, rv, history.version),
    changesAfter: (rv) => history.log.after(rv),
    compact: (rv) => history.log.compact(rv),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    restore(saved, at) {
      history.version = at;
      history.log = changeLog(window, at);
      for (const object of saved) objects.place(object);
    },
  };
}

type Reading = Pick<World, 'get' | 'all' | 'inNamespace' | 'tables' | 'ownedBy' | 'podsOn'>;

/** A table holds objects of its kind: here they get their types. */
const reading = (objects: Shelves): Reading => ({
  get: <K extends string>(table: K, namespace: string, name: string) =>
    objects.get(table, namespace, name) as View<K> | undefined,
  all: <K extends string>(table: K) => objects.all(table) as IterableIterator<View<K>>,
  inNamespace: <K extends string>(table: K, namespace: string) =>
    objects.inNamespace(table, namespace) as IterableIterator<View<K>>,
  tables: () => objects.tables(),
  ownedBy: (uid) => objects.ownedBy(uid),
  podsOn: (node) => objects.podsOn(node) as readonly View<'Pod'>[],
});

type Writing = Pick<World, 'create' | 'update' | 'remove' | 'drafted' | 'revised'>;
type Tell = (type: Change['type'], object: KubeObject, before?: KubeObject) => void;

function writing(
  objects: Shelves,
  history: { version: number },
  tell: Tell,
  birth: { readonly stamp: () => string; readonly uid: () => string },
): Writing {
  const drafted = (draft: Draft): KubeObject => born(draft, { ...birth, version: history.version + 1 });
  const revised = <T extends KubeObject>(next: T): T => {
    const before = objects.current(next);
    if (before === undefined) throw notFound(`${next.kind} "${next.metadata.name}" not found`);
    return succeeding(before, next, history.version + 1);
  };
  return {
    drafted,
    revised,
    create(draft) {
      const object = drafted(draft);
      history.version++;
      objects.place(object);
      tell('ADDED', object);
      return object;
    },
    update(next) {
      const before = objects.current(next);
      const after = revised(next);
      if (after === before) return after;
      history.version++;
      objects.place(after, before);
      tell('MODIFIED', after, before);
      return after;
    },
    remove(object) {
      const before = objects.current(object) ?? object;
      history.version++;
      objects.unplace(before);
      const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(history.version) } };
      tell('DELETED', last, before);
      return last;
    },
  };
}
