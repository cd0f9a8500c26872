import { builtInKinds } from '@mosaic/apiserver';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { at, emptyWorld, iso, uidOf, type World } from '../testing.ts';
import { bodies } from './bodies.ts';
import { definedKinds, type KindsAt, seenKinds, serves } from './kinds-at.ts';
import { rareKind } from './rare-kinds.ts';
import { recorded, type Written } from './testing.ts';

const SINCE = at(60);
const definition = (plural: string, n: number, strategy: string, versions: readonly string[]): Written => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.acme.io`, uid: uidOf(n), creationTimestamp: iso(SINCE) },
  spec: {
    ...{ group: 'acme.io', scope: 'Cluster', conversion: { strategy } },
    names: { plural, kind: plural.slice(0, -1).replace(/^./, (letter) => letter.toUpperCase()) },
    versions: versions.map((name, i) => ({ name, served: true, storage: i === 0 })),
  },
});

let world: World;
let kindsAt: KindsAt;
const apiVersions = async (instant: number, resource: string): Promise<string[]> => {
  const [cluster] = await world.store.clusters.all();
  const kinds = cluster === undefined ? [] : await kindsAt(cluster, instant);
  return kinds.flatMap((each) => (each.resource === resource ? [`${each.group}/${each.version}`] : []));
};

beforeAll(async () => {
  world = await emptyWorld();
  await recorded(world, SINCE, [
    { at: at(50), uid: uidOf(1), rv: 1, object: definition('gadgets', 1, 'None', ['v1']) },
    { at: at(50), uid: uidOf(2), rv: 2, object: definition('gizmos', 2, 'Webhook', ['v2', 'v1']) },
    { at: at(40), uid: uidOf(1), rv: 3, object: definition('gadgets', 1, 'None', ['v1', 'v1beta1']) },
    { at: at(30), uid: uidOf(1), rv: 4 },
  ]);
  kindsAt = definedKinds(
    world.store,
    bodies(
      world.store,
      async () => SINCE,
      () => world.clock.now,
    ),
  );
});

describe('custom kinds', () => {
  it('are served in the versions of that time, and no longer than they were defined', async () => {
    expect(await apiVersions(at(55), 'gadgets')).toEqual([]);
    expect(await apiVersions(at(45), 'gadgets')).toEqual(['acme.io/v1']);
    expect(await apiVersions(at(35), 'gadgets')).toEqual(['acme.io/v1', 'acme.io/v1beta1']);
    expect(await apiVersions(at(45), 'gadgets')).toEqual(['acme.io/v1']);
    expect(await apiVersions(at(25), 'gadgets')).toEqual([]);
  });

  it('whose versions a webhook converts are served as they are stored', async () => {
    expect(await apiVersions(at(45), 'gizmos')).toEqual(['acme.io/v2']);
  });
});

test('what is not recorded is not served', async () => {
  expect(await apiVersions(at(45), 'leases')).toEqual([]);
});

test('a kind that was seen without a definition is served, under its usual name', () => {
  const entry = { uid: 'u', rv: 1, apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', namespace: '', name: 'ebs' };
  const view = { kinds: new Map([['storage.k8s.io/CSIDriver', [entry]]]), gaps: [] };
  const kinds = seenKinds(builtInKinds(), view);
  expect(serves(kinds, 'storage.k8s.io/v1', 'csidrivers')).toBe(true);
  expect(kinds.at(-1)).toMatchObject({ kind: 'CSIDriver', namespaced: false });
});

test.each([
  ['acme.io/v1', 'Policy', 'policies'],
  ['acme.io/v1', 'Ingress', 'ingresses'],
  ['acme.io/v1', 'Gateway', 'gateways'],
  ['networking.k8s.io/v1beta1', 'IPAddress', 'ipaddresses'],
])('%s %s is called %s', (apiVersion, name, plural) => {
  expect(rareKind(apiVersion, name, true)).toMatchObject({ resource: plural, version: apiVersion.split('/')[1] });
});
