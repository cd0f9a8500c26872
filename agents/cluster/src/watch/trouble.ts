// What keeps a kind from being watched, in words that coverage can keep.

import { Forbidden, Gone, KubeError, type ResourceType, TooMany } from '@mosaic/kat';

/** Compacted (410), or, after a restore, from a future that this server never had. */
export const isLostTrack = (error: unknown): boolean =>
  error instanceof Gone || (error instanceof KubeError && /too large resource version/i.test(error.message));

/** What coverage says of it: short, and without what differs from try to try. */
export function reasonOf(error: unknown, { group, resource }: ResourceType, verbs: readonly string[]): string {
  const full = group === '' ? resource : `${resource}.${group}`;
  if (error instanceof Forbidden) return `forbidden: missing ${verbs.join(',')} on ${full}`;
  if (error instanceof TooMany) return 'the API server asked to wait';
  if (error instanceof KubeError && error.status === 404) return 'not served';
  if (error instanceof KubeError && error.status === 0) return 'API server does not answer';
  return error instanceof Error ? error.message.slice(0, 200) : String(error);
}
