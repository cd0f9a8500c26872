// Revisions → the entries of the change log. A relist, a daily snapshot and a first look are no changes.

import type { Change, Revision, SlimDelta } from '@mosaic/wire';
import type { Kinship } from './kinship.ts';
import type { Standing } from './statuses.ts';
import { summaryOf } from './summary.ts';
import { UNKNOWN_ACTOR } from './who.ts';

/** Seen within this of its creation, an object was watched being born. */
const BIRTH_MS = 2 * 60_000;

export interface Watching {
  readonly kinship: Pick<Kinship, 'workloadOf' | 'knows'>;
  /** Since when this cluster is watched, epoch ms; undefined when nothing was seen of it before. */
  readonly since: number | undefined;
}

/** `deltas` of the same chunk tell how many replicas are wanted. */
export function changesOf(revisions: readonly Revision[], deltas: readonly SlimDelta[], watching: Watching): Change[] {
  const standings = new Map<string, Standing>();
  for (const { uid, how } of deltas) if (how?.wanted !== undefined) standings.set(`${uid} ${how.rv}`, how);
  return revisions
    .filter((revision) => isChange(revision, watching))
    .map((revision) => changeOf(revision, standings.get(`${revision.uid} ${revision.rv}`), watching));
}

function isChange(revision: Revision, { kinship, since }: Watching): boolean {
  const { op, uid, at, createdAt, diff, reconstructed } = revision;
  if (reconstructed !== undefined) return true;
  if (op === 'modify') return diff.length > 0;
  if (op === 'delete') return true;
  const wasBornUnderWatch = at - createdAt < BIRTH_MS || (since !== undefined && createdAt > since);
  return wasBornUnderWatch && !kinship.knows(uid);
}

function changeOf(revision: Revision, standing: Standing | undefined, { kinship }: Watching): Change {
  const { at, uid, rv, op, kind, apiVersion, namespace, name, diff, actor, reconstructed } = revision;
  const workload = kinship.workloadOf(revision);
  return {
    at,
    uid,
    rv,
    op,
    kind,
    apiVersion,
    namespace,
    name,
    ...(workload !== undefined && { workload }),
    fields: diff.map(({ path }) => path),
    actor: actor ?? UNKNOWN_ACTOR,
    ...summaryOf(revision, standing),
    diff,
    ...(reconstructed !== undefined && { reconstructed }),
  };
}
