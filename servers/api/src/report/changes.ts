// What changed and by whom: the change log with its fields before and after, and the hash of each revision.

import { createHash } from 'node:crypto';
import type { Store } from '@mosaic/store';
import { type Change, type FieldDiff, type ReportField, type ReportRow, reportWord } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { mapped, mappedTogether, merged, paged, type ReportScope } from './scope.ts';

interface Changed {
  readonly cluster: number;
  readonly item: Change;
}

/** Newest first, all clusters together. */
export const changesOf = (
  store: Store,
  { clusters, from, to, namespace, minSeverity }: ReportScope,
): AsyncGenerator<Changed> => {
  const query = { from, to, ...(namespace && { namespace }), ...(minSeverity !== undefined && { minSeverity }) };
  const each = clusters.map(({ id }) =>
    mapped(
      paged((page) => store.changes.list(id, query, page)),
      async (item): Promise<Changed> => ({ cluster: id, item }),
    ),
  );
  return merged(each, (a, b) => b.item.at - a.item.at);
};

/** Manifests are read so many at once: one is up to 2 MiB. */
const AT_ONCE = 32;

export const changeRows = (store: Store, scope: ReportScope): AsyncGenerator<ReportRow> => {
  const names = new Map(scope.clusters.map(({ id, name }) => [id, name]));
  return mappedTogether(changesOf(store, scope), AT_ONCE, async (changes) => {
    const hashes = await revisionHashes(store, changes);
    return changes.map((change) => changeRow(names.get(change.cluster) ?? '', change.item, hashes.get(change)));
  });
};

function changeRow(cluster: string, change: Change, revision: string | undefined): ReportRow {
  const { at, namespace, kind, name, uid, rv, op, severity, actor, summary, reconstructed } = change;
  return {
    section: 'changes',
    at: rfc3339(at),
    ...{ cluster: reportWord(cluster), namespace, kind, name, uid, op },
    ...{ version: String(rv), severity: String(severity), by: reportWord(actor) },
    what: reportWord(reconstructed === undefined ? summary : `${summary} (not watched; proven by ${reconstructed})`),
    fields: JSON.stringify(fieldsOf(change)),
    ...(revision !== undefined && { revision }),
  };
}

/** Of the manifests as they are kept; none for a delete, and where it is not kept any more. */
async function revisionHashes({ objects }: Store, changes: readonly Changed[]): Promise<ReadonlyMap<Changed, string>> {
  const hashes = new Map<Changed, string>();
  const kept = changes.filter(({ item }) => item.op !== 'delete');
  for (const [cluster, some] of Map.groupBy(kept, (change) => change.cluster)) {
    const read = await objects.revisions(
      cluster,
      some.map(({ item: { uid, at, rv } }) => ({ uid, at, rv })),
    );
    for (const [i, change] of some.entries()) {
      const body = read[i]?.body;
      if (body !== undefined) hashes.set(change, createHash('sha256').update(body).digest('hex'));
    }
  }
  return hashes;
}

/** With values where they are kept, which agents do for the first so many. */
export function fieldsOf({ diff, fields }: Pick<Change, 'diff' | 'fields'>): readonly ReportField[] {
  const told = new Set(diff.map(({ path }) => path));
  const others = fields
    .filter((path) => !told.has(path))
    .map((path) => ({ path: reportWord(path), op: 'changed' as const }));
  return [...diff.map(wholeField), ...others];
}

function wholeField({ path, op, before, after }: FieldDiff): FieldDiff {
  return {
    path: reportWord(path),
    op,
    ...(op !== 'add' && { before: before ?? null }),
    ...(op !== 'remove' && { after: after ?? null }),
  };
}

export interface Actor {
  changes: number;
  /** Severity 2 and more: deploys, configuration, things that broke. */
  weighty: number;
  from: number;
  to: number;
}

export interface ChangeTotals {
  readonly changes: number;
  readonly weighty: number;
  readonly actors: ReadonlyMap<string, Actor>;
  /** What those did who are not in `actors`, which is bounded. */
  readonly others: number;
}

const MOST_ACTORS = 5_000;
const WEIGHTY = 2;

export async function changeTotals(store: Store, scope: ReportScope): Promise<ChangeTotals> {
  const actors = new Map<string, Actor>();
  let [changes, weighty, others] = [0, 0, 0];
  for await (const { item } of changesOf(store, scope)) {
    const weighs = item.severity >= WEIGHTY ? 1 : 0;
    changes++;
    weighty += weighs;
    const actor = actors.get(item.actor);
    if (actor === undefined && actors.size >= MOST_ACTORS) others++;
    else actors.set(item.actor, withOne(actor, item.at, weighs));
  }
  return { changes, weighty, actors, others };
}

function withOne(actor: Actor | undefined, at: number, weighs: number): Actor {
  if (actor === undefined) return { changes: 1, weighty: weighs, from: at, to: at };
  actor.changes++;
  actor.weighty += weighs;
  actor.from = Math.min(actor.from, at);
  actor.to = Math.max(actor.to, at);
  return actor;
}

const counted = (changes: number): string => `${changes} ${changes === 1 ? 'change' : 'changes'}`;

export function* actorRows({ actors, others }: ChangeTotals): Generator<ReportRow> {
  const most = [...actors].sort(([, a], [, b]) => b.weighty - a.weighty || b.changes - a.changes);
  for (const [by, { changes, weighty, from, to }] of most)
    yield {
      section: 'actors',
      by: reportWord(by) || 'unknown',
      what: `${counted(changes)}, ${weighty === 0 ? 'all routine' : `of which deploys, configuration or worse: ${weighty}`}`,
      ...{ at: rfc3339(from), until: rfc3339(to) },
    };
  if (others > 0)
    yield { section: 'actors', by: 'others', what: `${others} changes by more than ${MOST_ACTORS} actors` };
}
