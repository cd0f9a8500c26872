// Lives of names: who was called what, from when to when.

import type { Revision } from '@mosaic/wire';
import type { ObjectName } from './port.ts';
import type { NamePlace, NameQuery } from './rows.ts';

export interface Life extends ObjectName {
  /** When it was last seen living. */
  readonly lastAt: number;
}

/** One revision's word on the life of its name, joined with what was known: order-free, repeat-safe. */
export function livesOf(cluster: number, revision: Revision, before?: Life): Life {
  const { uid, kind, namespace, name, owner, at, op } = revision;
  const isGone = op === 'delete';
  const goneAt = isGone ? Math.max(at, before?.goneAt ?? 0) : before?.goneAt;
  return {
    cluster,
    uid,
    kind,
    namespace,
    name,
    ...((owner ?? before?.owner) !== undefined && { owner: owner ?? before?.owner ?? '' }),
    firstAt: Math.min(bornAt(revision), before?.firstAt ?? Number.POSITIVE_INFINITY),
    lastAt: isGone ? (before?.lastAt ?? 0) : Math.max(at, before?.lastAt ?? 0),
    ...(goneAt !== undefined && { goneAt }),
  };
}

/** Its creation timestamp, or when it was first seen if it has none. */
export const bornAt = ({ createdAt, at }: Revision): number => (createdAt > 0 ? Math.min(createdAt, at) : at);

/** Known at some instant of the span, and called as asked. */
export const nameMatches = (life: ObjectName, query: Omit<NameQuery, 'after' | 'limit'>): boolean =>
  life.firstAt <= query.to &&
  (life.goneAt === undefined || life.goneAt >= query.from) &&
  (query.kind === undefined || life.kind === query.kind) &&
  (query.namespace === undefined || life.namespace === query.namespace) &&
  (query.name === undefined || life.name === query.name) &&
  (query.like === undefined || life.name.toLowerCase().includes(query.like));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By code units, as the tables sort. */
export const byName = (a: NamePlace, b: NamePlace): number =>
  compare(a.kind, b.kind) ||
  compare(a.namespace, b.namespace) ||
  compare(a.name, b.name) ||
  a.firstAt - b.firstAt ||
  compare(a.uid, b.uid);
