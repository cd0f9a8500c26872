// The recorder: what is seen goes in, sealed chunks come out. It knows no clock and no timer: every call carries its instant,
// so the live agent and the playground's simulated past drive the very same code.

import type { Manifest } from '@mosaic/kat';
import type { Covering } from '@mosaic/runtime';
import {
  type AgentNote,
  type Chunk,
  type ClusterEvent,
  type Compression,
  type Op,
  type Revision,
  SHARDS,
  type Signal,
  type Signer,
  type Slim,
  type SlimDelta,
} from '@mosaic/wire';
import { cleanObject } from '../object/clean.ts';
import { redactor } from '../object/redact.ts';
import { slimOf } from '../object/slim-of.ts';
import { checkpoints } from './checkpoint.ts';
import { eventOf } from './event-of.ts';
import { instants } from './instants.ts';
import { living } from './living.ts';
import { outbox } from './outbox.ts';
import { revisions } from './revisions.ts';
import { weightOfDelta, weightOfEvent, weightOfRevision } from './weights.ts';

export interface RecorderLimits {
  /** Compressed versions kept for differences. Default 192 MiB. */
  readonly versionBytes: number;
  /** Parsed versions kept for speed. Default 64: of many objects the same one seldom changes twice in a row. */
  readonly parsedVersions: number;
  /** Ages at which open chunks are sealed. Defaults: objects 1 s, state 10 s, events 5 s, coverage 10 s. */
  readonly objectsEveryMs: number;
  readonly stateEveryMs: number;
  readonly eventsEveryMs: number;
  readonly coverageEveryMs: number;
  readonly checkpointEveryMs: number;
  /** Published and not yet settled; `tick` waits above it. Default 16 MiB. */
  readonly bytesInFlight: number;
}

export interface RecorderOptions {
  readonly cluster: number;
  /** `cluster-agent`. */
  readonly source: string;
  readonly boot: string;
  readonly epoch: number;
  readonly compression: Compression;
  readonly signer?: Signer;
  readonly redactKey: Uint8Array | string;
  /** Called in order; the chunk's message key is the cluster's id. A rejection is thrown by the next `tick`, `checkpoint`, `flush` or `close`. */
  readonly publish: (topic: string, chunk: Chunk) => Promise<void>;
  /** What headers say as the sealing clock; default: the instant of the call that sealed. A simulated past gives the real clock. */
  readonly sealedAt?: (at: number) => number;
  /** Said with the coverage. */
  readonly note?: () => AgentNote;
  readonly limits?: Partial<RecorderLimits>;
}

export interface Observation {
  readonly op: Op;
  /** The manifest as the API server gave it; it is not kept and not changed. */
  readonly object: Manifest;
  /** Epoch ms. */
  readonly at: number;
  /** A delete found by absence: it went at some instant after this one. */
  readonly goneAfter?: number;
}

export interface RecorderStats {
  readonly objects: number;
  readonly observed: number;
  readonly duplicates: number;
  readonly revisions: number;
  readonly revisionBytes: number;
  readonly deltas: number;
  readonly events: number;
  readonly checkpoints: number;
  readonly chunks: Readonly<Partial<Record<Signal, number>>>;
  readonly chunkBytes: Readonly<Partial<Record<Signal, number>>>;
  /** Held for differences. */
  readonly versionBytes: number;
}

export interface Recorder {
  observe(observation: Observation): void;
  /** An Event manifest. */
  event(object: Manifest, at: number): void;
  /** Alive when an agent was last here (`goneAfter`, epoch ms) and not in a complete LIST now. One that is known is left alone. */
  missing(slim: Slim, at: number, goneAfter: number): void;
  /** Everything alive, shard by shard. */
  living(): Slim[];
  /** Facts about the past that objects prove; each hour of it becomes a chunk. */
  reconstructed(revisions: readonly Revision[], at: number): void;
  cover(covering: Covering): void;
  /** Seals what is old enough, writes the aligned checkpoint once there has been a first. Resolves when few enough bytes are in flight. */
  tick(at: number): Promise<void>;
  /** All that is alive, now: at boot, leadership and after a complete relist. */
  checkpoint(at: number): Promise<void>;
  /** Seals everything open; resolves when all of it is published. */
  flush(at: number): Promise<void>;
  /** Says goodbye with `reason`, then as `flush`. */
  close(at: number, reason: string): Promise<void>;
  /** Something sent was lost (a full spool): every next version is kept whole again. */
  renew(): void;
  stats(): RecorderStats;
}

const DEFAULTS: RecorderLimits = {
  versionBytes: 192 * 1024 * 1024,
  parsedVersions: 64,
  objectsEveryMs: 1_000,
  stateEveryMs: 10_000,
  eventsEveryMs: 5_000,
  coverageEveryMs: 10_000,
  checkpointEveryMs: 600_000,
  bytesInFlight: 16 * 1024 * 1024,
};
/** For a simulated past, which nobody tails: fewer, larger chunks of the same records. */
export const PAST_LIMITS = {
  objectsEveryMs: 60_000,
  stateEveryMs: 60_000,
  eventsEveryMs: 60_000,
  coverageEveryMs: 60_000,
  parsedVersions: 512,
} satisfies Partial<RecorderLimits>;
/** Daily snapshots per tick: a tick stays short. */
const SNAPSHOTS_PER_TICK = 100;
/** Seen (event, resourceVersion): a relist of events repeats them. */
const EVENTS_REMEMBERED = 20_000;
const GONE_REMEMBERED = 10_000;

