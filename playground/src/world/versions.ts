// What a write makes of an object: a new one with its uid and version, or a successor that knows whether its spec moved.

import type { KubeObject } from '@mosaic/apiserver';
import { same } from '../same.ts';
import type { Draft } from '../types.ts';

interface Birth {
  readonly uid: () => string;
  readonly stamp: () => string;
  readonly version: number;
}

export const born = (draft: Draft, { uid, stamp, version }: Birth): KubeObject => ({
  ...draft,
  metadata: {
    creationTimestamp: stamp(),
    ...(draft.spec !== undefined && draft.kind !== 'Pod' && { generation: 1 }),
    ...draft.metadata,
    uid: draft.metadata.uid ?? uid(),
    resourceVersion: String(version),
  },
});

/** `next` at `version`, or `before` itself when it says the same. `metadata.generation` rises with `spec`. */
export function succeeding<T extends KubeObject>(before: KubeObject, next: T, version: number): T {
  if (same({ ...before, metadata: plain(before) }, { ...next, metadata: plain(next) })) return before as T; // the same object
  const { generation } = before.metadata;
  const moved = before.spec !== next.spec && generation !== undefined && !same(before.spec, next.spec);
  return {
    ...next,
    metadata: {
      ...next.metadata,
      resourceVersion: String(version),
      ...(generation !== undefined && { generation: generation + (moved ? 1 : 0) }),
    },
  };
}

/** Without what every write changes. */
const plain = ({ metadata }: KubeObject): object => ({ ...metadata, resourceVersion: '', generation: 0 });
