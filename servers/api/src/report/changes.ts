// What changed and by whom: the change log with its fields before and after, and the hash of each revision.

import { createHash } from 'node:crypto';
import type { Store } from '@mosaic/store';
import { type Change, type FieldDiff, type ReportField, type ReportRow, reportWord } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { mergePages } from '../asking/merged-pages.ts';
import { mapped, paged, type ReportScope } from './scope.ts';

interface Changed {
  readonly cluster: number;
  readonly item: Change;
}

/** Newest first, all clusters together. */
export const changesOf = (
  store: Store,
  { clusters, from, to, namespace, minSeverity }: ReportScope,
): AsyncGenerator<Changed> =>
  paged<Changed>(({ limit, cursor }) =>
    mergePages<Change>({
      clusters: clusters.map(({ id }) => id),
      to,
      limit,
      cursor,
      read: (id, end, page) =>
        store.changes.list(
          id,
          { from, to: end, ...(namespace && { namespace }), ...(minSeverity !== undefined && { minSeverity }) },
          page,
        ),
      at: ({ at }) => at,
    }),
  );

export const changeRows = (store: Store, scope: ReportScope): AsyncGenerator<ReportRow> => {
  const names = new Map(scope.clusters.map(({ id, name }) => [id, name]));
  return mapped(changesOf(store, scope), async ({ cluster, item }) =>
    changeRow(names.get(cluster) ?? '', item, await revisionHash(store, cluster, item)),
  );
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

/** Of the manifest as it is kept; none for a delete, and where it is not kept any more. */
async function revisionHash({ objects }: Store, cluster: number, { uid, at, rv }: Change): Promise<string | undefined> {
  const kept = await objects.at(cluster, uid, at);
  if (kept?.json === undefined || kept.rv !== rv) return undefined;
  return createHash('sha256').update(kept.json).digest('hex');
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
