// A watch of the past: what happened to objects of a kind after an instant, in order, at the pace of the clock.

import type { KubeObject, ResourceKind, WatchEvent } from '@mosaic/apiserver';
import type { ClusterRecord, Store } from '@mosaic/store';
import type { SlimDelta } from '@mosaic/wire';
import { groupOf, kindKey } from './api-version.ts';
import type { Bodies } from './bodies.ts';
import type { Clock } from './clock.ts';
import { eventObject, eventsIn } from './events-at.ts';
import { servedAs } from './shown.ts';
import type { Entry } from './state-view.ts';

export interface Replay {
  readonly store: Pick<Store, 'state' | 'objects' | 'events'>;
  readonly bodies: Bodies;
  readonly cluster: ClusterRecord;
  readonly kind: ResourceKind;
  readonly namespace: string | undefined;
  readonly from: number;
  /** Versions of objects at or below it are known to the reader. */
  readonly afterVersion: number;
  readonly clock: Clock;
  readonly tell: (event: WatchEvent) => void;
  readonly signal: AbortSignal;
  readonly taken: () => Promise<void>;
}

/** Read at a time. */
const WINDOW_MS = 30_000;

/** Goes on until the signal. */
export async function replayObjects(replay: Replay, living: readonly Entry[]): Promise<void> {
  const { store, cluster, from, clock, signal } = replay;
  const last = new Map(living.map(({ uid, rv }) => [uid, rv]));
  for (let reached = from; !signal.aborted; ) {
    await clock.until(reached + 1, signal);
    const to = Math.min(reached + WINDOW_MS, Math.max(clock.position(), reached + 1));
    const chunks = await store.state.deltas(cluster.id, { from: reached, to });
    const deltas = chunks.flatMap((chunk) => chunk.deltas).sort((a, b) => a.at - b.at);
    for (const delta of deltas) {
      if (signal.aborted) return;
      if (delta.at > reached && isMeant(replay, last, delta)) await tellDelta(replay, last, delta);
    }
    reached = to;
  }
}

function isMeant({ kind }: Replay, last: ReadonlyMap<string, number>, { uid, is }: SlimDelta): boolean {
  if (is === undefined) return last.has(uid);
  return kindKey(groupOf(is.apiVersion), is.kind) === kindKey(kind.group, kind.kind);
}

async function tellDelta(replay: Replay, last: Map<string, number>, { uid, at, gone }: SlimDelta): Promise<void> {
  const { bodies, cluster, namespace, tell, taken } = replay;
  const known = last.get(uid);
  const before = known === undefined ? undefined : await bodies.one(cluster, uid, at - 1);
  if (gone) {
    last.delete(uid);
    if (before === undefined || !isIn(namespace, before)) return;
    const end = await replay.store.objects.at(cluster.id, uid, at);
    say(replay, { type: 'DELETED', object: end === undefined ? before : atVersion(before, end.rv) });
    return taken();
  }
  const object = await bodies.one(cluster, uid, at);
  if (object === undefined) return;
  const rv = Number(object.metadata.resourceVersion);
  if (rv === known || rv <= replay.afterVersion) {
    last.set(uid, rv);
    return;
  }
  last.set(uid, rv);
  if (!isIn(namespace, object)) return;
  if (known === undefined) tell({ type: 'ADDED', object: servedAs(replay.kind, object) });
  else say(replay, { type: 'MODIFIED', object, ...(before !== undefined && { before }) });
  await taken();
}

const isIn = (namespace: string | undefined, { metadata }: KubeObject): boolean =>
  namespace === undefined || (metadata.namespace ?? '') === namespace;

/** As it last was, at the version of its end. */
const atVersion = ({ metadata, ...rest }: KubeObject, rv: number): KubeObject =>
  ({ ...rest, metadata: { ...metadata, resourceVersion: String(rv) } }) as KubeObject; // apiVersion and kind are in `rest`

function say({ kind, tell }: Replay, { type, object, before }: WatchEvent): void {
  tell({ type, object: servedAs(kind, object), ...(before !== undefined && { before: servedAs(kind, before) }) });
}

/** Events are told as they were recorded: an event told again is a change of it. */
export async function replayEvents(replay: Replay): Promise<void> {
  const { store, cluster, namespace, from, clock, signal, tell, taken } = replay;
  const known = new Map<string, KubeObject>();
  for (let reached = from; !signal.aborted; ) {
    await clock.until(reached + 1, signal);
    const to = Math.min(reached + WINDOW_MS, Math.max(clock.position(), reached + 1));
    const { found } = await eventsIn(store, cluster, { from: reached + 1, to });
    for (const event of found.toReversed()) {
      if (signal.aborted) return;
      const object = eventObject(event);
      if (!isIn(namespace, object)) continue;
      const before = known.get(event.uid);
      known.set(event.uid, object);
      tell(before === undefined ? { type: 'ADDED', object } : { type: 'MODIFIED', object, before });
      await taken();
    }
    reached = to;
  }
}
