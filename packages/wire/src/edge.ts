// A connection resolved: who called whom, minute by minute. Made by the deriver from connections, leases and object history; replaced whole when a late chunk arrives.

import type { ConnectionMethod, Requests } from './connection.ts';

export const MINUTE_MS = 60_000;

/**
 * `Pod`, `Node`, `Service` (a virtual address whose backend is unknown), `External` (a name or address outside) or
 * `Unknown` (inside, but held by two or by none at that instant: never guessed).
 */
export interface EdgeEnd {
  readonly kind: 'Pod' | 'Node' | 'Service' | 'External' | 'Unknown';
  /** Another cluster's id, when the connection was recognised there. */
  readonly cluster?: number;
  readonly namespace: string;
  /** Of an external: its DNS name, else its address. */
  readonly name: string;
  readonly uid?: string;
  /** Topmost owner, `Deployment/checkout`. */
  readonly workload?: string;
  /** Of a pod, where the process was found in one. */
  readonly container?: string;
  /** The address it had. */
  readonly ip: string;
  /** Why it stays unknown: `held by two`, `no holder`, `within 2 s of a lease's end`. */
  readonly because?: string;
}

export interface EdgeMinute {
  /** Start of the minute, epoch ms. */
  readonly minute: number;
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  /** What was called, when a Service stood between: `shop/cart` and its port. */
  readonly service?: { readonly namespace: string; readonly name: string; readonly ip: string; readonly port: number };
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Mean of those open at the windows' ends. */
  readonly open: number;
  readonly opened: number;
  readonly closed: number;
  readonly failed: number;
  readonly bytesOut?: number;
  readonly bytesIn?: number;
  readonly retransmits?: number;
  readonly requests?: Requests;
  readonly methods: readonly ConnectionMethod[];
  /** 0…1: of the weakest step between observation and ends. */
  readonly confidence: number;
  /** The rule that named the ends: `socket's process`, `lease at the instant`, `listener on a host port`, … */
  readonly rule: string;
}

/** One edge between workloads (or what stands for them) over a day: when it was there. Ends are node ids without the cluster. */
export interface EdgeLife {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly firstAt: number;
  readonly lastAt: number;
}
