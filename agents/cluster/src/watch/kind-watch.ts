// One kind of one cluster: listed, then watched, listed again when the server has forgotten where we were; and what is not seen is said.

import {
  Forbidden,
  Gone,
  KubeError,
  kindName,
  type LiveSource,
  type Manifest,
  type ResourceType,
  TooMany,
  type WatchEvent,
} from '@mosaic/kat';
import type { Log } from '@mosaic/runtime';
import type { CoverageRecord } from '@mosaic/wire';
import type { Clock } from '../clock.ts';
import type { Gate } from './gate.ts';
import { listAll } from './listing.ts';

export interface KindEvents {
  /** `add` on LIST and ADDED, `modify` on MODIFIED. */
  readonly onObject: (object: Manifest, op: 'add' | 'modify') => void;
  /** `goneAfter`: found missing by a complete LIST, last seen then. */
  readonly onGone: (object: Manifest, goneAfter?: number) => void;
  /** A LIST is complete. `again`: it was not the first. */
  readonly onListed: (again: boolean) => void;
  /** A span that turned out not to be covered. */
  readonly onGap: (from: number, to: number, reason: string) => void;
  /** The server knows less than it did: it was restored from a backup. */
  readonly onRestored: () => void;
}

export interface KindWatchOptions extends KindEvents {
  readonly source: Pick<LiveSource, 'list' | 'watch'>;
  readonly type: ResourceType;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly log: Log;
}

export interface KindWatch {
  readonly type: ResourceType;
  /** Resolves after the first LIST, complete or refused. */
  readonly settled: Promise<void>;
  /** How it stands, for the coverage record of this moment. */
  state(): { readonly state: CoverageRecord['state']; readonly since: number; readonly reason?: string };
  /** `deleted`: the kind itself is gone from the cluster, so are its objects. */
  stop(deleted?: boolean): Promise<void>;
}

/** A forbidden kind is asked for again: somebody may grant the rule, and an API server that has just started knows no rules yet. */
const FORBIDDEN_FIRST_PAUSE_MS = 2_000;
const FORBIDDEN_LONGEST_PAUSE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** The server is asked to end a watch after 5 to 10 minutes, so that they do not all end together. */
const WATCH_S = 300;
/** Bookmarks come about once a minute; after this without a word the connection is taken for dead. */
const SILENCE_MS = 150_000;

