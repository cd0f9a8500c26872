// The slim state of everything alive, by shard: what checkpoints are written from, and what tells a change from a repeat.

import { dynamicOf, SHARDS, type Slim, type SlimDelta, shardOf, staticOf } from '@mosaic/wire';
import { isSame } from './is-same.ts';

export interface Living {
  readonly size: number;
  get(uid: string): Slim | undefined;
  /** The delta to send; undefined when nothing but the resourceVersion differs and `evenSo` is not set. */
  put(slim: Slim, at: number, evenSo: boolean): SlimDelta | undefined;
  remove(uid: string, at: number): SlimDelta;
  /** Sorted by kind, namespace, name. */
  shard(shard: number): Slim[];
  /** Whether a shard changed since `settled`. */
  isDirty(shard: number): boolean;
  settled(shard: number): void;
}

export function living(): Living {
  const byUid = new Map<string, Slim>();
  const shards = Array.from({ length: SHARDS }, () => new Set<string>());
  const dirty = new Array<boolean>(SHARDS).fill(true);

  return {
    get size() {
      return byUid.size;
    },
    get: (uid) => byUid.get(uid),
    put(slim, at, evenSo) {
      const before = byUid.get(slim.uid);
      const merged = before ? sharing(before, slim) : slim;
      const isSameStatic = before !== undefined && isSame(staticOf(before), staticOf(merged));
      const how = dynamicOf(merged);
      if (isSameStatic && !evenSo && isSame({ ...dynamicOf(before), rv: 0 }, { ...how, rv: 0 })) return undefined;
      byUid.set(slim.uid, merged);
      const shard = shardOf(slim.namespace);
      shards[shard]?.add(slim.uid);
      dirty[shard] = true;
      return { uid: slim.uid, at, gone: false, ...(!isSameStatic && { is: staticOf(merged) }), how };
    },
    remove(uid, at) {
      const slim = byUid.get(uid);
      byUid.delete(uid);
      if (slim) {
        const shard = shardOf(slim.namespace);
        shards[shard]?.delete(uid);
        dirty[shard] = true;
      }
      return { uid, at, gone: true };
    },
    shard: (shard) => [...(shards[shard] ?? [])].flatMap((uid) => byUid.get(uid) ?? []).sort(byKindAndName),
    isDirty: (shard) => dirty[shard] ?? true,
    settled(shard) {
      dirty[shard] = false;
    },
  };
}

/** The newer one, its unchanged parts being those of the older: a cluster's labels and links are then held once. */
function sharing(before: Slim, slim: Slim): Slim {
  return {
    ...slim,
    labels: isSame(before.labels, slim.labels) ? before.labels : slim.labels,
    links: isSame(before.links, slim.links) ? before.links : slim.links,
    images: isSame(before.images, slim.images) ? before.images : slim.images,
    addresses: isSame(before.addresses, slim.addresses) ? before.addresses : slim.addresses,
    ...(slim.ports && { ports: isSame(before.ports, slim.ports) ? (before.ports ?? slim.ports) : slim.ports }),
    containers: isSame(before.containers, slim.containers) ? before.containers : slim.containers,
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byKindAndName = (a: Slim, b: Slim): number =>
  order(a.kind, b.kind) || order(a.namespace, b.namespace) || order(a.name, b.name);
