// One kind of one cluster: listed, then watched, listed again when the server has forgotten where we were; and what is not seen is said.

import {
  Forbidden,
  kindName,
  type LiveSource,
  type Manifest,
  type ResourceType,
  TooMany,
  type WatchEvent,
} from '@mosaic/kat';
import type { Clock, Log } from '@mosaic/runtime';
import type { CoverageRecord } from '@mosaic/wire';
import type { Gate } from './gate.ts';
import { listAll } from './listing.ts';
import { isLostTrack, reasonOf } from './trouble.ts';

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
  const watcher = new KindWatcher(options);
  watcher.start();
  return watcher;
}

class KindWatcher implements KindWatch {
  readonly type: ResourceType;
  readonly #options: KindWatchOptions;
  readonly #stopping = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  /** Alive, with what a delete by absence has to say of them. */
  readonly #known = new Map<string, Pick<Manifest['metadata'], 'name' | 'namespace'>>();
  /** Verbs refused in this try. */
  readonly #refused = new Set<string>();
  /** Where the next watch begins; undefined = LIST. */
  #version: string | undefined;
  #greatest = 0;
  #heardAt: number;
  #trouble: string | undefined = 'not listed yet';
  #since: number;
  #hasListed = false;
  #hasOpened = false;
  #sawBookmark = false;
  #pause = FIRST_PAUSE_MS;
  #running: Promise<void> = Promise.resolve();

  constructor(options: KindWatchOptions) {
    this.#options = options;
    this.type = options.type;
    this.#heardAt = options.clock.now();
    this.#since = this.#heardAt;
  }

  get settled(): Promise<void> {
    return this.#first.promise;
  }

