// What is kept, by the question it answers. Adapters: cassandra, embedded, memory; all pass contract.ts.
// Writes are repeat-safe: keys are derived from what is written, never made here. Instants are epoch ms. Reads throw `Unavailable` when the
// store cannot be reached, `NotKept` when the instant is older than what retention left.

import type {
  Change,
  ChunkHeader,
  ClusterEvent,
  CoverageRecord,
  Revision,
  Signal,
  Slim,
  SlimDelta,
  Span,
} from '@mosaic/wire';
import type { Audit, Enrolment, People } from './port-people.ts';
import type { Connections, Edges, Logs, Metrics, Tokens } from './port-signals.ts';

/** Older than retention. `keptFrom`: the oldest instant that can still be asked. */
export class NotKept extends Error {
  override readonly name = 'NotKept';
  readonly keptFrom: number;
  constructor(keptFrom: number) {
    super(`nothing is kept before ${new Date(keptFrom).toISOString()}`);
    this.keptFrom = keptFrom;
  }
}

/** The disk is full or the store refuses writes: nothing was acknowledged, reads go on. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
}

export interface Page {
  /** At most this many, default 100. */
  readonly limit?: number;
  /** From `next` of the page before. Opaque. */
  readonly cursor?: string;
}
export interface Paged<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

export interface ClusterRecord {
  /** Small integer given at enrolment. */
  readonly id: number;
  readonly name: string;
  readonly kind: 'playground' | 'kubernetes' | 'intake';
  /** Uid of its kube-system namespace, when known. */
  readonly uid?: string;
  readonly enrolledAt: number;
  readonly version?: string;
}

export interface AgentKey {
  readonly keyId: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly revokedAt?: number;
}

export interface Clusters {
  /** The same name gets the same id, whoever asks first. */
  enrol(cluster: {
    readonly name: string;
    readonly kind: ClusterRecord['kind'];
    readonly uid?: string;
    readonly version?: string;
  }): Promise<ClusterRecord>;
  all(): Promise<readonly ClusterRecord[]>;
  addKey(cluster: number, key: AgentKey): Promise<void>;
  revokeKey(cluster: number, keyId: string): Promise<void>;
  keys(cluster: number): Promise<readonly AgentKey[]>;
}

/** A revision's cleaned object, inflated: UTF-8 JSON without resourceVersion. Undefined for a delete. */
export interface KeptRevision extends Omit<Revision, 'body' | 'inflated' | 'enc' | 'baseAt' | 'baseRv'> {
  readonly json?: string;
}

/** What a manifest is made of, and no more: for many objects at once. */
export interface KeptBody extends Pick<Revision, 'rv' | 'op'> {
  /** What `KeptRevision.json` is, in UTF-8: whoever keeps many of them keeps them off the heap. */
  readonly body?: Uint8Array;
}

/** One revision: of which object, from when on, its version. */
export interface RevisionKey {
  readonly uid: string;
  readonly at: number;
  readonly rv: number;
}

export interface ObjectName {
  readonly cluster: number;
  readonly uid: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner?: string;
  readonly firstAt: number;
  /** Of its delete; undefined while it lives (or was living when last seen). */
  readonly goneAt?: number;
}

export interface Objects {
  /** `receivedAt`: the receiver's own clock. An equal (uid, rv) seen again is the same revision: the earliest instant wins. */
  write(cluster: number, revisions: readonly Revision[], receivedAt: number): Promise<void>;
  /** The newest revision at or before `at`, its body restored; undefined when the object was not known then. */
  at(cluster: number, uid: string, at: number): Promise<KeptRevision | undefined>;
  /** As `at`, of many objects in their order: one row each instead of its history, and the snapshots those lean on read together. */
  bodies(cluster: number, uids: readonly string[], at: number): Promise<readonly (KeptBody | undefined)[]>;
  /** Exactly these revisions, in their order, many at once; undefined for what is not kept. Never `NotKept`. */
  revisions(cluster: number, keys: readonly RevisionKey[]): Promise<readonly (KeptBody | undefined)[]>;
  /** Revisions in [from, to], newest first. `bodies: false` (default) leaves `json` out. */
  history(
    cluster: number,
    uid: string,
    span: Span,
    page?: Page & { readonly bodies?: boolean },
  ): Promise<Paged<KeptRevision>>;
  /** Lives of names: everything of the kind, namespace and name (all when undefined) known in [from, to]; `like`: part of a name. */
  names(
    cluster: number,
    query: {
      readonly kind?: string;
      readonly namespace?: string;
      readonly name?: string;
      readonly like?: string;
    } & Span,
    page?: Page,
  ): Promise<Paged<ObjectName>>;
}

/** A checkpoint shard or a delta chunk as filed: header and compressed body. */
export interface StateChunk {
  readonly header: ChunkHeader;
  readonly body: Uint8Array;
}

export interface StateAt {
  readonly at: number;
  /** By uid. Shared and immutable: never mutate. */
  readonly objects: ReadonlyMap<string, Slim>;
  /** The checkpoint used; undefined when none is known (then `objects` is empty). */
  readonly checkpointAt?: number;
  readonly epoch?: number;
  /** Set when the checkpoint is older than 2 h, incomplete ones were passed over, or deltas' sequence has holes: the last known state, with a gap. */
  readonly stale?: { readonly from: number; readonly reason: string };
}

