// The state of a cluster at an instant, by kind and in the order of a listing: which objects were there, their manifests apart.

import type { ClusterRecord } from '@mosaic/store';
import type { Gap } from '@mosaic/wire';
import { boundedMap } from '../asking/bounded-map.ts';
import type { Moment, Moments } from '../asking/moments.ts';
import { groupOf, kindKey } from './api-version.ts';
import type { Version } from './bodies.ts';

export interface Entry extends Version {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface StateView {
  /** By `kindKey`; each in (namespace, name) order. */
  readonly kinds: ReadonlyMap<string, readonly Entry[]>;
  readonly gaps: readonly Gap[];
}

export type StateViews = (cluster: ClusterRecord, at: number) => Promise<StateView>;

/** A page is asked for after the other, of one moment. */
const MOST_KEPT = 4;

export function stateViews(moments: Moments): StateViews {
  const kept = boundedMap<Promise<StateView>>(MOST_KEPT);
  return (cluster, at) => {
    const key = `${cluster.id}@${at}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const reading = moments.of(cluster, at);
    const view = reading.then(viewOf);
    const keep = async (): Promise<void> => {
      if ((await reading).key !== undefined && !(await reading).isLive) kept.set(key, view);
    };
    keep().catch(() => undefined); // whoever asked is told
    return view;
  };
}

export function viewOf({ objects, gaps }: Moment): StateView {
  const kinds = new Map<string, Entry[]>();
  for (const { uid, rv, apiVersion, kind, namespace, name } of objects.values()) {
    const key = kindKey(groupOf(apiVersion), kind);
    const entries = kinds.get(key);
    const entry = { uid, rv, apiVersion, kind, namespace, name };
    if (entries === undefined) kinds.set(key, [entry]);
    else entries.push(entry);
  }
  return {
    kinds: new Map([...kinds].map(([key, entries]) => [key, inOrder(entries)])),
    gaps,
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One living object per name: where an end was missed, the newer one is it. */
function inOrder(entries: Entry[]): readonly Entry[] {
  entries.sort((a, b) => order(a.namespace, b.namespace) || order(a.name, b.name) || b.rv - a.rv);
  return entries.filter((entry, i) => {
    const before = entries[i - 1];
    return before === undefined || before.name !== entry.name || before.namespace !== entry.namespace;
  });
}
