// What changed, by whom, newest first.

import type { ClusterRecord } from '@mosaic/store';
import { type Change, type ChangeAnswer, changeSchema, type ListAnswer, listOf } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { mergePages } from '../asking/merged-pages.ts';
import { checkSpan, type RawQuery, readQuery, shared, whole, words } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';

const shape = {
  from: shared.from,
  to: shared.to,
  cluster: shared.cluster,
  namespace: shared.namespace,
  kind: words('Only objects of this kind'),
  name: words('Only objects of this name'),
  uid: words('Only this object'),
  workload: words('The topmost owner: `Deployment/checkout`, or `checkout`'),
  actor: words('Only what this manager or user did'),
  minSeverity: whole(
    '0 routine, 1 worth knowing, 2 deploy or configuration, 3 broke or was deleted by hand',
    0,
    3,
    undefined,
  ),
  limit: shared.limit,
  cursor: shared.cursor,
};

export const changeEndpoints: readonly Endpoint[] = [
  { path: '/changes', about: 'What changed, by whom, newest first', query: shape, answer: listOf(changeSchema) },
];

export interface Changes {
  list(query: RawQuery): Promise<ListAnswer<ChangeAnswer>>;
}

export function changes({ clusters, coverage, store, now }: Asking): Changes {
  return {
    async list(query) {
      const { from, to, cluster, limit, cursor, ...wish } = readQuery(shape, query, now());
      checkSpan({ from, to });
      const asked = await clusters.among(cluster);
      const filter = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
      const page = await mergePages<Change>({
        clusters: asked.map(({ id }) => id),
        to,
        limit,
        cursor,
        read: (id, end, asking) => store.changes.list(id, { ...filter, from, to: end }, asking),
        at: ({ at }) => at,
      });
      return {
        items: page.items.map(({ cluster: id, item }) =>
          changeAnswer(
            item,
            asked.find((one) => one.id === id),
          ),
        ),
        ...(page.next !== undefined && { next: page.next }),
        coverage: await coverage.answer(asked, { from, to }, ['objects']),
      };
    },
  };
}

function changeAnswer(
  { at, rv, diff, fields, workload, reconstructed, ...change }: Change,
  cluster: ClusterRecord | undefined,
): ChangeAnswer {
  return {
    ...change,
    at: rfc3339(at),
    cluster: cluster?.id ?? 0,
    clusterName: cluster?.name ?? '',
    resourceVersion: String(rv),
    fields: [...fields],
    diff: [...diff],
    ...(workload !== undefined && { workload }),
    ...(reconstructed !== undefined && { reconstructed }),
  };
}
