// The bundled schemas of Kubernetes' own kinds, one file per minor version, made by scripts/schemas.mjs.

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { TreeError } from '../tree/tree-error.ts';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly required?: readonly string[];
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

export interface Schemas {
  readonly version: string;
  /** Schema of `apps/v1`, `Deployment`; `undefined` when the version has no such kind. */
  kind(apiVersion: string, kind: string): Schema | undefined;
  /** True when the group is one of Kubernetes' own, so that an unknown kind in it is an error. */
  hasGroup(apiVersion: string): boolean;
  follow(schema: Schema): Schema;
}

const FOLDER = new URL('../../schemas/', import.meta.url);

/** Newest first. */
export function bundledVersions(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json.gz'))
    .map((name) => name.slice(1, -'.json.gz'.length))
    .sort((a, b) => Number(b.split('.')[1]) - Number(a.split('.')[1]));
}

/** Throws TreeError for a version that is not bundled. Without one, the newest. */
export function schemasFor(wanted?: string): Schemas {
  const versions = bundledVersions();
  const version =
    wanted === undefined ? versions[0] : versions.find((bundled) => bundled === /^v?(\d+\.\d+)/.exec(wanted)?.[1]);
  if (version === undefined) {
    throw new TreeError(`no schemas of Kubernetes ${wanted ?? ''} are bundled; there are ${versions.join(', ')}`);
  }
  // Our own file, made by our own script.
  const definitions = JSON.parse(gunzipSync(readFileSync(new URL(`v${version}.json.gz`, FOLDER))).toString()) as Record<
    string,
    Schema
  >;
  const kinds = new Map<string, Schema>();
  const groups = new Set<string>();
  for (const schema of Object.values(definitions)) {
    const named = schema['x-kubernetes-group-version-kind'] ?? [];
    // Schemas named for many kinds are the common ones, such as DeleteOptions.
    if (named.length !== 1) continue;
    for (const { group, version: api, kind } of named) {
      kinds.set(`${group === '' ? api : `${group}/${api}`} ${kind}`, schema);
      groups.add(group);
    }
  }
  return {
    version,
    kind: (apiVersion, kind) => kinds.get(`${apiVersion} ${kind}`),
    hasGroup: (apiVersion) => groups.has(apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''),
    follow: (schema) =>
      schema.$ref === undefined ? schema : (definitions[schema.$ref.replace('#/definitions/', '')] ?? {}),
  };
}
