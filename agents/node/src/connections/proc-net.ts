// Rows of /proc/<pid>/net/{tcp,tcp6,udp,udp6} (proc(5)) → sockets.

import { type Address, ipv4OfHex, ipv6OfHex } from './addresses.ts';

export type Protocol = 'tcp' | 'udp';

export interface Socket {
  readonly protocol: Protocol;
  readonly state: number;
  readonly local: Address;
  readonly remote: Address;
  /** 0: no process holds it (any more). */
  readonly inode: number;
  /** Timeouts that nothing has answered yet. */
  readonly retransmits: number;
}

/** include/net/tcp_states.h */
export const STATE = {
  established: 1,
  synSent: 2,
  synReceived: 3,
  timeWait: 6,
  closed: 7,
  closeWait: 8,
  listen: 10,
  newSynReceived: 12,
} as const;

const TIME_WAIT = '06';

/** Rows in TIME_WAIT come as their count and their local addresses only: they are no open connections, conntrack tells them. */
export interface Table {
  readonly sockets: readonly Socket[];
  readonly waiting: ReadonlySet<string>;
}

/** What is no row of such a table is left out. */
export function parseSockets(text: string, protocol: Protocol): Table {
  const sockets: Socket[] = [];
  const waiting = new Set<string>();
  for (let begin = text.indexOf('\n') + 1; begin > 0 && begin < text.length; ) {
    const newline = text.indexOf('\n', begin);
    const end = newline < 0 ? text.length : newline;
    readRow(text.slice(text.indexOf(':', begin) + 2, end), protocol, sockets, waiting);
    begin = end + 1;
  }
  return { sockets, waiting };
}

/** After `sl:`: two addresses and the state have fixed widths, 8 digits an address in IPv4, 32 in IPv6. */
function readRow(row: string, protocol: Protocol, sockets: Socket[], waiting: Set<string>): void {
  const digits = row.indexOf(':');
  if (digits !== 8 && digits !== 32) return;
  const second = digits + 6;
  const state = row.slice(second + digits + 6, second + digits + 8);
  const ipOf = digits === 8 ? ipv4OfHex : ipv6OfHex;
  const localIp = ipOf(row.slice(0, digits));
  if (protocol === 'tcp' && state === TIME_WAIT) {
    waiting.add(localIp);
    return;
  }
  const retransmitsAt = wordAfter(row, second + digits + 9, 2);
  const inodeAt = wordAfter(row, retransmitsAt, 3);
  const retransmits = row.slice(retransmitsAt, endOfWord(row, retransmitsAt));
  const inode = inodeAt < row.length ? Number(row.slice(inodeAt, endOfWord(row, inodeAt))) : Number.NaN;
  const socket: Socket = {
    protocol,
    state: Number.parseInt(state, 16),
    local: { ip: localIp, port: Number.parseInt(row.slice(digits + 1, digits + 5), 16) },
    remote: {
      ip: ipOf(row.slice(second, second + digits)),
      port: Number.parseInt(row.slice(second + digits + 1, second + digits + 5), 16),
    },
    inode,
    retransmits: Number.parseInt(retransmits, 16),
  };
  if (socket.state > 0 && Number.isInteger(socket.inode) && Number.isInteger(socket.retransmits)) sockets.push(socket);
}

/** Where the word begins that stands `count` words further. */
function wordAfter(row: string, from: number, count: number): number {
  let at = from;
  for (let n = 0; n < count; n++) {
    at = endOfWord(row, at);
    while (at < row.length && row.charCodeAt(at) === 0x20) at++;
  }
  return at;
}

function endOfWord(row: string, from: number): number {
  const end = row.indexOf(' ', from);
  return end < 0 ? row.length : end;
}

/** A TCP listener, or a UDP socket that takes from anybody. */
export const isListening = ({ protocol, state, remote }: Socket): boolean =>
  protocol === 'tcp' ? state === STATE.listen : remote.port === 0;

/** Not yet or no more: half open, or shut by its own process. */
export const isOpen = ({ protocol, state }: Socket): boolean =>
  protocol === 'udp' || state === STATE.established || state === STATE.closeWait;
