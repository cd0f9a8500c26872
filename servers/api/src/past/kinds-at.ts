// The kinds known at an instant: those every cluster has, those its definitions added as they were then, and those seen without one.

import { builtInKinds, type KubeObject, kindsOfDefinition, type ResourceKind } from '@mosaic/apiserver';
import type { ClusterRecord, Store } from '@mosaic/store';
import { boundedMap } from '../asking/bounded-map.ts';
import { groupOf, kindKey, versionOf } from './api-version.ts';
import type { Bodies } from './bodies.ts';
import { rareKind } from './rare-kinds.ts';
import type { Entry, StateView } from './state-view.ts';

/** Renewed every few seconds and therefore not recorded. */
const NOT_RECORDED = new Set(['coordination.k8s.io/Lease']);
const BUILT_IN: readonly ResourceKind[] = builtInKinds().filter(
  ({ group, kind }) => !NOT_RECORDED.has(kindKey(group, kind)),
);
const DEFINITION = 'CustomResourceDefinition';
const MOST_DEFINITIONS = 2_000;
const MOST_KEPT = 4_000;

export type KindsAt = (cluster: ClusterRecord, at: number) => Promise<readonly ResourceKind[]>;

/** Without what is only seen. Costs one look at the definitions' names, and each definition once per version. */
export function definedKinds({ objects }: Pick<Store, 'objects'>, bodies: Bodies): KindsAt {
  const kept = boundedMap<readonly ResourceKind[]>(MOST_KEPT);
  const ofDefinition = async (cluster: ClusterRecord, uid: string, at: number): Promise<readonly ResourceKind[]> => {
    const { items } = await objects.history(cluster.id, uid, { from: 0, to: at }, { limit: 1 });
    const key = `${cluster.id}/${uid}/${items[0]?.rv ?? 'first'}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const definition = await bodies.one(cluster, uid, at);
    const kinds = definition === undefined ? [] : convertible(definition);
    kept.set(key, kinds);
    return kinds;
  };
  return async (cluster, at) => {
    const query = { kind: DEFINITION, from: at, to: at };
    const { items } = await objects.names(cluster.id, query, { limit: MOST_DEFINITIONS });
    const living = items.filter(({ goneAt }) => goneAt === undefined || goneAt > at);
    const custom = await Promise.all(living.map(({ uid }) => ofDefinition(cluster, uid, at)));
    return [...BUILT_IN, ...custom.flat()];
  };
}

/** Versions whose objects are the same but for their name; who converts by a webhook is shown in the version that is stored. */
function convertible(definition: KubeObject): readonly ResourceKind[] {
  const kinds = kindsOfDefinition(definition);
  const spec = definition.spec as { conversion?: { strategy?: string }; versions?: readonly StoredVersion[] }; // of a definition
  if (spec.conversion?.strategy !== 'Webhook') return kinds;
  const stored = spec.versions?.find(({ storage }) => storage === true)?.name;
  return kinds.filter(({ version }) => version === stored);
}

interface StoredVersion {
  readonly name?: string;
  readonly storage?: boolean;
}

/** With the kinds of objects that were there and of which no definition tells. */
export function seenKinds(defined: readonly ResourceKind[], { kinds }: StateView): readonly ResourceKind[] {
  const known = new Set(defined.map(({ group, kind }) => kindKey(group, kind)));
  const others = [...kinds].flatMap(([key, [first]]) =>
    known.has(key) || first === undefined || NOT_RECORDED.has(key) ? [] : [kindOfEntry(first)],
  );
  return [...defined, ...others];
}

const kindOfEntry = ({ apiVersion, kind, namespace }: Entry): ResourceKind =>
  rareKind(apiVersion, kind, namespace !== '');

/** Whether one of the kinds is at this place, `apps/v1`. */
export const serves = (kinds: readonly ResourceKind[], apiVersion: string, resource: string): boolean =>
  kinds.some(
    (each) =>
      each.resource === resource && each.group === groupOf(apiVersion) && each.version === versionOf(apiVersion),
  );
