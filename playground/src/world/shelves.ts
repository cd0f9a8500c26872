// Where the objects of a world stand now: by kind, namespace and name, and by what the controllers look for most: their owner and their node.

import type { KubeObject } from '@mosaic/apiserver';
import { tableOf } from '../kinds.ts';
import type { View } from '../types.ts';

export interface Shelves {
  readonly size: number;
  /** What stands at the object's place now. */
  current(object: KubeObject): KubeObject | undefined;
  get(table: string, namespace: string, name: string): KubeObject | undefined;
  all(table: string): IterableIterator<KubeObject>;
  inNamespace(table: string, namespace: string): IterableIterator<KubeObject>;
  tables(): IterableIterator<string>;
  ownedBy(uid: string): readonly KubeObject[];
  podsOn(node: string): readonly KubeObject[];
  place(object: KubeObject, before?: KubeObject): void;
  unplace(object: KubeObject): void;
}

const NO_OBJECTS: readonly never[] = [];

export function shelves(): Shelves {
  const tables = new Map<string, Map<string, Map<string, KubeObject>>>();
  const byOwner = new Map<string, Set<KubeObject>>();
  const byNode = new Map<string, Set<KubeObject>>();
  let size = 0;

  const spacesOf = ({ apiVersion, kind }: KubeObject) => entry(tables, tableOf(apiVersion, kind), () => new Map());
  const index = (object: KubeObject, into: 'add' | 'delete'): void => {
    const owner = controllerOf(object)?.uid;
    if (owner !== undefined) note(byOwner, owner, object, into);
    const node = object.kind === 'Pod' ? nodeOf(object) : undefined;
    if (node !== undefined) note(byNode, node, object, into);
  };
  const get = (table: string, namespace: string, name: string) => tables.get(table)?.get(namespace)?.get(name);
  return {
    get size() {
      return size;
    },
    get,
    current: ({ apiVersion, kind, metadata }) =>
      get(tableOf(apiVersion, kind), metadata.namespace ?? '', metadata.name),
    *all(table) {
      for (const names of tables.get(table)?.values() ?? []) yield* names.values();
    },
    *inNamespace(table, namespace) {
      yield* tables.get(table)?.get(namespace)?.values() ?? [];
    },
    tables: () => tables.keys(),
    ownedBy: (uid) => listed(byOwner.get(uid)),
    podsOn: (node) => listed(byNode.get(node)),
    place(object, before) {
      const { namespace = '', name } = object.metadata;
      entry(spacesOf(object), namespace, () => new Map<string, KubeObject>()).set(name, object);
      if (before) index(before, 'delete');
      else size++;
      index(object, 'add');
    },
    unplace(object) {
      const { namespace = '', name } = object.metadata;
      const spaces = spacesOf(object);
      const names = spaces.get(namespace);
      if (names?.delete(name)) size--;
      if (names?.size === 0) spaces.delete(namespace);
      index(object, 'delete');
    },
  };
}

export const controllerOf = (object: KubeObject) => {
  const owners = object.metadata.ownerReferences;
  return owners === undefined ? undefined : (owners.find(({ controller }) => controller) ?? owners[0]);
};

const nodeOf = (pod: KubeObject): string | undefined => (pod as Partial<View<'Pod'>>).spec?.nodeName; // callers asked for its kind

const listed = (objects: ReadonlySet<KubeObject> | undefined): readonly KubeObject[] =>
  objects === undefined ? NO_OBJECTS : [...objects];

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
