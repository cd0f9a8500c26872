// What an adapter gives: rows by key. The questions above it (`questions/`) are the same for all three adapters.
// Every `put` may come twice and in any order.

import type { Change, ClusterEvent, Codec, CoverageRecord, Revision, Signal, Span } from '@mosaic/wire';
import type { AgentKey, ClusterRecord, CoverageSpan, Lease, ObjectName, RevisionKey, Usage } from './port.ts';
import type { IntakeTokenRecord } from './port-signals.ts';
import type { AuditRows, EnrolmentRows, PeopleRows } from './rows-people.ts';

/** Place of a row in a newest-first list: `at` falls, then `uid` and `n` rise (of one object's revisions `n` falls). */
export interface Place {
  readonly at: number;
  readonly uid: string;
  readonly n: number;
}

/** Rows with `at` in [from, to], after a place, newest first. */
export interface Slice extends Span {
  readonly after?: Place;
  readonly limit: number;
}

/** What of a revision its manifest is made of. */
export type BodyRow = Pick<Revision, 'uid' | 'at' | 'rv' | 'op' | 'enc' | 'baseAt' | 'baseRv' | 'inflated' | 'body'>;

export interface ObjectRows {
  put(cluster: number, revisions: readonly Revision[], receivedAt: number): Promise<void>;
  /** Of one object, newest first, greater `rv` first within an instant. */
  slice(cluster: number, uid: string, slice: Slice): Promise<readonly Revision[]>;
  /** The newest at or before `at` of each, in the order of `uids`. */
  newest(cluster: number, uids: readonly string[], at: number): Promise<readonly (BodyRow | undefined)[]>;
  /** In the order of `keys`. */
  ones(cluster: number, keys: readonly RevisionKey[]): Promise<readonly (BodyRow | undefined)[]>;
  names(cluster: number, query: NameQuery): Promise<readonly ObjectName[]>;
}

/** By kind, namespace, name, firstAt, uid; after a place in that order. `like` is lower case. */
export interface NameQuery extends Span {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly like?: string;
  readonly after?: NamePlace;
  readonly limit: number;
}
export type NamePlace = Pick<ObjectName, 'kind' | 'namespace' | 'name' | 'firstAt' | 'uid'>;

/** A checkpoint shard without its body. `base`, `sameAs`: instants of checkpoints of the same epoch, shard and hour. */
export interface ShardHead {
  readonly at: number;
  readonly epoch: number;
  readonly shard: number;
  readonly shards: number;
  readonly watermark: number;
  readonly seq: number;
  readonly base?: number;
  readonly sameAs?: number;
  readonly codec: Codec;
  readonly inflated: number;
}
export interface ShardRow extends ShardHead {
  readonly body: Uint8Array;
}
export interface ShardRef {
  readonly at: number;
  readonly epoch: number;
  readonly shard: number;
}

export interface DeltaRow {
  readonly t0: number;
  readonly t1: number;
  readonly epoch: number;
  readonly seq: number;
  readonly codec: Codec;
  readonly inflated: number;
  readonly body: Uint8Array;
}

export interface StateRows {
  putShard(cluster: number, row: ShardRow, receivedAt: number): Promise<void>;
  putDelta(cluster: number, row: DeltaRow, receivedAt: number): Promise<void>;
  /** Checkpoint shards of these UTC hours, in any order, without bodies. */
  heads(cluster: number, hours: readonly number[]): Promise<readonly ShardHead[]>;
  /** All refs stand in `hour`; missing ones are left out. */
  shards(cluster: number, hour: number, refs: readonly ShardRef[]): Promise<readonly ShardRow[]>;
  /** With t0 in [from, to], oldest first; of one epoch when given. */
  deltas(cluster: number, span: Span & { readonly epoch?: number }): Promise<readonly DeltaRow[]>;
  /** The newest hour at or before `hour` that holds checkpoints. */
  hourBefore(cluster: number, hour: number): Promise<number | undefined>;
  /** The newest checkpoint with what it is made from, kept past retention. */
  latest(cluster: number): Promise<readonly ShardRow[]>;
  extent(cluster: number): Promise<Span | undefined>;
}

export interface EventRows {
  put(cluster: number, events: readonly ClusterEvent[]): Promise<void>;
  /** `n` of the place is the count. Of one object when given. */
  slice(cluster: number, slice: Slice, objectUid?: string): Promise<readonly ClusterEvent[]>;
  /** Rows per bucket over [from, to); `buckets` of [normal, warning] are added to. */
  count(cluster: number, from: number, to: number, stepMs: number): Promise<readonly [number, number][]>;
}

export interface ChangeRows {
  put(cluster: number, changes: readonly Change[]): Promise<void>;
  /** `n` of the place is the rv. */
  slice(cluster: number, slice: Slice): Promise<readonly Change[]>;
}

