// A kept manifest as an API server would have shown it.

import { builtInKinds, type KubeObject, type ResourceKind } from '@mosaic/apiserver';
import type { KeptBody } from '@mosaic/store';
import { decodeUtf8 } from '@mosaic/wire';
import { kindKey } from './api-version.ts';

/** Of a revision with its body. */
export const shown = (body: Uint8Array, { rv }: Pick<KeptBody, 'rv'>): KubeObject =>
  numbered(JSON.parse(decodeUtf8(body)) as Writable, rv); // written by the agent from an object

/** Values of Secrets are keyed hashes; as base64 of those, because clients decode what stands there. */
export const shownManifest = (manifest: KubeObject, rv: number): KubeObject =>
  numbered({ ...manifest, metadata: { ...manifest.metadata } } as Writable, rv);

type Writable = KubeObject & { readonly metadata: { resourceVersion: string } };

/** Of an object that is nobody else's: thousands are shown in a list, and copies of them would be garbage. */
function numbered(object: Writable, rv: number): KubeObject {
  object.metadata.resourceVersion = String(rv);
  return isSecret(object) ? { ...object, ...packed(object, 'data') } : object;
}

const isSecret = ({ kind, apiVersion }: KubeObject): boolean => kind === 'Secret' && apiVersion === 'v1';

function packed(object: KubeObject, field: string): Readonly<Record<string, unknown>> {
  const values = object[field];
  if (typeof values !== 'object' || values === null) return {};
  const entries = Object.entries(values).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  return { [field]: Object.fromEntries(entries) };
}

const BUILT_IN: ReadonlySet<string> = new Set(builtInKinds().map(({ group, kind }) => kindKey(group, kind)));

/** In the version that was asked for: versions of a defined kind that are served differ in nothing but their name. Built-in ones do, and stay. */
export function servedAs(kind: ResourceKind, object: KubeObject): KubeObject {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  if (object.apiVersion === apiVersion || BUILT_IN.has(kindKey(kind.group, kind.kind))) return object;
  return { ...object, apiVersion };
}
