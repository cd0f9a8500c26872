// Which end of a socket is the server: by listeners, never by whose port is lower.

import { isUnspecified } from './addresses.ts';
import { isListening, type Socket, STATE } from './proc-net.ts';

export type Role = 'client' | 'server';

export interface Listeners {
  /** Whether this look or the one before found a listener there. */
  has(socket: Pick<Socket, 'protocol' | 'local'>): boolean;
  /** Inode of the listener, where there is one now. */
  inodeOf(socket: Pick<Socket, 'protocol' | 'local'>): number | undefined;
}

/** A connection that was accepted just before its listener closed is seen first after it: so the look before counts too. */
export function listeners(now: readonly Socket[], before: readonly Socket[] = []): Listeners {
  const current = indexOf(now);
  const previous = indexOf(before);
  const find = (index: ReadonlyMap<string, Socket>, { protocol, local }: Pick<Socket, 'protocol' | 'local'>) =>
    index.get(`${protocol} ${local.ip} ${local.port}`) ?? index.get(`${protocol} * ${local.port}`);
  return {
    has: (socket) => find(current, socket) !== undefined || find(previous, socket) !== undefined,
    inodeOf: (socket) => find(current, socket)?.inode,
  };
}

/** `::` takes IPv4 too. */
function indexOf(sockets: readonly Socket[]): ReadonlyMap<string, Socket> {
  const index = new Map<string, Socket>();
  for (const socket of sockets) {
    if (!isListening(socket)) continue;
    const { protocol, local } = socket;
    index.set(`${protocol} ${isUnspecified(local.ip) ? '*' : local.ip} ${local.port}`, socket);
  }
  return index;
}

/** Undefined: no listener tells, so conntrack may; without it, it is the client's. */
export function roleOf(socket: Socket, { has }: Listeners): Role | undefined {
  if (socket.protocol === 'tcp' && socket.state === STATE.synSent) return 'client';
  if (socket.protocol === 'tcp' && (socket.state === STATE.synReceived || socket.state === STATE.newSynReceived))
    return 'server';
  return has(socket) ? 'server' : undefined;
}
