// The slim projection of an object: what the map, health and time travel need, without the manifest.
// It travels as two registers, what it is (static) and how it is (dynamic): each keeps the newest, so merging is order-free and repeat-safe.

import { byteReader, byteWriter, Malformed } from './bytes.ts';
import {
  booleans,
  type Columns,
  dictionary,
  integers,
  joined,
  json,
  maybeDictionary,
  maybeInteger,
  readTable,
  type Table,
  writeColumns,
} from './columns.ts';

export type Health = 'well' | 'degraded' | 'broken' | 'unknown';

export const RELATIONS = [
  'connects',
  'owns',
  'selects',
  'routes',
  'mounts',
  'scheduledOn',
  'scales',
  'protects',
  'declared',
] as const;
export type Relation = (typeof RELATIONS)[number];

/** From this object to `kind`/`name` (namespace: its own unless given), or to what `selector` matches in its namespace. */
export interface Link {
  readonly relation: Relation;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly selector?: Selector;
  readonly port?: number;
  /** Where it was read: `env PAYMENTS_HOST`, `volume config`, `rule shop.test/`. */
  readonly via?: string;
}

/** As Kubernetes' LabelSelector; an empty one matches nothing here. */
export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

export interface ContainerState {
  readonly name: string;
  readonly init?: boolean;
  readonly state: 'running' | 'waiting' | 'terminated' | 'unknown';
  readonly ready: boolean;
  readonly restarts: number;
  /** `CrashLoopBackOff`, `OOMKilled`, `Completed`, … */
  readonly reason?: string;
  readonly exitCode?: number;
  /** Of the last termination, when it has been restarted. */
  readonly lastReason?: string;
  readonly lastExitCode?: number;
}

/** What an object is: changes seldom. */
export interface SlimStatic {
  /** Singular CamelCase: `Pod`. */
  readonly kind: string;
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  /** Uid of the controlling owner. */
  readonly owner?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
  /** Of the main containers, in order. */
  readonly images: readonly string[];
  /** creationTimestamp, epoch ms. */
  readonly createdAt: number;
  readonly hostNetwork: boolean;
  /** Service: clusterIPs and load balancer addresses; Node: addresses; Ingress: hosts. */
  readonly addresses: readonly string[];
}

/** How an object is: changes often. */
export interface SlimDynamic {
  readonly node?: string;
  readonly ip?: string;
  readonly phase?: string;
  /** Replicas asked for and ready; of a pod: containers. */
  readonly wanted?: number;
  readonly ready?: number;
  readonly restarts?: number;
  readonly health: Health;
  /** Short, most important first: `CrashLoopBackOff (exit 1)`, `0 of 3 ready`. Empty when well. */
  readonly reasons: readonly string[];
  readonly containers: readonly ContainerState[];
  /** Pod: status.startTime, epoch ms. */
  readonly startedAt?: number;
  /** deletionTimestamp is set, epoch ms. */
  readonly deletingAt?: number;
  readonly rv: number;
}

/** One object as known at an instant. */
export interface Slim extends SlimStatic, SlimDynamic {
  readonly uid: string;
}

/** A change of one object's slim projection. `seq` orders within an epoch: the chunk's sequence, then the place in it. */
export interface SlimDelta {
  readonly uid: string;
  /** When the agent saw it, epoch ms. */
  readonly at: number;
  readonly gone: boolean;
  /** Present when it differs from what this epoch last sent of it. */
  readonly is?: SlimStatic;
  /** Present unless gone. */
  readonly how?: SlimDynamic;
}

const none: readonly never[] = [];

const staticColumns: Columns<SlimStatic> = {
  kind: dictionary,
  apiVersion: dictionary,
  namespace: dictionary,
  name: joined,
  owner: maybeDictionary,
  labels: json<Readonly<Record<string, string>>>({}),
  links: json<readonly Link[]>(none),
  images: json<readonly string[]>(none),
  createdAt: integers,
  hostNetwork: booleans,
  addresses: json<readonly string[]>(none),
};

const dynamicColumns: Columns<SlimDynamic> = {
  node: maybeDictionary,
  ip: maybeDictionary,
  phase: maybeDictionary,
  wanted: maybeInteger,
  ready: maybeInteger,
  restarts: maybeInteger,
  health: dictionary as Columns<SlimDynamic>['health'], // only Health is ever written; topology treats the rest as unknown
  reasons: json<readonly string[]>(none),
  containers: json<readonly ContainerState[]>(none),
  startedAt: maybeInteger,
  deletingAt: maybeInteger,
  rv: integers,
};

