// The cleaned object: what is kept of a manifest. And what of it makes a revision.

import { hash as digest } from 'node:crypto';
import type { Json, Manifest } from '@mosaic/kat';
import type { Redactor } from './redact.ts';

/** Leader election the old way: renewed every two seconds in an annotation. */
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader';

/** Redacted, without metadata.resourceVersion, fields in one order (LIST leaves apiVersion and kind out, WATCH does not). managedFields stay, for blame. */
export function cleanObject(object: Manifest, redact: Redactor): Manifest {
  const { apiVersion, kind, metadata, ...rest } = redact.manifest(object);
  const { resourceVersion: _, ...kept } = metadata;
  return { apiVersion, kind, metadata: kept, ...rest };
}

/** Hash of what a person would call the object: equal hashes make no new revision. Without managers' times and heartbeats. */
export function revisionHash(cleaned: Manifest): string {
  return digest('sha1', JSON.stringify(essence(cleaned)), 'base64');
}

/** The cleaned object without managedFields and without what only says "still alive". */
export function essence(cleaned: Manifest): Json {
  const { managedFields: _, ...metadata } = cleaned.metadata;
  const kept: Record<string, unknown> = { ...cleaned, metadata: withoutLeader(metadata) };
  const status = cleaned.status as Json | undefined; // conditions are checked to be a list below
  if (Array.isArray(status?.conditions)) kept.status = { ...status, conditions: status.conditions.map(withoutBeat) };
  return kept;
}

function withoutBeat(condition: Json): Json {
  if (condition === null || typeof condition !== 'object') return condition;
  if (!('lastHeartbeatTime' in condition) && !('lastProbeTime' in condition)) return condition;
  const { lastHeartbeatTime: _, lastProbeTime: __, ...kept } = condition;
  return kept;
}

function withoutLeader<M extends { readonly annotations?: Readonly<Record<string, string>> }>(metadata: M): M {
  if (metadata.annotations?.[LEADER_ANNOTATION] === undefined) return metadata;
  const { [LEADER_ANNOTATION]: _, ...annotations } = metadata.annotations;
  return { ...metadata, annotations };
}
