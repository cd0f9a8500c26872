// Manifests at a moment. Not kept: a list reads more than would fit, each once, and what is kept between is work for the collector.

import { setImmediate } from 'node:timers/promises';
import type { KubeObject } from '@mosaic/apiserver';
import type { ClusterRecord, KeptBody, Store } from '@mosaic/store';
import type { CoverageOf } from '../asking/coverage-of.ts';
import { Refused } from '../asking/problem.ts';
import { manifestAt } from '../objects/manifest-at.ts';
import { shown, shownManifest } from './shown.ts';
import { turns } from './turns.ts';

/** Which version of an object is meant; `rv` is what the state says, and names it where the store says the same. */
export interface Version {
  readonly uid: string;
  readonly rv: number;
}

export interface Bodies {
  /** What `make` makes of each, in the order of `versions`; undefined for what was gone, or whose snapshot is not kept any more. */
  all<T>(
    cluster: ClusterRecord,
    versions: readonly Version[],
    at: number,
    make: (object: KubeObject) => T,
  ): Promise<readonly (T | undefined)[]>;
  one(cluster: ClusterRecord, uid: string, at: number): Promise<KubeObject | undefined>;
}

/** Asked of the store in one question: enough to hide the way to a database, few enough that others get their turn. */
const AT_ONCE = 64;
/** The embedded store answers without pause: others get their turn after so long. */
const BREATH_MS = 8;
/** Thousands of manifests at once are read for few at a time: together they would be no quicker, only larger. */
const MANY = 200;
const MANY_AT_ONCE = 2;

const told = (found: KeptBody): KubeObject | undefined =>
  found.op === 'delete' || found.body === undefined ? undefined : shown(found.body, found);

/** `watchedSince`: from when on what was not seen was not there. */
export function bodies(
  store: Pick<Store, 'objects'>,
  watchedSince: CoverageOf['watchedSince'],
  now: () => number,
): Bodies {
  const inTurn = turns(MANY_AT_ONCE);

  const readSome = async <T>(
    cluster: ClusterRecord,
    versions: readonly Version[],
    at: number,
    make: (object: KubeObject) => T,
  ): Promise<(T | undefined)[]> => {
    const uids = versions.map(({ uid }) => uid);
    const found = await store.objects.bodies(cluster.id, uids, at);
    const made = (object: KubeObject | undefined): T | undefined => (object === undefined ? undefined : make(object));
    return Promise.all(
      found.map((body, i) =>
        body === undefined ? firstSeen(cluster, uids[i] ?? '', at).then(made) : made(told(body)),
      ),
    );
  };
  /** Before anything was watched: what its first version proves. */
  const firstSeen = async (cluster: ClusterRecord, uid: string, at: number): Promise<KubeObject | undefined> => {
    if (at >= ((await watchedSince(cluster.id)) ?? 0)) return undefined;
    try {
      const { manifest, revision } = await manifestAt(store, cluster, uid, { at, now: now() });
      return shownManifest(manifest as unknown as KubeObject, revision.rv); // an object's manifest
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  };
  const readAll = async <T>(
    cluster: ClusterRecord,
    versions: readonly Version[],
    at: number,
    make: (object: KubeObject) => T,
  ): Promise<(T | undefined)[]> => {
    const objects: (T | undefined)[] = [];
    let breathed = performance.now();
    for (let from = 0; from < versions.length; from += AT_ONCE) {
      objects.push(...(await readSome(cluster, versions.slice(from, from + AT_ONCE), at, make)));
      if (performance.now() - breathed < BREATH_MS) continue;
      await setImmediate();
      breathed = performance.now();
    }
    return objects;
  };
  return {
    async one(cluster, uid, at) {
      const [found] = await store.objects.bodies(cluster.id, [uid], at);
      return found === undefined ? firstSeen(cluster, uid, at) : told(found);
    },
    all: (cluster, versions, at, make) =>
      versions.length < MANY
        ? readAll(cluster, versions, at, make)
        : inTurn(() => readAll(cluster, versions, at, make)),
  };
}
