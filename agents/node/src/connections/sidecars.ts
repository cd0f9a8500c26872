// A pod's calls go through its own sidecar, and so do calls to it: rows of such hops become part of the connection that they carry.

import { type Address, isSame } from './addresses.ts';
import { isOpen, type Socket } from './proc-net.ts';

/** Istio's and Linkerd's doors for what the own pod sends. */
const OUTBOUND: ReadonlySet<number> = new Set([15_001, 4140]);
/** Their doors for what is sent to it. A tunnel's (15008) is called by its own port, so it is no redirect. */
const INBOUND: ReadonlySet<number> = new Set([15_006, 4143]);

export interface Hops {
  /** The caller's row → the door it was led to. */
  readonly outbound: ReadonlyMap<Socket, Address>;
  /** The doors' own rows of those: the same connections once more. */
  readonly doubled: ReadonlySet<Socket>;
}

/** `sockets`: of one network namespace. Both rows of a redirected call have the caller's address and port. */
export function hopsIn(sockets: readonly Socket[]): Hops {
  const outbound = new Map<Socket, Address>();
  const doubled = new Set<Socket>();
  const doors = sockets.filter((socket) => OUTBOUND.has(socket.local.port) && isTcpOpen(socket));
  if (doors.length === 0) return { outbound, doubled };
  const callers = new Map(
    sockets.filter(isTcpOpen).map((socket) => [`${socket.local.ip} ${socket.local.port}`, socket]),
  );
  for (const door of doors) {
    const caller = callers.get(`${door.remote.ip} ${door.remote.port}`);
    if (caller === undefined || isSame(caller.remote, door.local)) continue;
    outbound.set(caller, door.local);
    doubled.add(door);
  }
  return { outbound, doubled };
}

const isTcpOpen = (socket: Socket): boolean => socket.protocol === 'tcp' && socket.remote.port !== 0 && isOpen(socket);

export const isInbound = ({ protocol, local, remote }: Socket): boolean =>
  protocol === 'tcp' && remote.port !== 0 && INBOUND.has(local.port);

export const isInboundDoor = ({ port }: Address): boolean => INBOUND.has(port);
