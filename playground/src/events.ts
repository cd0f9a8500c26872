// Kubernetes events, as the recorders of real components write them: repeats are folded into one with a count, and each is forgotten after an hour.

import type { KubeObject } from '@mosaic/apiserver';
import { type Controller, type Sim, textOf } from './sim.ts';
import type { Draft } from './types.ts';
import { isoMicro, isoSecond } from './world/instants.ts';

const KEPT_MS = 60 * 60_000;
/** client-go folds equal events into one within this time. */
const FOLDED_MS = 10 * 60_000;

export interface Said {
  readonly about: KubeObject;
  readonly type?: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Reporting component: `kubelet`, `deployment-controller`. */
  readonly from: string;
  readonly node?: string | undefined;
  readonly fieldPath?: string | undefined;
  /** How often it was said since the last time: probes fail more often than we write. */
  readonly times?: number;
}

interface StoredEvent extends KubeObject {
  readonly deprecatedCount?: number;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
}

export function say(sim: Sim, said: Said): void {
  const { about, reason, message, times = 1 } = said;
  const key = `${about.metadata.uid}|${reason}|${message}`;
  const known = sim.memory.repeats[key];
  const now = sim.now();
  if (known !== undefined && now - known[4] < FOLDED_MS) {
    const [name, namespace, count, first] = known;
    const stored = sim.world.get('Event', namespace, name) as StoredEvent | undefined; // the table holds what `say` stored
    if (stored !== undefined) {
      sim.memory.repeats[key] = [name, namespace, count + times, first, now];
      sim.world.update(repeated(stored, count + times, now));
      return;
    }
  }
  const draft = eventOf(sim, said);
  const namespace = draft.metadata.namespace ?? 'default';
  sim.world.create(draft);
  sim.memory.repeats[key] = [draft.metadata.name, namespace, times, now, now];
  sim.after(KEPT_MS, 'forget-event', { namespace, name: draft.metadata.name, key });
}

function repeated(event: StoredEvent, count: number, now: number): StoredEvent {
  if (event.eventTime !== null) return { ...event, series: { count, lastObservedTime: isoMicro(now) } };
  return { ...event, deprecatedCount: count, deprecatedLastTimestamp: isoSecond(now) };
}

function eventOf(sim: Sim, { about, type = 'Normal', reason, message, from, node, fieldPath, times = 1 }: Said): Draft {
  const namespace = about.metadata.namespace ?? 'default';
  const now = sim.now();
  const isScheduler = from === 'default-scheduler';
  const name = `${about.metadata.name}.${(now * 1e6).toString(16).slice(0, 10)}${sim.random.next().toString(16).slice(2, 8).padEnd(6, '0')}`;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name, namespace },
    eventTime: isScheduler ? isoMicro(now) : null,
    type,
    reason,
    note: message,
    ...(isScheduler && { action: reason === 'Scheduled' ? 'Binding' : 'Scheduling' }),
    reportingController: from,
    reportingInstance: node ?? (isScheduler ? `default-scheduler-${sim.name}-control-plane` : ''),
    regarding: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      ...(about.metadata.namespace !== undefined && { namespace: about.metadata.namespace }),
      name: about.metadata.name,
      uid: about.metadata.uid,
      resourceVersion: about.metadata.resourceVersion,
      ...(fieldPath !== undefined && { fieldPath }),
    },
    ...(!isScheduler && {
      deprecatedSource: { component: from, ...(node !== undefined && { host: node }) },
      deprecatedFirstTimestamp: isoSecond(now),
      deprecatedLastTimestamp: isoSecond(now),
      deprecatedCount: times,
    }),
  };
}

export const eventLife: Controller = {
  handle: {
    'forget-event'(sim, about) {
      const event = sim.world.get('Event', textOf(about, 'namespace'), textOf(about, 'name'));
      const key = textOf(about, 'key');
      const known = sim.memory.repeats[key];
      const isSaidSince = known !== undefined && known[0] === about.name && sim.now() - known[4] < KEPT_MS;
      if (isSaidSince) return sim.after(KEPT_MS, 'forget-event', about);
      if (known?.[0] === about.name) delete sim.memory.repeats[key];
      if (event !== undefined) sim.world.remove(event);
    },
  },
};

/** The same event as core/v1 shows it. */
export function coreEvent(event: KubeObject): KubeObject {
  const {
    apiVersion: _version,
    regarding,
    note,
    deprecatedSource,
    deprecatedFirstTimestamp = null,
    deprecatedLastTimestamp = null,
    deprecatedCount,
    reportingController = '',
    reportingInstance = '',
    ...rest
  } = event;
  return {
    ...rest,
    apiVersion: 'v1',
    involvedObject: regarding,
    message: note,
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
    ...(deprecatedCount !== undefined && { count: deprecatedCount }),
    reportingComponent: reportingController,
    reportingInstance,
  };
}

/** An object as it is stored: core/v1 events in the shape of events.k8s.io/v1, everything else as it is. */
export function storedEvent(event: KubeObject): KubeObject {
  if (event.kind !== 'Event' || event.apiVersion !== 'v1') return event;
  const {
    apiVersion: _version,
    involvedObject,
    message,
    source,
    firstTimestamp,
    lastTimestamp,
    count,
    reportingComponent = '',
    ...rest
  } = event;
  return {
    ...rest,
    apiVersion: 'events.k8s.io/v1',
    eventTime: rest.eventTime ?? null,
    regarding: involvedObject,
    note: message,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    ...(count !== undefined && { deprecatedCount: count }),
    reportingController: reportingComponent,
  };
}