/** A record, or a piece of one cut at midnight. */
export interface CoverageRow
  extends Pick<CoverageRecord, 'source' | 'boot' | 'signal' | 'kind' | 'state' | 'reason'>,
    Span {
  readonly skewMs: number;
}

export interface CoverageRows {
  put(cluster: number, rows: readonly CoverageRow[]): Promise<void>;
  /** Rows touching the span, in any order; of one signal when given. */
  between(cluster: number, span: Span & { readonly signal?: Signal }): Promise<readonly CoverageSpan[]>;
}

export interface LeaseRows {
  put(cluster: number, leases: readonly Lease[]): Promise<void>;
  /** Every lease of `ip` that began at or before `to`. */
  of(cluster: number, ip: string, to: number): Promise<readonly Lease[]>;
}

/** Signals that are kept as the chunks they came in, and what the deriver makes of them in the same form. */
export const CHUNK_FAMILIES = ['logs', 'metrics', 'connections', 'edges', 'rolled'] as const;
export type ChunkFamily = (typeof CHUNK_FAMILIES)[number];

/** What is known of a chunk without its body. Its key is (t0, id). */
export interface ChunkHead {
  readonly t0: number;
  readonly t1: number;
  readonly id: string;
  /** Which of `CHUNK_GROUPS` partitions of its hour it lies in. */
  readonly group: number;
  readonly codec: Codec;
  readonly inflated: number;
  readonly count: number;
  /** Of the body as kept. */
  readonly bytes: number;
  readonly receivedAt: number;
  /** JSON of what the family's question needs to rule a chunk out. */
  readonly index: string;
  /** A Bloom filter; empty = none. */
  readonly bloom: Uint8Array;
}
export const CHUNK_GROUPS = 64;

export interface ChunkRows {
  /** A chunk never crosses a UTC hour. The same key again: the first stays, of `edges` and `rolled` the last. */
  put(family: ChunkFamily, cluster: number, head: ChunkHead, body: Uint8Array): Promise<void>;
  /** Touching [from, to], by (t0, id) ascending. */
  heads(family: ChunkFamily, cluster: number, span: Span): Promise<readonly ChunkHead[]>;
  /** In the order of `heads`; undefined for what is not kept any more. */
  bodies(
    family: ChunkFamily,
    cluster: number,
    heads: readonly ChunkHead[],
  ): Promise<readonly (Uint8Array | undefined)[]>;
}

/** A name met within a UTC day: a log stream, an entity with metrics. */
export interface SeenRow {
  readonly key: string;
  /** JSON. */
  readonly about: string;
  readonly firstAt: number;
  readonly lastAt: number;
}
export interface SeenRows {
  /** The earliest first and the latest last win. */
  put(family: ChunkFamily, cluster: number, day: number, rows: readonly SeenRow[]): Promise<void>;
  of(family: ChunkFamily, cluster: number, day: number): Promise<readonly SeenRow[]>;
}

export interface TokenRows {
  put(cluster: number, token: IntakeTokenRecord): Promise<void>;
  of(cluster: number): Promise<readonly IntakeTokenRecord[]>;
  find(hash: string): Promise<{ readonly cluster: number; readonly token: IntakeTokenRecord } | undefined>;
  /** Whether there was one. */
  remove(cluster: number, id: string): Promise<boolean>;
}

export interface ClusterRows {
  enrol(cluster: Omit<ClusterRecord, 'id' | 'enrolledAt'>, now: number): Promise<ClusterRecord>;
  all(): Promise<readonly ClusterRecord[]>;
  putKey(cluster: number, key: AgentKey): Promise<void>;
  revokeKey(cluster: number, keyId: string, now: number): Promise<void>;
  keys(cluster: number): Promise<readonly AgentKey[]>;
}

export interface Rows {
  readonly clusters: ClusterRows;
  readonly objects: ObjectRows;
  readonly state: StateRows;
  readonly events: EventRows;
  readonly changes: ChangeRows;
  readonly coverage: CoverageRows;
  readonly leases: LeaseRows;
  readonly chunks: ChunkRows;
  readonly seen: SeenRows;
  readonly tokens: TokenRows;
  readonly people: PeopleRows;
  readonly enrolment: EnrolmentRows;
  readonly audit: AuditRows;
  readonly marks: { get(name: string): Promise<string | undefined>; set(name: string, value: string): Promise<void> };
  /** Oldest instant of a family that a sweep by bytes has left, beside age. */
  keptFrom(family: Family): number;
  sweep(now: number): Promise<{ readonly removedBytes: number }>;
  usage(): Promise<readonly Usage[]>;
  /** Of the disk, where the store can tell. */
  freeBytes(): Promise<number | undefined>;
  health(): Promise<{ readonly ok: boolean; readonly detail?: string }>;
  close(): Promise<void>;
}

export type Family = 'objects' | 'state' | 'events' | 'changes' | 'coverage' | ChunkFamily;
