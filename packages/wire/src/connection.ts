// What a node agent saw of connections in one window: one record per client, server, original address, protocol and method.

import { type Columns, dictionary, integers, json, maybeInteger, readColumns, writeColumns } from './columns.ts';

export const CONNECTION_WINDOW_MS = 10_000;

/** An end as the observer knows it. `podUid`: found by the process that holds the socket, so it needs no lease. */
export interface Endpoint {
  /** Canonical: IPv4 dotted (also when it came mapped into IPv6), IPv6 by RFC 5952. */
  readonly ip: string;
  /** Of the server always; of a client 0: its ports are many. */
  readonly port: number;
  readonly podUid?: string;
  readonly container?: string;
  /** An address of the observing machine that no pod has, such as its end of the pods' cables. */
  readonly isMachine?: boolean;
  /** A name the address was resolved from, where a DNS answer was seen, else its reverse. */
  readonly name?: string;
  /** The pod by its own word, as a span's resource has it; `ip` may be empty then, and beside a `name`. */
  readonly told?: ToldPod;
}

export interface ToldPod {
  readonly namespace: string;
  readonly pod: string;
  /** `Deployment/checkout`. */
  readonly workload?: string;
}

export const CONNECTION_METHODS = ['proc', 'conntrack', 'proc+conntrack', 'spans'] as const;
export type ConnectionMethod = (typeof CONNECTION_METHODS)[number];

/** Requests inside the connections, from client and server spans. Latencies in ms. */
export interface Requests {
  readonly count: number;
  readonly errors: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** `http`, `grpc`, `sql`, … */
  readonly system?: string;
}

export interface Connection {
  /** Start and end of the window, epoch ms of the node's clock. */
  readonly at: number;
  readonly until: number;
  readonly node: string;
  /** Which end was looked at here; `both`: the two live on this node. */
  readonly side: 'client' | 'server' | 'both';
  readonly protocol: 'tcp' | 'udp';
  readonly client: Endpoint;
  /** After address translation, where that was seen; else what the client called. */
  readonly server: Endpoint;
  /** What the client called, when it is another than `server`: a Service's address, a NodePort, a load balancer. */
  readonly original?: { readonly ip: string; readonly port: number };
  /** `seen`: both tuples are known · `none`: the datapath did not translate · `unknown`: it may have and left no trace. */
  readonly nat: 'seen' | 'none' | 'unknown';
  readonly method: ConnectionMethod;
  /** At the window's end. */
  readonly open: number;
  /** Within those ten seconds. What failed is not among `opened`: together they are what was tried. */
  readonly opened: number;
  readonly closed: number;
  readonly failed: number;
  /** From client to server and back, within them, where known. */
  readonly bytesOut?: number;
  readonly bytesIn?: number;
  readonly retransmits?: number;
  readonly requests?: Requests;
}

const columns: Columns<Connection> = {
  at: integers,
  until: integers,
  node: dictionary,
  side: dictionary as Columns<Connection>['side'], // only sides are ever written; the reader's fault check refuses others
  protocol: dictionary as Columns<Connection>['protocol'],
  client: json<Endpoint>({ ip: '', port: 0 }),
  server: json<Endpoint>({ ip: '', port: 0 }),
  original: json<Connection['original']>(undefined),
  nat: dictionary as Columns<Connection>['nat'],
  method: dictionary as Columns<Connection>['method'],
  open: integers,
  opened: integers,
  closed: integers,
  failed: integers,
  bytesOut: maybeInteger,
  bytesIn: maybeInteger,
  retransmits: maybeInteger,
  requests: json<Connection['requests']>(undefined),
};

/** The body of a `connections` chunk, before compression. */
export const writeConnections = (connections: readonly Connection[]): Uint8Array => writeColumns(columns, connections);

/** Throws `Malformed`. */
export const readConnections = (bytes: Uint8Array): Connection[] => readColumns(columns, bytes);
