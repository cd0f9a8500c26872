// The slim projection of an object: what the map, health and time travel need, without the manifest.
// It travels as two registers, what it is (static) and how it is (dynamic): each keeps the newest, so merging is order-free and repeat-safe.

import type { Cells } from './cells.ts';
import {
  booleans,
  type Columns,
  dictionary,
  integers,
  joined,
  json,
  maybeDictionary,
  maybeInteger,
  openTable,
  type Table,
  writeColumns,
} from './columns.ts';
import { Uids } from './uids.ts';

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

/** A door of a Service, or of a pod on its host: where a connection that calls it may be going. */
export interface SlimPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Of the pods behind, where it is a number. */
  readonly target?: number;
  /** On every node: a NodePort. */
  readonly node?: number;
  /** On the pod's own node: a hostPort. */
  readonly host?: number;
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
  /** Service: clusterIPs and load balancer addresses; Node: addresses; Ingress: hosts; Pod: its second address, when it has two. */
  readonly addresses: readonly string[];
  /** Service: its ports; Pod: those it has of its host. */
  readonly ports?: readonly SlimPort[];
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

const none: readonly never[] = [];

export const staticColumns: Columns<SlimStatic> = {
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
  ports: json<readonly SlimPort[] | undefined>(undefined),
};

export const dynamicColumns: Columns<SlimDynamic> = {
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

/** A shard still in columns: an object is made when it is asked for, and then kept. */
export class SlimTable {
  readonly count: number;
  readonly uids: Uids;
  readonly cells: Table<Slim>;
  readonly #rows: (Slim | undefined)[];

  constructor(count: number, cells: Table<Slim>) {
    this.count = count;
    this.cells = cells;
    this.uids = new Uids(count, cells.uid);
    this.#rows = new Array<Slim | undefined>(count);
  }

  /** Always the same object. Throws `Malformed` when a value of its shard is no JSON. */
  at(row: number): Slim {
    let slim = this.#rows[row];
    if (slim === undefined) {
      slim = slimAt(this.uids.at(row), this.cells, row, this.cells, row);
      this.#rows[row] = slim;
    }
    return slim;
  }
}

/** Throws `Malformed` for what is broken in its form. Values are shared between records: never mutate them. */
export function readSlimTable(bytes: Uint8Array): SlimTable {
  const { count, table } = openTable(slimColumns, bytes);
  return new SlimTable(count, table);
}

/** All of a shard. Throws `Malformed`. */
export function readSlims(bytes: Uint8Array): Slim[] {
  const table = readSlimTable(bytes);
  return Array.from({ length: table.count }, (_, row) => table.at(row));
}

/** Records as a shard. */
export const slimTableOf = (slims: readonly Slim[]): SlimTable =>
  new SlimTable(slims.length, cellsOf(slimColumns, slims));

/** Records as columns. */
export function cellsOf<R>(columns: Columns<R>, records: readonly R[]): Table<R> {
  const names = Object.keys(columns) as (keyof R)[];
  const cells = names.map((name): [keyof R, Cells<R[keyof R]>] => [
    name,
    { at: (row) => (records[row] as R)[name] }, // `row` is below their count
  ]);
  return Object.fromEntries(cells) as Table<R>; // a column per field of R
}

// One literal per record, every field in it: fifteen thousand objects of one hidden class are made in a few milliseconds, by name loops in thirty.
// An absent optional field is present as undefined here, which no reader may tell from absent.

/** An object of its two parts, each standing in a table of its own. */
export function slimAt(uid: string, is: Table<SlimStatic>, i: number, how: Table<SlimDynamic>, h: number): Slim {
  return {
    uid,
    kind: is.kind.at(i),
    apiVersion: is.apiVersion.at(i),
    namespace: is.namespace.at(i),
    name: is.name.at(i),
    owner: is.owner.at(i),
    labels: is.labels.at(i),
    links: is.links.at(i),
    images: is.images.at(i),
    createdAt: is.createdAt.at(i),
    hostNetwork: is.hostNetwork.at(i),
    addresses: is.addresses.at(i),
    ports: is.ports.at(i),
    node: how.node.at(h),
    ip: how.ip.at(h),
    phase: how.phase.at(h),
    wanted: how.wanted.at(h),
    ready: how.ready.at(h),
    restarts: how.restarts.at(h),
    health: how.health.at(h),
    reasons: how.reasons.at(h),
    containers: how.containers.at(h),
    startedAt: how.startedAt.at(h),
    deletingAt: how.deletingAt.at(h),
    rv: how.rv.at(h),
  } as Slim; // see above
}

export function staticOf(slim: SlimStatic): SlimStatic {
  const { kind, apiVersion, namespace, name, owner, labels, links, images, createdAt, hostNetwork } = slim;
  const { addresses, ports } = slim;
  // biome-ignore format: the columns in their order
  const part = { kind, apiVersion, namespace, name, owner, labels, links, images, createdAt, hostNetwork, addresses, ports };
  return part as SlimStatic; // an absent owner is undefined, as in slimAt
}

export function dynamicOf(slim: SlimDynamic): SlimDynamic {
  const { node, ip, phase, wanted, ready, restarts, health, reasons, containers, startedAt, deletingAt, rv } = slim;
  const part = { node, ip, phase, wanted, ready, restarts, health, reasons, containers, startedAt, deletingAt, rv };
  return part as SlimDynamic; // absent fields are undefined, as in slimAt
}

/** The two registers as one object. */
export function slimOf(uid: string, is: SlimStatic, how: SlimDynamic): Slim {
  const { kind, apiVersion, namespace, name, owner, labels, links, images, createdAt, hostNetwork } = is;
  const { addresses, ports } = is;
  const { node, ip, phase, wanted, ready, restarts, health, reasons, containers, startedAt, deletingAt, rv } = how;
  // biome-ignore format: the fields of both parts, in the order of the columns
  const slim = { uid, kind, apiVersion, namespace, name, owner, labels, links, images, createdAt, hostNetwork, addresses, ports, node, ip, phase, wanted, ready, restarts, health, reasons, containers, startedAt, deletingAt, rv };
  return slim as Slim; // absent fields are undefined, as in slimAt
}
