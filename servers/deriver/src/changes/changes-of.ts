// Revisions → the entries of the change log. A relist, a daily snapshot and a first look are no changes.

import type { Change, Revision, SlimDelta } from '@mosaic/wire';
import type { Kinship } from './kinship.ts';
import type { Standing } from './statuses.ts';
import { isStatus, OWN_WORD, summaryOf } from './summary.ts';
import { UNKNOWN_ACTOR } from './who.ts';

export interface Watching {
  readonly kinship: Pick<Kinship, 'workloadOf' | 'knows'>;
  /** Since when this cluster is watched, epoch ms. */
  readonly since: number;
}

/** `deltas` of the same chunk tell how many replicas are wanted. */
export function changesOf(revisions: readonly Revision[], deltas: readonly SlimDelta[], watching: Watching): Change[] {
  const standings = new Map<string, Standing>();
  for (const { uid, how } of deltas) if (how?.wanted !== undefined) standings.set(`${uid} ${how.rv}`, how);
  return revisions
    .filter((revision) => isChange(revision, watching))
    .map((revision) => changeOf(revision, standings.get(`${revision.uid} ${revision.rv}`), watching));
}

/** Births before the watch are told by what objects prove, later ones by what was seen: never by both. */
function isChange(revision: Revision, { kinship, since }: Watching): boolean {
  const { op, uid, createdAt, diff, reconstructed } = revision;
  if (op === 'delete') return true;
  if (op === 'modify') return reconstructed === OWN_WORD ? diff.some(({ path }) => !isStatus(path)) : diff.length > 0;
  return reconstructed === undefined ? createdAt > since && !kinship.knows(uid) : createdAt <= since;
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