export function kindWatch(options: KindWatchOptions): KindWatch {
  const { source, type, gate, clock, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const known = new Map<string, Pick<Manifest['metadata'], 'name' | 'namespace'>>();
  const refused = new Set<string>(); // verbs, of this try
  const first = Promise.withResolvers<void>();
  let version: string | undefined; // where the next watch begins; undefined = LIST
  let greatest = 0;
  let heardAt = clock.now();
  let trouble: string | undefined = 'not listed yet';
  let since = heardAt;
  let hasListed = false;
  let hasOpened = false;
  let sawBookmark = false;
  let pause = FIRST_PAUSE_MS;

  const heard = (): void => {
    heardAt = clock.now();
    pause = FIRST_PAUSE_MS;
    if (trouble === undefined) return;
    if (hasListed) log.info('watching again', { kind: kindName(type), after: trouble });
    trouble = undefined;
  };
  const isOlder = (resourceVersion: string): boolean => Number(resourceVersion) < greatest;
  const reached = (resourceVersion: string): void => {
    version = resourceVersion;
    greatest = Math.max(greatest, Number(resourceVersion) || 0);
  };
  const see = (object: Manifest, op: 'add' | 'modify'): void => {
    const { uid, name, namespace } = object.metadata;
    if (!known.has(uid)) known.set(uid, { name, ...(namespace !== undefined && { namespace }) });
    options.onObject(object, op);
  };
  const absent = (uid: string, resourceVersion: string, goneAfter: number): void => {
    const about = known.get(uid);
    known.delete(uid);
    if (about) options.onGone({ ...headOf(type), metadata: { ...about, uid, resourceVersion } }, goneAfter);
  };

  const list = async (): Promise<void> => {
    const lastSeen = heardAt;
    const listed = await gate.pass(() => listAll(source, type, (object) => see(object, 'add'), signal));
    if (isOlder(listed.resourceVersion)) {
      stopping.abort();
      options.onRestored();
      return;
    }
    for (const uid of [...known.keys()]) if (!listed.uids.has(uid)) absent(uid, listed.resourceVersion, lastSeen);
    reached(listed.resourceVersion);
    if (hasListed && trouble !== undefined) options.onGap(since, clock.now(), trouble);
    heard();
    const again = hasListed;
    hasListed = true;
    options.onListed(again);
    first.resolve();
  };

  const watch = async (from: string): Promise<void> => {
    const silence = new AbortController();
    const ended = new AbortController();
    const timeoutSeconds = WATCH_S + Math.floor(Math.random() * WATCH_S);
    const both = AbortSignal.any([signal, silence.signal]);
    const patience = (): number => (sawBookmark ? SILENCE_MS : timeoutSeconds * 1000 + SILENCE_MS);
    const guard = guardSilence(
      clock,
      () => heardAt,
      patience,
      ended.signal,
      () => {
        options.onGap(heardAt, clock.now(), 'watch went silent');
        silence.abort();
      },
    );
    try {
      const asked = { resourceVersion: from, bookmarks: true, timeoutSeconds, signal: both };
      for await (const event of source.watch(type, asked)) take(event);
    } finally {
      ended.abort();
      await guard;
    }
  };
  const take = (event: WatchEvent): void => {
    heard();
    if (event.type === 'OPEN') {
      hasOpened = true;
      first.resolve(); // also where LIST is refused and only watching is allowed
      return;
    }
    if (event.type === 'BOOKMARK') {
      sawBookmark = true;
      reached(event.resourceVersion);
      return;
    }
    const { object } = event;
    if (event.type === 'DELETED') {
      known.delete(object.metadata.uid);
      options.onGone(object);
    } else see(object, event.type === 'ADDED' ? 'add' : 'modify');
    if (object.metadata.resourceVersion !== undefined) reached(object.metadata.resourceVersion);
  };

  const failed = async (error: unknown): Promise<void> => {
    if (isLostTrack(error)) {
      log.info('resourceVersion is not known any more; listing again', { kind: kindName(type) });
      version = undefined;
      setTrouble('listing again');
      return;
    }
    if (error instanceof Forbidden) {
      refused.add(error.verb);
      if (!refused.has('watch')) {
        version = '0'; // the server then begins with everything there is
        return;
      }
      version = undefined; // what may only be listed is listed now and then
    }
    setTrouble(reasonOf(error, type, [...refused]));
    refused.clear();
    first.resolve();
    await clock.sleep(waitAfter(error) * (0.9 + Math.random() * 0.2), signal);
  };
  const waitAfter = (error: unknown): number => {
    if (error instanceof TooMany) return error.retryAfterMs;
    const isForbidden = error instanceof Forbidden;
    if (isForbidden && hasListed && !hasOpened) return FORBIDDEN_LONGEST_PAUSE_MS; // may be listed, never watched: asked now and then
    const wait = isForbidden ? Math.max(pause, FORBIDDEN_FIRST_PAUSE_MS) : pause;
    pause = Math.min(wait * 2, isForbidden ? FORBIDDEN_LONGEST_PAUSE_MS : LONGEST_PAUSE_MS);
    return wait;
  };
  const setTrouble = (reason: string): void => {
    if (trouble === reason) return;
    if (trouble === undefined) since = heardAt;
    trouble = reason;
    log.info('kind is not watched', { kind: kindName(type), reason });
  };

  const running = (async () => {
    while (!signal.aborted) {
      const began = clock.now();
      try {
        if (version === undefined) await list();
        else await watch(version);
        if (clock.now() - began < FIRST_PAUSE_MS) await clock.sleep(FIRST_PAUSE_MS / 4, signal);
      } catch (error) {
        if (!signal.aborted) await failed(error);
      }
    }
    first.resolve();
  })();

  return {
    type,
    settled: first.promise,
    state: () =>
      trouble === undefined ? { state: 'watching', since: heardAt } : { state: 'gap', since, reason: trouble },
    async stop(deleted = false) {
      stopping.abort();
      await running;
      if (deleted) for (const uid of [...known.keys()]) absent(uid, String(greatest + 1), heardAt);
    },
  };
}

const headOf = (type: ResourceType): Pick<Manifest, 'apiVersion' | 'kind'> => ({
  apiVersion: type.group === '' ? type.version : `${type.group}/${type.version}`,
  kind: type.kind,
});

/** Compacted (410), or, after a restore, from a future that this server never had. */
const isLostTrack = (error: unknown): boolean =>
  error instanceof Gone || (error instanceof KubeError && /too large resource version/i.test(error.message));

async function guardSilence(
  clock: Clock,
  heardAt: () => number,
  patience: () => number,
  ended: AbortSignal,
  onSilent: () => void,
): Promise<void> {
  while (!ended.aborted) {
    const left = heardAt() + patience() - clock.now();
    if (left <= 0) {
      onSilent();
      return;
    }
    await clock.sleep(Math.max(left, FIRST_PAUSE_MS), ended);
  }
}

/** What coverage says of it: short, and without what differs from try to try. */
export function reasonOf(error: unknown, { group, resource }: ResourceType, verbs: readonly string[]): string {
  const full = group === '' ? resource : `${resource}.${group}`;
  if (error instanceof Forbidden) return `forbidden: missing ${verbs.join(',')} on ${full}`;
  if (error instanceof TooMany) return 'the API server asked to wait';
  if (error instanceof KubeError && error.status === 404) return 'not served';
  if (error instanceof KubeError && error.status === 0) return 'API server does not answer';
  return error instanceof Error ? error.message.slice(0, 200) : String(error);
}
