// What people and Mosaic did: the audit's own entries, each with its place and hash in the chain.

import type { AuditRecord, Store } from '@mosaic/store';
import { type ReportRow, reportWord } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { paged, type ReportScope } from './scope.ts';

/** Newest first; of the clusters asked about, and what is about none. */
export async function* deedRows({ audit }: Pick<Store, 'audit'>, scope: ReportScope): AsyncGenerator<ReportRow> {
  const { from, to, clusters } = scope;
  const names = new Map(clusters.map(({ id, name }) => [id, name]));
  for await (const deed of paged((page) => audit.list({ from, to }, page)))
    if (deed.cluster === undefined || names.has(deed.cluster)) yield deedRow(deed, names.get(deed.cluster ?? -1));
}

const deedRow = (deed: AuditRecord, cluster: string | undefined): ReportRow => ({
  section: 'deeds',
  at: rfc3339(deed.at),
  ...(cluster !== undefined && { cluster: reportWord(cluster) }),
  ...{ by: reportWord(deed.actor), op: reportWord(deed.action), name: reportWord(deed.target) },
  what: reportWord([deed.result, deed.request].filter(Boolean).join(' ')),
  ...{ version: `${reportWord(deed.writer)} ${deed.n}`, revision: deed.hash },
});