const slimColumns: Columns<Slim> = { uid: joined, ...staticColumns, ...dynamicColumns };

/** A checkpoint shard's body, before compression. Callers sort by (kind, namespace, name) so that neighbours resemble each other. */
export const writeSlims = (slims: readonly Slim[]): Uint8Array => writeColumns(slimColumns, slims);

/** Throws `Malformed`. Decoded values are shared between records: never mutate them. */
export function readSlims(bytes: Uint8Array): Slim[] {
  const { count, table } = readTable(slimColumns, bytes);
  const slims: Slim[] = new Array(count);
  for (let i = 0; i < count; i++) slims[i] = slimAt(table, i);
  return slims;
}

// One literal per record, every field in it: fifteen thousand objects of one hidden class are made in a few milliseconds, by name loops in thirty.
// An absent optional field is present as undefined here, which no reader may tell from absent. Every column has a value for each record.

function slimAt(t: Table<Slim>, i: number): Slim {
  return {
    uid: t.uid[i],
    kind: t.kind[i],
    apiVersion: t.apiVersion[i],
    namespace: t.namespace[i],
    name: t.name[i],
    owner: t.owner[i],
    labels: t.labels[i],
    links: t.links[i],
    images: t.images[i],
    createdAt: t.createdAt[i],
    hostNetwork: t.hostNetwork[i],
    addresses: t.addresses[i],
    node: t.node[i],
    ip: t.ip[i],
    phase: t.phase[i],
    wanted: t.wanted[i],
    ready: t.ready[i],
    restarts: t.restarts[i],
    health: t.health[i],
    reasons: t.reasons[i],
    containers: t.containers[i],
    startedAt: t.startedAt[i],
    deletingAt: t.deletingAt[i],
    rv: t.rv[i],
  } as Slim; // see above
}

function staticAt(t: Table<SlimStatic>, i: number): SlimStatic {
  return {
    kind: t.kind[i],
    apiVersion: t.apiVersion[i],
    namespace: t.namespace[i],
    name: t.name[i],
    owner: t.owner[i],
    labels: t.labels[i],
    links: t.links[i],
    images: t.images[i],
    createdAt: t.createdAt[i],
    hostNetwork: t.hostNetwork[i],
    addresses: t.addresses[i],
  } as SlimStatic; // see slimAt
}

function dynamicAt(t: Table<SlimDynamic>, i: number): SlimDynamic {
  return {
    node: t.node[i],
    ip: t.ip[i],
    phase: t.phase[i],
    wanted: t.wanted[i],
    ready: t.ready[i],
    restarts: t.restarts[i],
    health: t.health[i],
    reasons: t.reasons[i],
    containers: t.containers[i],
    startedAt: t.startedAt[i],
    deletingAt: t.deletingAt[i],
    rv: t.rv[i],
  } as SlimDynamic; // see slimAt
}

interface DeltaHead {
  readonly uid: string;
  readonly at: number;
  readonly gone: boolean;
  /** bit 0: has `is`, bit 1: has `how`. */
  readonly parts: number;
}
const deltaColumns: Columns<DeltaHead> = { uid: joined, at: integers, gone: booleans, parts: integers };

/** A delta chunk's body, before compression: heads, statics and dynamics as three tables. */
export function writeDeltas(deltas: readonly SlimDelta[]): Uint8Array {
  const heads = deltas.map(({ uid, at, gone, is, how }) => ({ uid, at, gone, parts: (is ? 1 : 0) | (how ? 2 : 0) }));
  const tables = [
    writeColumns(deltaColumns, heads),
    writeColumns(
      staticColumns,
      deltas.flatMap(({ is }) => is ?? []),
    ),
    writeColumns(
      dynamicColumns,
      deltas.flatMap(({ how }) => how ?? []),
    ),
  ];
  return joinTables(tables);
}

/** Deltas as columns, a part made when it is asked for: folding a chunk touches a fraction of what it holds. */
export interface DeltaTable {
  readonly count: number;
  uid(i: number): string;
  at(i: number): number;
  gone(i: number): boolean;
  hasIs(i: number): boolean;
  hasHow(i: number): boolean;
  is(i: number): SlimStatic | undefined;
  how(i: number): SlimDynamic | undefined;
}

