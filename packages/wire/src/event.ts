// A Kubernetes event as seen: events.k8s.io/v1, or core v1 where that is all there is.

import {
  type Columns,
  dictionary,
  integers,
  joined,
  maybeDictionary,
  maybeInteger,
  readColumns,
  writeColumns,
} from './columns.ts';

export interface ClusterEvent {
  readonly uid: string;
  /** The event's own last instant, epoch ms. */
  readonly at: number;
  readonly firstAt: number;
  readonly count: number;
  /** `Normal`, `Warning`. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly namespace: string;
  /** Regarding. `objectUid` may be empty: some reporters leave it out. */
  readonly kind: string;
  readonly name: string;
  readonly objectUid: string;
  readonly relatedKind?: string;
  readonly relatedName?: string;
  /** Reporting controller or component. */
  readonly source: string;
  readonly node?: string;
  /** Its series, when it is one: count seen so far. */
  readonly series?: number;
}

const columns: Columns<ClusterEvent> = {
  uid: joined,
  at: integers,
  firstAt: integers,
  count: integers,
  type: dictionary,
  reason: dictionary,
  message: dictionary,
  namespace: dictionary,
  kind: dictionary,
  name: dictionary,
  objectUid: dictionary,
  relatedKind: maybeDictionary,
  relatedName: maybeDictionary,
  source: dictionary,
  node: maybeDictionary,
  series: maybeInteger,
};

/** The rows section of an `events` chunk. */
export const writeEvents = (events: readonly ClusterEvent[]): Uint8Array => writeColumns(columns, events);

/** Throws `Malformed`. */
export const readEvents = (bytes: Uint8Array): ClusterEvent[] => readColumns(columns, bytes);
