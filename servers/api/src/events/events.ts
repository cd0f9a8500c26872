// Kubernetes' events, newest first, with what the commonest reasons mean.

import { eventMeaning } from '@mosaic/kat';
import type { ClusterRecord, Page, Paged } from '@mosaic/store';
import { topmostOwner } from '@mosaic/topology';
import { type ClusterEvent, type EventAnswer, eventSchema, type ListAnswer, listOf, type Slim } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { mergePages } from '../asking/merged-pages.ts';
import { checkSpan, type RawQuery, readQuery, shared, words } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';

const shape = {
  from: shared.from,
  to: shared.to,
  cluster: shared.cluster,
  namespace: shared.namespace,
  kind: words('Kind of the object it is about'),
  name: words('Name of the object it is about'),
  uid: words('Uid of the object it is about'),
  workload: words('`Deployment/checkout`, or `checkout`: its pods and ReplicaSets too; needs namespace'),
  type: words('Normal or Warning'),
  reason: words('BackOff, Killing, …'),
  q: words('Part of the message, in any case'),
  limit: shared.limit,
  cursor: shared.cursor,
};

export const eventEndpoints: readonly Endpoint[] = [
  { path: '/events', about: 'Events, newest first', query: shape, answer: listOf(eventSchema) },
];

export interface Events {
  list(query: RawQuery): Promise<ListAnswer<EventAnswer>>;
}

export function events(asking: Asking): Events {
  const { clusters, coverage, store, now } = asking;
  return {
    async list(query) {
      const { from, to, cluster, limit, cursor, workload, uid, ...wish } = readQuery(shape, query, now());
      checkSpan({ from, to });
      const asked = await clusters.among(cluster);
      const filter = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
      const belongs = workload === undefined ? undefined : await membership(asking, asked, workload, to);
      const page = await mergePages<ClusterEvent>({
        clusters: asked.map(({ id }) => id),
        to,
        limit,
        cursor,
        read: (id, end, asking) =>
          readOn(
            (next) =>
              store.events.list(id, { ...filter, ...(uid !== undefined && { objectUid: uid }), from, to: end }, next),
            asking,
            (event) => belongs?.(id, event) ?? true,
          ),
        at: ({ at }) => at,
      });
      return {
        items: page.items.map(({ cluster: id, item }) =>
          eventAnswer(
            item,
            asked.find((one) => one.id === id),
          ),
        ),
        ...(page.next !== undefined && { next: page.next }),
        coverage: await coverage.answer(asked, { from, to }, ['events']),
      };
    },
  };
}

const MOST_PAGES = 20;

/** Pages until enough belong: a busy cluster's events are mostly others'. */
async function readOn(
  read: (page: Page) => Promise<Paged<ClusterEvent>>,
  page: Page,
  belongs: (event: ClusterEvent) => boolean,
): Promise<Paged<ClusterEvent>> {
  const items: ClusterEvent[] = [];
  let { cursor } = page;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const part = await read({ ...page, ...(cursor !== undefined && { cursor }) });
    items.push(...part.items.filter(belongs));
    cursor = part.next;
    if (cursor === undefined || items.length >= (page.limit ?? 0)) break;
  }
  return { items, ...(cursor !== undefined && { next: cursor }) };
}

/** Whether an event is about the workload or what it owns; what is gone by `to` is known by its name's beginning. */
async function membership({ moments }: Asking, clusters: readonly ClusterRecord[], workload: string, to: number) {
  const [kindOrName = '', given] = workload.split('/');
  const [kind, name] = given === undefined ? [undefined, kindOrName] : [kindOrName, given];
  const read = new Map((await moments.all(clusters, to)).map((moment) => [moment.id, moment.objects]));
  const isIt = (slim: Pick<Slim, 'kind' | 'name'>): boolean =>
    slim.name === name && (kind === undefined || slim.kind === kind);
  return (cluster: number, event: ClusterEvent): boolean => {
    const objects = read.get(cluster);
    const slim = objects?.get(event.objectUid);
    if (objects !== undefined && slim !== undefined) return isIt(slim) || isIt(topmostOwner(objects, slim));
    const isOwned = event.kind === 'Pod' || event.kind === 'ReplicaSet' || event.kind === 'Job';
    return isIt(event) || (isOwned && event.name.startsWith(`${name}-`));
  };
}

function eventAnswer(event: ClusterEvent, cluster: ClusterRecord | undefined): EventAnswer {
  const { at, firstAt, uid, count, type, reason, message, namespace, kind, name, objectUid, source } = event;
  const meaning = eventMeaning(reason);
  return {
    at: rfc3339(at),
    firstAt: rfc3339(firstAt),
    cluster: cluster?.id ?? 0,
    clusterName: cluster?.name ?? '',
    uid,
    count,
    type,
    reason,
    message,
    ...(meaning !== undefined && { meaning }),
    namespace,
    kind,
    name,
    objectUid,
    source,
  };
}
