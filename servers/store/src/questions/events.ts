// Events, newest first, and how many there were.

import type { ClusterEvent } from '@mosaic/wire';
import type { Keeping } from '../keeping.ts';
import { pageOf } from '../paging.ts';
import type { EventQuery, Events } from '../port.ts';
import type { EventRows } from '../rows.ts';

const MOST_BUCKETS = 100_000;

export function events(rows: EventRows, keep: Keeping): Events {
  return {
    write: (cluster, written) => (written.length === 0 ? Promise.resolve() : rows.put(cluster, written)),
    async list(cluster, query, page) {
      keep.check('events', query.to);
      const span = { from: Math.max(query.from, keep.from('events')), to: query.to };
      const read = (slice: Parameters<EventRows['slice']>[1]) => rows.slice(cluster, slice, query.objectUid);
      const place = ({ at, uid, count }: ClusterEvent) => ({ at, uid, n: count });
      return pageOf({ read, place, matches: matcher(query) }, span, page);
    },
    async histogram(cluster, { from, to, stepMs }) {
      if (!(stepMs >= 1) || (to - from) / stepMs > MOST_BUCKETS)
        throw new RangeError(`stepMs must be at least 1 and give at most ${MOST_BUCKETS} buckets`);
      keep.check('events', to);
      const counted = await rows.count(cluster, from, to, stepMs);
      return counted.map(([normal, warning]) => ({ normal, warning }));
    },
  };
}

function matcher(query: EventQuery): (event: ClusterEvent) => boolean {
  const text = query.q?.toLowerCase();
  return (event) =>
    (query.namespace === undefined || event.namespace === query.namespace) &&
    (query.kind === undefined || event.kind === query.kind) &&
    (query.name === undefined || event.name === query.name) &&
    (query.objectUid === undefined || event.objectUid === query.objectUid) &&
    (query.type === undefined || event.type === query.type) &&
    (query.reason === undefined || event.reason === query.reason) &&
    (text === undefined || event.message.toLowerCase().includes(text));
}
