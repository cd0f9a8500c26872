// Events as an API server held them at an instant: an hour of them, each as it was last told.

import { byPlace, type KubeObject } from '@mosaic/apiserver';
import type { ClusterRecord, Store } from '@mosaic/store';
import type { ClusterEvent, Span } from '@mosaic/wire';

/** kube-apiserver's `--event-ttl`. */
const KEPT_MS = 3_600_000;
const PER_PAGE = 5_000;
const MOST_EVENTS = 50_000;

export interface EventsAt {
  readonly events: readonly KubeObject[];
  /** There were more than are read. */
  readonly isCut: boolean;
}

export async function eventsAt(
  store: Pick<Store, 'events'>,
  cluster: ClusterRecord,
  at: number,
  namespace: string | undefined,
): Promise<EventsAt> {
  const { found, isCut } = await eventsIn(store, cluster, { from: at - KEPT_MS + 1, to: at });
  const newest = new Map<string, ClusterEvent>();
  for (const event of found) {
    const known = newest.get(event.uid);
    if (known === undefined || isNewer(event, known)) newest.set(event.uid, event);
  }
  const events = [...newest.values()].map(eventObject);
  const meant = namespace === undefined ? events : events.filter(({ metadata }) => metadata.namespace === namespace);
  return { events: meant.sort((a, b) => byPlace(a.metadata, b.metadata)), isCut };
}

const isNewer = (a: ClusterEvent, b: ClusterEvent): boolean => a.at > b.at || (a.at === b.at && a.count > b.count);

/** All of a span, newest first. */
export async function eventsIn(
  { events }: Pick<Store, 'events'>,
  cluster: ClusterRecord,
  span: Span,
): Promise<{ readonly found: readonly ClusterEvent[]; readonly isCut: boolean }> {
  const found: ClusterEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await events.list(cluster.id, span, { limit: PER_PAGE, ...(cursor !== undefined && { cursor }) });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && found.length < MOST_EVENTS);
  return { found, isCut: cursor !== undefined };
}

const second = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** Of the event's own name only its uid was kept: the name is made of that, in the usual form. */
export function eventObject(event: ClusterEvent): KubeObject {
  const { uid, at, firstAt, count, type, reason, message, kind, name, objectUid, source, node } = event;
  const namespace = event.namespace === '' ? 'default' : event.namespace;
  const regarding = {
    kind,
    name,
    ...(event.namespace !== '' && { namespace }),
    ...(objectUid !== '' && { uid: objectUid }),
  };
  const { relatedKind, relatedName, series } = event;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name || 'event'}.${uid.replaceAll('-', '').slice(0, 16)}`,
      namespace,
      uid,
      resourceVersion: String(at),
      creationTimestamp: second(firstAt),
    },
    involvedObject: regarding,
    ...(relatedKind !== undefined && { related: { kind: relatedKind, name: relatedName ?? '' } }),
    reason,
    message,
    source: { component: source, ...(node !== undefined && { host: node }) },
    firstTimestamp: second(firstAt),
    lastTimestamp: second(at),
    count,
    ...(series !== undefined && {
      series: { count: series, lastObservedTime: new Date(at).toISOString().replace('Z', '000Z') },
    }),
    type,
    eventTime: null,
    reportingComponent: source,
    reportingInstance: node ?? '',
  };
}