export interface State {
  /** Checkpoint shards and deltas, told apart by their header. Files by the header alone; bodies stay compressed. */
  file(chunk: StateChunk, receivedAt: number): Promise<void>;
  /** `spec/storage.md`, State at T. Throws `NotKept`. */
  at(cluster: number, at: number): Promise<StateAt>;
  /** Deltas with instants in (from, to], oldest first, decoded: for stepping through time and for diffs over short spans. */
  deltas(
    cluster: number,
    span: Span,
  ): Promise<readonly { readonly epoch: number; readonly seq: number; readonly deltas: readonly SlimDelta[] }[]>;
  /** First and last instants for which any state is kept. */
  extent(cluster: number): Promise<Span | undefined>;
}

export interface EventQuery extends Span {
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly objectUid?: string;
  readonly type?: string;
  readonly reason?: string;
  /** Substring of the message, case-insensitive. */
  readonly q?: string;
}

export interface Events {
  write(cluster: number, events: readonly ClusterEvent[], receivedAt: number): Promise<void>;
  /** Newest first by the event's own last instant. An event seen again with a larger count is one more row (uid, count). */
  list(cluster: number, query: EventQuery, page?: Page): Promise<Paged<ClusterEvent>>;
  /** Counts per bucket of `stepMs` over [from, to). */
  histogram(
    cluster: number,
    query: Span & { readonly stepMs: number },
  ): Promise<readonly { readonly normal: number; readonly warning: number }[]>;
}

export interface ChangeQuery extends Span {
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly workload?: string;
  readonly actor?: string;
  readonly minSeverity?: number;
}

export interface Changes {
  write(cluster: number, changes: readonly Change[]): Promise<void>;
  /** Newest first. */
  list(cluster: number, query: ChangeQuery, page?: Page): Promise<Paged<Change>>;
}

export interface Coverage {
  write(cluster: number, records: readonly CoverageRecord[], receivedAt: number): Promise<void>;
  /** Records touching [from, to], consecutive ones of one (source, boot, signal, kind, state, reason) joined into one span. */
  between(cluster: number, span: Span & { readonly signal?: Signal }): Promise<readonly CoverageSpan[]>;
}

export interface CoverageSpan extends Span {
  readonly source: string;
  readonly boot: string;
  readonly signal: Signal;
  readonly kind: string;
  readonly state: CoverageRecord['state'];
  readonly reason?: string;
  /** Receiver's clock less the agent's, ms, of the newest record: the skew readers apply. */
  readonly skewMs: number;
}

/** An IP belongs to somebody only for an interval. */
export interface Lease {
  readonly ip: string;
  readonly uid: string;
  readonly from: number;
  /** Undefined while it holds. */
  readonly to?: number;
  readonly hostNetwork: boolean;
}

export interface Leases {
  write(cluster: number, leases: readonly Lease[]): Promise<void>;
  /** Holders of `ip` at `at`, most recent first: none, one, or several (then nobody may guess). */
  holders(cluster: number, ip: string, at: number): Promise<readonly Lease[]>;
  /** Every lease of `ip` touching the span. */
  of(cluster: number, ip: string, span: Span): Promise<readonly Lease[]>;
}

export const RETAINED = [
  'logs',
  'objects',
  'state',
  'events',
  'changes',
  'coverage',
  'connections',
  'edges',
  'metrics',
  'rolled',
] as const;
/** What is kept and given up together: a family of tables. */
export type Retained = (typeof RETAINED)[number];

export interface Retention {
  /** Days by table family. */
  readonly days: Readonly<Record<Retained, number>>;
  /** In all. */
  readonly bytes?: number;
  /** Bounds of single families, beside their age. */
  readonly familyBytes?: Readonly<Partial<Record<Retained, number>>>;
}

export interface Usage {
  readonly family: Retained;
  /** UTC, `2026-11-20`. */
  readonly day: string;
  readonly bytes: number;
  /** Shares by cluster id, where the store can tell; they add up to `bytes`. */
  readonly clusters: Readonly<Record<number, number>>;
}

export interface Upkeep {
  retention(): Retention;
  /** What was said last, though by another process. */
  recall(): Promise<Retention>;
  /**
   * Remembered, and in force from now on, in other processes within seconds. In Cassandra for what is written from now on: rows keep the lifetime
   * they were written with, and bytes are met by a shorter one.
   */
  retain(retention: Retention): Promise<void>;
  /** Enforces age and bytes now; returns what went. Safe to call at any time. */
  sweep(now: number): Promise<{ readonly removedBytes: number }>;
  /** By family and UTC day: bytes on disk (embedded), or as they were written, before compression (cassandra). */
  usage(): Promise<readonly Usage[]>;
  freeBytes(): Promise<number | undefined>;
}

export interface Store {
  readonly clusters: Clusters;
  readonly objects: Objects;
  readonly state: State;
  readonly events: Events;
  readonly changes: Changes;
  readonly coverage: Coverage;
  readonly leases: Leases;
  readonly logs: Logs;
  readonly metrics: Metrics;
  readonly connections: Connections;
  readonly edges: Edges;
  readonly tokens: Tokens;
  readonly people: People;
  readonly enrolment: Enrolment;
  readonly audit: Audit;
  readonly upkeep: Upkeep;
  /** Small named values of the deriver and the API: watermarks, settings. */
  readonly marks: { get(name: string): Promise<string | undefined>; set(name: string, value: string): Promise<void> };
  health(): Promise<{ readonly ok: boolean; readonly detail?: string }>;
  close(): Promise<void>;
}