export function recorder(options: RecorderOptions): Recorder {
  const limits = { ...DEFAULTS, ...options.limits };
  const redact = redactor(options.redactKey);
  const alive = living();
  const history = revisions(options.compression, limits, (uid) => alive.get(uid));
  const shardsAt = checkpoints(alive);
  const out = outbox(options, limits);
  const clock = instants(() => out.sealAll());
  const lastSeen = new Map<string, number>(); // uid → resourceVersion, also of heartbeats
  const gone = recent(GONE_REMEMBERED);
  const seenEvents = recent(EVENTS_REMEMBERED);
  const count = { observed: 0, duplicates: 0, revisions: 0, revisionBytes: 0, deltas: 0, events: 0, checkpoints: 0 };
  let nextCheckpoint: number | undefined;

  const record = (revision: Revision | undefined, delta: SlimDelta | undefined, at: number): void => {
    if (revision === undefined && delta === undefined) return;
    const weight = (revision ? weightOfRevision(revision) : 0) + (delta ? weightOfDelta(delta) : 0);
    out.objects.add({ ...(revision && { revision }), ...(delta && { delta }) }, at, weight);
    if (delta && nextCheckpoint !== undefined) out.state.add(delta, at, weightOfDelta(delta)); // before the first checkpoint there is nothing to add to
    if (delta) count.deltas++;
    if (revision === undefined) return;
    count.revisions++;
    count.revisionBytes += revision.body.length;
  };

  const remove = (object: Manifest, rv: number, at: number, goneAfter: number | undefined): void => {
    const { uid } = object.metadata;
    const slim = alive.get(uid);
    gone.add(uid);
    if (slim === undefined) return;
    const isOfDelete = rv > (lastSeen.get(uid) ?? 0);
    lastSeen.delete(uid);
    const delta = alive.remove(uid, at);
    record(history.end(slim, at, isOfDelete ? rv : slim.rv + 1, goneAfter), delta, at);
  };

  const put = (object: Manifest, rv: number, op: Op, at: number): void => {
    lastSeen.set(object.metadata.uid, rv);
    const cleaned = cleanObject(object, redact);
    const slim = slimOf(cleaned, rv);
    const isKnown = alive.get(slim.uid) !== undefined;
    const revision = history.revise(cleaned, slim, isKnown ? 'modify' : op, at);
    record(revision, alive.put(slim, at, revision !== undefined), at);
  };

  const writeCheckpoint = (at: number): void => {
    out.state.seal();
    out.checkpoint(shardsAt(at), at);
    count.checkpoints++;
    nextCheckpoint = (Math.floor(at / limits.checkpointEveryMs) + 1) * limits.checkpointEveryMs;
  };

  return {
    observe({ op, object, at, goneAfter }) {
      count.observed++;
      const instant = clock.at(at);
      const { uid } = object.metadata;
      const rv = versionOf(object, lastSeen.get(uid));
      if (op === 'delete') remove(object, rv, instant, goneAfter);
      else if (gone.has(uid) || rv <= (lastSeen.get(uid) ?? -1) || isElsewhere(alive.get(uid), object))
        count.duplicates++;
      else put(object, rv, op, instant);
    },
    event(object, at) {
      if (!seenEvents.add(`${object.metadata.uid} ${object.metadata.resourceVersion ?? ''}`)) return;
      const event: ClusterEvent = eventOf(object, at, redact.text);
      out.events.add(event, clock.at(at), weightOfEvent(event));
      count.events++;
    },
    missing(slim, at, goneAfter) {
      if (alive.get(slim.uid) !== undefined || gone.has(slim.uid)) return;
      const instant = clock.at(at);
      gone.add(slim.uid);
      const delta = { uid: slim.uid, at: instant, gone: true } as const;
      record(history.end(slim, instant, slim.rv + 1, Math.min(goneAfter, instant)), delta, instant);
    },
    living: () => Array.from({ length: SHARDS }, (_, shard) => alive.shard(shard)).flat(),
    reconstructed: (rows, at) => out.past(rows, clock.at(at)),
    cover: (covering) => out.cover({ ...covering, to: clock.at(covering.to) }),
    async tick(at) {
      const instant = clock.at(at);
      for (const row of history.due(instant, SNAPSHOTS_PER_TICK)) record(row, undefined, instant);
      if (nextCheckpoint !== undefined && instant >= nextCheckpoint) writeCheckpoint(instant);
      out.due(instant);
      await out.settled(limits.bytesInFlight);
    },
    async checkpoint(at) {
      writeCheckpoint(clock.at(at));
      await out.settled(limits.bytesInFlight);
    },
    async flush(at) {
      clock.at(at);
      out.sealAll();
      await out.settled(0);
    },
    async close(at, reason) {
      out.stop(clock.at(at), reason);
      out.sealAll();
      await out.settled(0);
    },
    renew: () => history.renew(),
    stats: () => ({ objects: alive.size, ...count, ...out.stats(), versionBytes: history.bytes }),
  };
}

/** The same object served by a second group (an Ingress by `extensions`, a Namespace as a `Project`) is not a second object. */
const isElsewhere = (known: Slim | undefined, { kind, apiVersion }: Manifest): boolean =>
  known !== undefined && (known.kind !== kind || groupOf(known.apiVersion) !== groupOf(apiVersion));
const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));

/** resourceVersions are decimal in every API server there is; should one not be, its changes are counted instead. */
function versionOf({ metadata }: Manifest, before = 0): number {
  const version = Number(metadata.resourceVersion);
  return Number.isSafeInteger(version) && version >= 0 ? version : before + 1;
}

/** The last `most` keys. */
function recent(most: number): { add(key: string): boolean; has(key: string): boolean } {
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    add(key) {
      if (keys.has(key)) return false;
      keys.add(key);
      for (const oldest of keys) {
        if (keys.size <= most) break;
        keys.delete(oldest);
      }
      return true;
    },
  };
}
