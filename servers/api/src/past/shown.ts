// A kept manifest as an API server would have shown it.

import type { KubeObject, ResourceKind } from '@mosaic/apiserver';
import type { KeptRevision } from '@mosaic/store';
import { groupOf } from './api-version.ts';

/** Of a revision with its body. */
export const shown = (json: string, { rv }: Pick<KeptRevision, 'rv'>): KubeObject =>
  shownManifest(JSON.parse(json) as KubeObject, rv); // written by the agent from an object

/** Values of Secrets are keyed hashes; as base64 of those, because clients decode what stands there. */
export function shownManifest({ metadata, ...rest }: KubeObject, rv: number): KubeObject {
  const object = { ...rest, metadata: { ...metadata, resourceVersion: String(rv) } } as KubeObject; // apiVersion and kind are in `rest`
  return isSecret(object) ? { ...object, ...packed(object, 'data') } : object;
}

const isSecret = ({ kind, apiVersion }: KubeObject): boolean => kind === 'Secret' && apiVersion === 'v1';

function packed(object: KubeObject, field: string): Readonly<Record<string, unknown>> {
  const values = object[field];
  if (typeof values !== 'object' || values === null) return {};
  const entries = Object.entries(values).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  return { [field]: Object.fromEntries(entries) };
}

/** In the version that was asked for: kinds are served in a version other than the recorded one only where nothing but its name differs. */
export function servedAs(kind: ResourceKind, object: KubeObject): KubeObject {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  if (object.apiVersion === apiVersion || groupOf(object.apiVersion) !== kind.group) return object;
  return { ...object, apiVersion };
}
