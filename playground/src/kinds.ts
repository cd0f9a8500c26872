// Which table of the world holds a kind, and which kinds a simulated cluster serves: the built-in ones and those its CRDs add.

import { apiVersionOf, builtInKinds, kindsOfDefinition, type ResourceKind } from '@mosaic/apiserver';
import type { World } from './world.ts';

export const BUILT_IN: readonly ResourceKind[] = builtInKinds();
const BUILT_IN_KINDS = new Set(BUILT_IN.map(({ group, kind }) => `${kind}.${group}`));

export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const [first = '', second] = apiVersion.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

const tables = new Map<string, string>();

/** The world's table of a kind: `Pod`, `Certificate.cert-manager.io`. The two faces of events share one. */
export function tableOf(apiVersion: string, kind: string): string {
  const id = `${apiVersion}|${kind}`;
  const known = tables.get(id);
  if (known !== undefined) return known;
  const full = `${kind}.${groupVersion(apiVersion).group}`;
  const table = BUILT_IN_KINDS.has(full) ? kind : full;
  tables.set(id, table);
  return table;
}

export const tableOfKind = (kind: ResourceKind): string => tableOf(apiVersionOf(kind), kind.kind);

/** Everything served now. */
export const kindsServed = (world: World): readonly ResourceKind[] => [
  ...BUILT_IN,
  ...[...world.all('CustomResourceDefinition')].flatMap((definition) => kindsOfDefinition(definition)),
];