  state(): ReturnType<KindWatch['state']> {
    return this.#trouble === undefined
      ? { state: 'watching', since: this.#heardAt }
      : { state: 'gap', since: this.#since, reason: this.#trouble };
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(deleted = false): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    if (deleted)
      for (const uid of [...this.#known.keys()]) this.#missing(uid, String(this.#greatest + 1), this.#heardAt);
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const began = clock.now();
      try {
        if (this.#version === undefined) await this.#list();
        else await this.#watch(this.#version);
        if (clock.now() - began < FIRST_PAUSE_MS) await clock.sleep(FIRST_PAUSE_MS / 4, signal);
      } catch (error) {
        if (!signal.aborted) await this.#failed(error);
      }
    }
    this.#first.resolve();
  }

  async #list(): Promise<void> {
    const { source, gate, clock, onGap, onListed, onRestored } = this.#options;
    const lastSeen = this.#heardAt;
    const see = (object: Manifest): void => this.#see(object, 'add');
    const { uids, resourceVersion } = await gate.pass(() => listAll(source, this.type, see, this.#stopping.signal));
    if (Number(resourceVersion) < this.#greatest) {
      this.#stopping.abort();
      onRestored();
      return;
    }
    for (const uid of [...this.#known.keys()]) if (!uids.has(uid)) this.#missing(uid, resourceVersion, lastSeen);
    this.#reached(resourceVersion);
    if (this.#hasListed && this.#trouble !== undefined) onGap(this.#since, clock.now(), this.#trouble);
    this.#heard();
    onListed(this.#hasListed);
    this.#hasListed = true;
    this.#first.resolve();
  }

  async #watch(from: string): Promise<void> {
    const { source, clock, onGap } = this.#options;
    const silence = new AbortController();
    const ended = new AbortController();
    const timeoutSeconds = WATCH_S + Math.floor(Math.random() * WATCH_S);
    const quietUntil = (): number => this.#heardAt + SILENCE_MS + (this.#sawBookmark ? 0 : timeoutSeconds * 1000); // no bookmarks: only its end is expected
    const guard = guardSilence(clock, quietUntil, ended.signal, () => {
      onGap(this.#heardAt, clock.now(), 'watch went silent');
      silence.abort();
    });
    const signal = AbortSignal.any([this.#stopping.signal, silence.signal]);
    try {
      const asked = { resourceVersion: from, bookmarks: true, timeoutSeconds, signal };
      for await (const event of source.watch(this.type, asked)) this.#take(event);
    } finally {
      ended.abort();
      await guard;
    }
  }

  #take(event: WatchEvent): void {
    this.#heard();
    if (event.type === 'OPEN') {
      this.#hasOpened = true;
      this.#first.resolve(); // also where LIST is refused and only watching is allowed
    } else if (event.type === 'BOOKMARK') {
      this.#sawBookmark = true;
      this.#reached(event.resourceVersion);
    } else {
      const { object } = event;
      if (event.type === 'DELETED') this.#gone(object);
      else this.#see(object, event.type === 'ADDED' ? 'add' : 'modify');
      if (object.metadata.resourceVersion !== undefined) this.#reached(object.metadata.resourceVersion);
    }
  }

  #see(object: Manifest, op: 'add' | 'modify'): void {
    const { uid, name, namespace } = object.metadata;
    if (!this.#known.has(uid)) this.#known.set(uid, { name, ...(namespace !== undefined && { namespace }) });
    this.#options.onObject(object, op);
  }

  #gone(object: Manifest): void {
    this.#known.delete(object.metadata.uid);
    this.#options.onGone(object);
  }

  #missing(uid: string, resourceVersion: string, goneAfter: number): void {
    const about = this.#known.get(uid);
    this.#known.delete(uid);
    if (about) this.#options.onGone({ ...headOf(this.type), metadata: { ...about, uid, resourceVersion } }, goneAfter);
  }

  #reached(resourceVersion: string): void {
    this.#version = resourceVersion;
    this.#greatest = Math.max(this.#greatest, Number(resourceVersion) || 0);
  }

  #heard(): void {
    this.#heardAt = this.#options.clock.now();
    this.#pause = FIRST_PAUSE_MS;
    if (this.#trouble === undefined) return;
    if (this.#hasListed) this.#options.log.info('watching again', { kind: kindName(this.type), after: this.#trouble });
    this.#trouble = undefined;
  }

  async #failed(error: unknown): Promise<void> {
    const { clock } = this.#options;
    if (isLostTrack(error)) {
      this.#version = undefined;
      this.#setTrouble('listing again');
      return;
    }
    if (error instanceof Forbidden) {
      this.#refused.add(error.verb);
      const mayTryToWatch = !this.#refused.has('watch');
      this.#version = mayTryToWatch ? '0' : undefined; // 0: the server begins with everything there is
      if (mayTryToWatch) return;
    }
    this.#setTrouble(reasonOf(error, this.type, [...this.#refused]));
    this.#refused.clear();
    this.#first.resolve();
    await clock.sleep(this.#waitAfter(error) * (0.9 + Math.random() * 0.2), this.#stopping.signal);
  }

  #waitAfter(error: unknown): number {
    if (error instanceof TooMany) return error.retryAfterMs;
    const isForbidden = error instanceof Forbidden;
    if (isForbidden && this.#hasListed && !this.#hasOpened) return FORBIDDEN_LONGEST_PAUSE_MS; // may be listed, never watched
    const wait = isForbidden ? Math.max(this.#pause, FORBIDDEN_FIRST_PAUSE_MS) : this.#pause;
    this.#pause = Math.min(wait * 2, isForbidden ? FORBIDDEN_LONGEST_PAUSE_MS : LONGEST_PAUSE_MS);
    return wait;
  }

  #setTrouble(reason: string): void {
    if (this.#trouble === reason) return;
    if (this.#trouble === undefined) this.#since = this.#heardAt;
    this.#trouble = reason;
    this.#options.log.info('kind is not watched', { kind: kindName(this.type), reason });
  }
}

const headOf = (type: ResourceType): Pick<Manifest, 'apiVersion' | 'kind'> => ({
  apiVersion: type.group === '' ? type.version : `${type.group}/${type.version}`,
  kind: type.kind,
});

async function guardSilence(
  clock: Clock,
  quietUntil: () => number,
  ended: AbortSignal,
  onSilent: () => void,
): Promise<void> {
  while (!ended.aborted) {
    const left = quietUntil() - clock.now();
    if (left <= 0) {
      onSilent();
      return;
    }
    await clock.sleep(Math.max(left, FIRST_PAUSE_MS), ended);
  }
}