/** Throws `Malformed`. */
export function readDeltaTable(bytes: Uint8Array): DeltaTable {
  const [heads, statics, dynamics] = splitTables(bytes);
  const { count, table } = readTable(deltaColumns, heads);
  const ises = readTable(staticColumns, statics);
  const hows = readTable(dynamicColumns, dynamics);
  const isPlaces = placesOf(table.parts, 1, ises.count);
  const howPlaces = placesOf(table.parts, 2, hows.count);
  const part = <T, P>(
    places: Int32Array,
    of: Table<P>,
    make: (of: Table<P>, place: number) => T,
    i: number,
  ): T | undefined => {
    const place = places[i] ?? -1;
    return place < 0 ? undefined : make(of, place);
  };
  return {
    count,
    uid: (i) => table.uid[i] as string, // `i` is under `count`, as the interface asks
    at: (i) => table.at[i] as number,
    gone: (i) => table.gone[i] as boolean,
    hasIs: (i) => (isPlaces[i] ?? -1) >= 0,
    hasHow: (i) => (howPlaces[i] ?? -1) >= 0,
    is: (i) => part(isPlaces, ises.table, staticAt, i),
    how: (i) => part(howPlaces, hows.table, dynamicAt, i),
  };
}

/** Where each record's part stands in its own table; -1 = it has none. */
function placesOf(parts: readonly number[], bit: number, count: number): Int32Array {
  const places = new Int32Array(parts.length);
  let next = 0;
  for (let i = 0; i < parts.length; i++) places[i] = (parts[i] ?? 0) & bit ? next++ : -1;
  if (next > count) throw new Malformed('deltas that name more parts than there are');
  return places;
}

/** Throws `Malformed`. */
export const readDeltas = (bytes: Uint8Array): SlimDelta[] => deltasOf(readDeltaTable(bytes));

/** All of a table as records. */
export const deltasOf = (table: DeltaTable): SlimDelta[] =>
  Array.from({ length: table.count }, (_, i) => {
    const delta = { uid: table.uid(i), at: table.at(i), gone: table.gone(i), is: table.is(i), how: table.how(i) };
    return delta as SlimDelta; // absent parts are undefined, as in slimAt
  });

/** Records as a table: what a live tail has in hand. */
export const tableOf = (deltas: readonly SlimDelta[]): DeltaTable => {
  const at = (i: number): SlimDelta => deltas[i] as SlimDelta; // `i` is under `count`, as the interface asks
  return {
    count: deltas.length,
    uid: (i) => at(i).uid,
    at: (i) => at(i).at,
    gone: (i) => at(i).gone,
    hasIs: (i) => at(i).is !== undefined,
    hasHow: (i) => at(i).how !== undefined,
    is: (i) => at(i).is,
    how: (i) => at(i).how,
  };
};

function joinTables(tables: readonly Uint8Array[]): Uint8Array {
  const out = byteWriter(64 + tables.reduce((sum, table) => sum + table.length, 0));
  for (const table of tables) {
    out.varint(table.length);
    out.raw(table);
  }
  return out.finish();
}

function splitTables(bytes: Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
  const from = byteReader(bytes);
  const next = (): Uint8Array => from.raw(from.varint());
  return [next(), next(), next()];
}

export function staticOf(slim: SlimStatic): SlimStatic {
  const { kind, apiVersion, namespace, name, owner, labels, links, images, createdAt, hostNetwork, addresses } = slim;
  const part = { kind, apiVersion, namespace, name, owner, labels, links, images, createdAt, hostNetwork, addresses };
  return part as SlimStatic; // an absent owner is undefined, as in slimAt
}

export function dynamicOf(slim: SlimDynamic): SlimDynamic {
  const { node, ip, phase, wanted, ready, restarts, health, reasons, containers, startedAt, deletingAt, rv } = slim;
  const part = { node, ip, phase, wanted, ready, restarts, health, reasons, containers, startedAt, deletingAt, rv };
  return part as SlimDynamic; // absent fields are undefined, as in slimAt
}

/** The two registers as one object. */
export function slimOf(uid: string, is: SlimStatic, how: SlimDynamic): Slim {
  const { kind, apiVersion, namespace, name, owner, labels, links, images, createdAt, hostNetwork, addresses } = is;
  const { node, ip, phase, wanted, ready, restarts, health, reasons, containers, startedAt, deletingAt, rv } = how;
  // biome-ignore format: the fields of both parts, in the order of the columns
  const slim = { uid, kind, apiVersion, namespace, name, owner, labels, links, images, createdAt, hostNetwork, addresses, node, ip, phase, wanted, ready, restarts, health, reasons, containers, startedAt, deletingAt, rv };
  return slim as Slim; // absent fields are undefined, as in slimAt
}
