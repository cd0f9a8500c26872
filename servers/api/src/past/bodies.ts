// Manifests at a moment: each read once per version, however many moments show it.

import { setImmediate } from 'node:timers/promises';
import type { KubeObject } from '@mosaic/apiserver';
import type { ClusterRecord, KeptBody, Store } from '@mosaic/store';
import type { CoverageOf } from '../asking/coverage-of.ts';
import { Refused } from '../asking/problem.ts';
import { manifestAt } from '../objects/manifest-at.ts';
import { boundedBodies } from './bounded-bodies.ts';
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
const MOST_BYTES = 8 * 1024 * 1024;
/** Thousands of manifests at once are read for few at a time: together they would be no quicker, only larger. */
const MANY = 200;
const MANY_AT_ONCE = 2;

/** `watchedSince`: from when on what was not seen was not there. */
export function bodies(
  store: Pick<Store, 'objects'>,
  watchedSince: CoverageOf['watchedSince'],
  now: () => number,
): Bodies {
  const kept = boundedBodies(MOST_BYTES);
  const inTurn = turns(MANY_AT_ONCE);

  const keyOf = (cluster: ClusterRecord, { uid, rv }: Version): string => `${cluster.id}/${uid}/${rv}`;
  const told = (cluster: ClusterRecord, version: Version, found: KeptBody): KubeObject | undefined => {
    const { op, body } = found;
    if (op === 'delete' || body === undefined) return undefined;
    if (found.rv === version.rv) kept.set(keyOf(cluster, version), body);
    return shown(body, found);
  };
  /** In one question what is not known from before. */
  const readSome = async <T>(
    cluster: ClusterRecord,
    versions: readonly Version[],
    at: number,
    make: (object: KubeObject) => T,
  ): Promise<(T | undefined)[]> => {
    const known = versions.map((version) => kept.get(keyOf(cluster, version)));
    const missing = versions.filter((_, i) => known[i] === undefined);
    const found = await store.objects.bodies(
      cluster.id,
      missing.map(({ uid }) => uid),
      at,
    );
    let next = 0;
    const made: (T | undefined)[] = [];
    for (const [i, version] of versions.entries()) {
      const body = known[i];
      const row = body === undefined ? found[next++] : undefined;
      // Waiting costs more than a row: only for what the store does not know.
      const object =
        body !== undefined
          ? shown(body, version)
          : row === undefined
            ? await firstSeen(cluster, version.uid, at)
            : told(cluster, version, row);
      made.push(object === undefined ? undefined : make(object));
    }
    return made;
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
      return found === undefined ? firstSeen(cluster, uid, at) : told(cluster, { uid, rv: -1 }, found);
    },
    all: (cluster, versions, at, make) =>
      versions.length < MANY
        ? readAll(cluster, versions, at, make)
        : inTurn(() => readAll(cluster, versions, at, make)),
  };
}
