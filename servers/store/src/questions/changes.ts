// The change log, newest first.

import type { Change } from '@mosaic/wire';
import type { Keeping } from '../keeping.ts';
import { pageOf } from '../paging.ts';
import type { ChangeQuery, Changes } from '../port.ts';
import type { ChangeRows } from '../rows.ts';

export function changes(rows: ChangeRows, keep: Keeping): Changes {
  return {
    write: (cluster, written) => (written.length === 0 ? Promise.resolve() : rows.put(cluster, written)),
    async list(cluster, query, page) {
      keep.check('changes', query.to);
      const span = { from: Math.max(query.from, keep.from('changes')), to: query.to };
      const read = (slice: Parameters<ChangeRows['slice']>[1]) => rows.slice(cluster, slice);
      const place = ({ at, uid, rv }: Change) => ({ at, uid, n: rv });
      return pageOf({ read, place, matches: matcher(query) }, span, page);
    },
  };
}

const matcher =
  (query: ChangeQuery) =>
  (change: Change): boolean =>
    (query.namespace === undefined || change.namespace === query.namespace) &&
    (query.kind === undefined || change.kind === query.kind) &&
    (query.name === undefined || change.name === query.name) &&
    (query.uid === undefined || change.uid === query.uid) &&
    (query.workload === undefined || change.workload === query.workload) &&
    (query.actor === undefined || change.actor === query.actor) &&
    (query.minSeverity === undefined || change.severity >= query.minSeverity);
