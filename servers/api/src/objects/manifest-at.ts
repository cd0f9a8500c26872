// An object's manifest at a moment, restored; before it was first seen, what its first version proves.

import type { ClusterRecord, KeptRevision, Store } from '@mosaic/store';
import type { Span } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { notKnown } from '../asking/problem.ts';

export interface ManifestAt {
  readonly revision: KeptRevision;
  /** With `metadata.managedFields`, `resourceVersion` restored. */
  readonly manifest: Record<string, unknown>;
  readonly reconstructed: boolean;
}

/** A day past now: a clock ahead of ours. */
const AHEAD_MS = 86_400_000;
const MOST_PAGES = 20;

/** Throws a 404 saying whether it was gone, not there yet, or never known. */
export async function manifestAt(
  { objects }: Pick<Store, 'objects'>,
  cluster: ClusterRecord,
  uid: string,
  { at, now }: { readonly at: number; readonly now: number },
): Promise<ManifestAt> {
  const found = await objects.at(cluster.id, uid, at);
  if (found !== undefined) return restored(found, cluster, uid, found.reconstructed !== undefined);
  const first = await firstRevision(objects, cluster.id, uid, { from: at, to: now + AHEAD_MS });
  if (first === undefined) throw notKnown(`no object ${uid} is known in cluster ${cluster.name}`);
  if (first.createdAt > at)
    throw notKnown(
      `${first.kind} ${first.name} was not there at ${rfc3339(at)}; it was created at ${rfc3339(first.createdAt)}`,
    );
  const whole = (await objects.at(cluster.id, uid, first.at)) ?? first;
  return restored(whole, cluster, uid, true);
}

function restored(revision: KeptRevision, cluster: ClusterRecord, uid: string, reconstructed: boolean): ManifestAt {
  const { op, kind, name, at, rv, json } = revision;
  if (op === 'delete' || json === undefined)
    throw notKnown(
      `${kind} ${name} (${uid}) of cluster ${cluster.name} was gone at ${rfc3339(at)}; ask for a moment before`,
    );
  const manifest = JSON.parse(json) as Record<string, unknown> & { metadata?: Record<string, unknown> }; // written by the agent from an object
  const { metadata, ...rest } = manifest;
  return { revision, reconstructed, manifest: { ...rest, metadata: { ...metadata, resourceVersion: String(rv) } } };
}

async function firstRevision(
  objects: Store['objects'],
  cluster: number,
  uid: string,
  span: Span,
): Promise<KeptRevision | undefined> {
  let oldest: KeptRevision | undefined;
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await objects.history(cluster, uid, span, { limit: 1000, ...(cursor && { cursor }) });
    oldest = items.at(-1) ?? oldest;
    if (next === undefined) return oldest;
    cursor = next;
  }
  return oldest;
}

/** Without the book of managers, which `blame` reads. */
export function withoutManagers(manifest: Record<string, unknown>): Record<string, unknown> {
  const { metadata, ...rest } = manifest;
  const { managedFields: _, ...meta } = (metadata ?? {}) as Record<string, unknown>; // an object's metadata is a record
  return { ...rest, metadata: meta };
}
