// The state of a cluster at an instant, by kind and in the order of a listing: which objects were there, their manifests apart.

import { byPlace } from '@mosaic/apiserver';
import type { ClusterRecord } from '@mosaic/store';
import { type Gap, identitiesOf } from '@mosaic/wire';
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
  /** By `kindKey`; each in the order of a listing. */
  readonly kinds: ReadonlyMap<string, readonly Entry[]>;
  readonly gaps: readonly Gap[];
}

export type StateViews = (cluster: ClusterRecord, at: number) => Promise<StateView>;

/** A page is asked for after the other, of one moment: eight clients at a cluster of 20 k objects, some 300 bytes each. */
const MOST_ENTRIES = 160_000;

export function stateViews(moments: Moments): StateViews {
  const kept = keptViews(MOST_ENTRIES);
  return (cluster, at) => {
    const key = `${cluster.id}@${at}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const reading = moments.of(cluster, at);
    const view = reading.then(viewOf);
    const keep = async (): Promise<void> => {
      const { key: settled, isLive, objects } = await reading;
      if (settled !== undefined && !isLive) kept.set(key, view, objects.size);
    };
    keep().catch(() => undefined); // whoever asked is told
    return view;
  };
}

/** As many as hold so many entries together, and one in any case; the longest unused goes first. */
function keptViews(mostEntries: number) {
  const views = new Map<string, { readonly view: Promise<StateView>; readonly entries: number }>();
  let entries = 0;
  const forget = (key: string): void => {
    entries -= views.get(key)?.entries ?? 0;
    views.delete(key);
  };
  return {
    get(key: string): Promise<StateView> | undefined {
      const known = views.get(key);
      if (known === undefined) return undefined;
      views.delete(key);
      views.set(key, known);
      return known.view;
    },
    set(key: string, view: Promise<StateView>, own: number): void {
      forget(key);
      views.set(key, { view, entries: own });
      entries += own;
      for (const oldest of views.keys()) {
        if (entries <= mostEntries || views.size === 1) return;
        forget(oldest);
      }
    },
  };
}

export function viewOf({ objects, gaps }: Moment): StateView {
  const kinds = new Map<string, Entry[]>();
  for (const entry of identitiesOf(objects)) {
    const key = kindKey(groupOf(entry.apiVersion), entry.kind);
    const entries = kinds.get(key);
    if (entries === undefined) kinds.set(key, [entry]);
    else entries.push(entry);
  }
  return {
    kinds: new Map([...kinds].map(([key, entries]) => [key, inOrder(entries)])),
    gaps,
  };
}

/** One living object per name: where an end was missed, the newer one is it. */
function inOrder(entries: readonly Entry[]): readonly Entry[] {
  const namespaces = [...Map.groupBy(entries, ({ namespace }) => namespace).values()];
  namespaces.sort(([a], [b]) => (a === undefined || b === undefined ? 0 : byPlace(a, b)));
  return namespaces.flatMap((named) => {
    named.sort((a, b) => byPlace(a, b) || b.rv - a.rv);
    return named.filter(({ name }, i) => name !== named[i - 1]?.name);
  });
}
