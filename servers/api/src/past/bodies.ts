// Manifests at a moment: each read once per version, however many moments show it.

import { setImmediate } from 'node:timers/promises';
import type { KubeObject } from '@mosaic/apiserver';
import type { ClusterRecord, Store } from '@mosaic/store';
import type { CoverageOf } from '../asking/coverage-of.ts';
import { Refused } from '../asking/problem.ts';
import { manifestAt } from '../objects/manifest-at.ts';
import { boundedTexts } from './bounded-texts.ts';
import { shown, shownManifest } from './shown.ts';
import { turns } from './turns.ts';

/** Which version of an object is meant; `rv` is what the state says, and names it where the store says the same. */
export interface Version {
  readonly uid: string;
  readonly rv: number;
}

export interface Bodies {
  /** In the order of `versions`; undefined for what was gone, or whose snapshot is not kept any more. */
  all(cluster: ClusterRecord, versions: readonly Version[], at: number): Promise<readonly (KubeObject | undefined)[]>;
  one(cluster: ClusterRecord, uid: string, at: number): Promise<KubeObject | undefined>;
}

/** Asked of the store at once: hides the way to a database, and queues little before it. */
const AT_ONCE = 32;
/** The embedded store answers without pause: others get their turn after so long. */
const BREATH_MS = 8;
const MOST_CHARS = 32 * 1024 * 1024;
/** Thousands of manifests at once are read for few at a time: together they would be no quicker, only larger. */
const MANY = 200;
const MANY_AT_ONCE = 2;

/** `watchedSince`: from when on what was not seen was not there. */
export function bodies(
  store: Pick<Store, 'objects'>,
  watchedSince: CoverageOf['watchedSince'],
  now: () => number,
): Bodies {
  const kept = boundedTexts(MOST_CHARS);
  const inTurn = turns(MANY_AT_ONCE);

  const read = async (cluster: ClusterRecord, { uid, rv }: Version, at: number): Promise<KubeObject | undefined> => {
    const key = `${cluster.id}/${uid}/${rv}`;
    const known = kept.get(key);
    if (known !== undefined) return shown(known, { rv });
    const found = await store.objects.at(cluster.id, uid, at);
    if (found === undefined) return firstSeen(cluster, uid, at);
    const { op, json } = found;
    if (op === 'delete' || json === undefined) return undefined;
    if (found.rv === rv) kept.set(key, json);
    return shown(json, found);
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
  const readAll = async (
    cluster: ClusterRecord,
    versions: readonly Version[],
    at: number,
  ): Promise<(KubeObject | undefined)[]> => {
    const objects: (KubeObject | undefined)[] = [];
    let breathed = performance.now();
    for (let from = 0; from < versions.length; from += AT_ONCE) {
      const some = versions.slice(from, from + AT_ONCE).map((version) => read(cluster, version, at));
      objects.push(...(await Promise.all(some)));
      if (performance.now() - breathed < BREATH_MS) continue;
      await setImmediate();
      breathed = performance.now();
    }
    return objects;
  };
  return {
    one: (cluster, uid, at) => read(cluster, { uid, rv: -1 }, at),
    all: (cluster, versions, at) =>
      versions.length < MANY ? readAll(cluster, versions, at) : inTurn(() => readAll(cluster, versions, at)),
  };
}
