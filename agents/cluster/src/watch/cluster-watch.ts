// Every kind of a cluster: what is served now is watched, what appears later too, what vanishes is let go.

import { type Discovered, kindName, type LiveSource, type Manifest, type ResourceType } from '@mosaic/kat';
import type { Clock, Covering, Log } from '@mosaic/runtime';
import { type Gate, gate } from './gate.ts';
import { type KindEvents, type KindWatch, kindWatch } from './kind-watch.ts';
import { keyOf, watchedOf } from './kinds.ts';

export interface ClusterWatchOptions {
  readonly source: Pick<LiveSource, 'resources' | 'list' | 'watch'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onObject: KindEvents['onObject'];
  readonly onGone: KindEvents['onGone'];
  readonly onEvent: (event: Manifest) => void;
  readonly onCovering: (covering: Covering) => void;
  /** A LIST of a kind is complete. */
  readonly onListed: (type: ResourceType) => void;
  /** A kind was listed anew after having been listed before. */
  readonly onRelisted: () => void;
  readonly onRestored: () => void;
}

export interface ClusterWatch {
  /** Resolves when every kind found at first has been listed or refused. Rejects never: a server that does not answer is waited for. */
  readonly settled: Promise<void>;
  /** Every kind's coverage up to now, told through `onCovering`. */
  cover(): void;
  kinds(): readonly { readonly kind: string; readonly state: string; readonly reason?: string }[];
  stop(): Promise<void>;
}

/** Lists at once: enough to be quick, too few to weigh on a small API server. */
const LISTS_AT_ONCE = 4;
const DISCOVER_EVERY_MS = 60_000;
/** A new CRD is served a moment after it is written, at times some seconds. */
const AFTER_CRD_MS = [1_000, 4_000] as const;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export function clusterWatch(options: ClusterWatchOptions): ClusterWatch {
  const { source, clock, log } = options;
  const stopping = new AbortController();
  const lists = gate(LISTS_AT_ONCE);
  const watches = new Map<string, KindWatch>();
  const deletedKinds = new Set<string>();
  const first = Promise.withResolvers<void>();
  let wake: (() => void) | undefined;
  let unknownSince: number | undefined = clock.now(); // discovery has not answered since

  const noteCrd = (object: Manifest, isGone: boolean): void => {
    if (object.kind !== 'CustomResourceDefinition') return;
    const { group, names } = object.spec as { readonly group?: string; readonly names?: { readonly plural?: string } };
    const key = `${group ?? ''}/${names?.plural ?? ''}`;
    if (isGone) deletedKinds.add(key);
    else deletedKinds.delete(key);
    wake?.();
  };
  const sink = {
    onObject: (object: Manifest, op: 'add' | 'modify') => {
      options.onObject(object, op);
      if (op === 'add' && object.kind === 'CustomResourceDefinition') noteCrd(object, false);
    },
    onGone: (object: Manifest, goneAfter?: number) => {
      if (object.kind === 'CustomResourceDefinition' && object.spec !== undefined) noteCrd(object, true);
      options.onGone(object, goneAfter);
    },
    onEvent: options.onEvent,
    onListed: options.onListed,
    onRelisted: options.onRelisted,
    onRestored: options.onRestored,
    onCovering: options.onCovering,
  };

  const follow = async (discovered: Discovered): Promise<void> => {
    const { objects, events } = watchedOf(discovered.types);
    const wanted = new Map([...objects, ...(events ? [events] : [])].map((type) => [keyOf(type), type]));
    const failed = new Set(discovered.failed.map(({ group }) => group));
    for (const [key, watch] of watches) {
      const now = wanted.get(key);
      const isSame = now !== undefined && now.version === watch.type.version;
      if (isSame || (now === undefined && failed.has(watch.type.group))) continue;
      watches.delete(key);
      log.notice('kind is served no more', { kind: kindName(watch.type) });
      await watch.stop(deletedKinds.has(key));
    }
    for (const [key, type] of wanted) {
      if (!watches.has(key))
        watches.set(key, watchOf(type, type === events, { source, clock, log, gate: lists }, sink));
    }
  };

  const discover = async (): Promise<boolean> => {
    try {
      const discovered = await source.resources();
      unknownSince = undefined;
      for (const { group, reason } of discovered.failed) log.info('group does not answer', { group, reason });
      if (!stopping.signal.aborted) await follow(discovered);
      return true;
    } catch (error) {
      unknownSince ??= clock.now();
      log.warn('discovery failed', { error });
      return false;
    }
  };

  const running = (async () => {
    let pause = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted && !(await discover())) {
      await clock.sleep(pause, stopping.signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
    void Promise.all([...watches.values()].map(({ settled }) => settled)).then(() => first.resolve());
    while (!stopping.signal.aborted) {
      const woken = new AbortController();
      wake = () => woken.abort();
      await clock.sleep(DISCOVER_EVERY_MS, AbortSignal.any([stopping.signal, woken.signal]));
      const waits = woken.signal.aborted ? AFTER_CRD_MS : [0];
      for (const wait of waits) {
        await clock.sleep(wait, stopping.signal);
        if (!stopping.signal.aborted) await discover();
      }
    }
    first.resolve();
  })();

  return {
    settled: first.promise,
    cover() {
      const now = clock.now();
      if (unknownSince !== undefined && watches.size === 0) {
        options.onCovering({
          signal: 'objects',
          from: unknownSince,
          to: now,
          state: 'gap',
          reason: 'API server does not answer',
        });
      }
      for (const watch of watches.values()) options.onCovering(coveringOf(watch, now));
    },
    kinds: () =>
      [...watches.values()].map((watch) => {
        const { state, reason } = watch.state();
        return { kind: kindName(watch.type), state, ...(reason !== undefined && { reason }) };
      }),
    async stop() {
      stopping.abort();
      await running;
      await Promise.all([...watches.values()].map((watch) => watch.stop()));
    },
  };
}

type Shared = Pick<ClusterWatchOptions, 'source' | 'clock' | 'log'> & { readonly gate: Gate };
type Sink = Omit<ClusterWatchOptions, 'source' | 'clock' | 'log'>;

function watchOf(type: ResourceType, isEvents: boolean, shared: Shared, sink: Sink): KindWatch {
  const place = placeOf(type);
  return kindWatch({
    ...shared,
    type,
    onObject: isEvents ? (object) => sink.onEvent(object) : sink.onObject,
    onGone: isEvents ? () => {} : sink.onGone, // an Event that expires is no change
    onListed: (again) => {
      if (isEvents) return;
      sink.onListed(type);
      if (again) sink.onRelisted();
    },
    onGap: (from, to, reason) => sink.onCovering({ ...place, from, to, state: 'gap', reason }),
    onRestored: sink.onRestored,
  });
}

const isEventType = ({ kind, group }: ResourceType): boolean =>
  kind === 'Event' && (group === '' || group === 'events.k8s.io');

const placeOf = (type: ResourceType): Pick<Covering, 'signal' | 'kind'> =>
  isEventType(type) ? { signal: 'events' } : { signal: 'objects', kind: kindName(type) };

function coveringOf(watch: KindWatch, now: number): Covering {
  const { state, since, reason } = watch.state();
  if (state === 'watching') return { ...placeOf(watch.type), to: now, state };
  return { ...placeOf(watch.type), from: since, to: now, state, ...(reason !== undefined && { reason }) };
}
