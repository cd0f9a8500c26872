// What one sight adds to a connection.

import { type Address, isSame } from './addresses.ts';
import { type Entry, isMade, isOver, isUntouched } from './conntrack.ts';
import type { Role } from './direction.ts';
import { FAILED_AFTER_MS, type Flow, GONE_AFTER_LOOKS, type Holder, noteBytes, noteSyn } from './flow.ts';
import { isOpen, type Protocol, type Socket, STATE } from './proc-net.ts';

/** Stands for the namespace of what is this node's but cannot be looked into. */
export const CLOSED = 'closed';

/** Where an address of this node is, as sockets and pods tell. */
export interface Place {
  /** Network namespace; undefined where it may not be looked into. */
  readonly within?: string;
  /** Whose all its sockets are. */
  readonly holder?: Holder;
  /** When its network namespace was seen first, epoch ms. */
  readonly since: number;
}

export interface Look {
  /** Counts looks from 0. */
  readonly number: number;
  /** Nothing was known before: what it finds may be older than we are. */
  readonly isFirst: boolean;
  /** Epoch ms. */
  readonly at: number;
  /** When the look before was, or the collector began. */
  readonly before: number;
  readonly placeOf: (ip: string) => Place | undefined;
  /** Of who calls: also from addresses that nobody is called by. */
  readonly callerPlaceOf: (ip: string) => Place | undefined;
  /** Who listens there in a namespace, by the process. */
  readonly listenerAt: (within: string, protocol: Protocol, at: Address) => Holder | undefined;
}

export interface SocketSight {
  readonly socket: Socket;
  readonly role: Role;
  /** Network namespace. */
  readonly within: string;
  readonly holder: Holder | undefined;
  /** The own sidecar's door that the call was led to. */
  readonly hop?: Address;
}

/** A whole second is what conntrack tells ages in. */
const AGE_STEP_MS = 1_000;
export function noteSocket(flow: Flow, { socket, role, within, holder, hop }: SocketSight, look: Look): void {
  const { protocol, inode, state, retransmits } = socket;
  if (role === 'client') {
    Object.assign(flow, { clientIn: within, hasClientSocket: true, clientInode: inode || flow.clientInode });
    flow.clientHolder = { ...flow.clientHolder, ...holder };
  } else {
    Object.assign(flow, { serverIn: within, hasServerSocket: true, serverInode: inode || flow.serverInode });
    flow.serverHolder = { ...flow.serverHolder, ...holder };
  }
  if (hop !== undefined) {
    Object.assign(flow, { server: hop, isTranslated: true, isHop: true, serverIn: within });
    flow.serverHolder = holder?.podUid === undefined ? undefined : { podUid: holder.podUid };
  }
  if (isOpen(socket)) Object.assign(flow, { socketLook: look.number, socketMisses: 0, isMade: true });
  else if (protocol === 'tcp' && state === STATE.synSent) {
    flow.socketLook = look.number;
    flow.socketMisses = 0;
    noteSyn(flow, look.at, retransmits);
  }
  flow.retransmits = Math.max(flow.retransmits, retransmits);
}

/** Another socket with the same addresses. */
export function isNextSocket(flow: Flow, role: Role, inode: number): boolean {
  const before = role === 'client' ? flow.clientInode : flow.serverInode;
  return before !== 0 && inode !== 0 && before !== inode;
}

export function noteEntry(flow: Flow, entry: Entry, look: Look, isDestroyed: boolean): void {
  const { protocol, state, age, reply, isUnreplied, id, zone } = entry;
  const isTranslated = !isUntouched(entry);
  if (!flow.isHop && (isTranslated || !flow.isTranslated)) flow.server = reply.from;
  flow.isTranslated ||= isTranslated;
  Object.assign(flow, { hasEntry: true, entryLook: look.number, entryMisses: 0, entryAt: look.at });
  if (id !== undefined) flow.entryId = `${zone ?? ''} ${id}`;
  if (age !== undefined) flow.entryAge = Math.max(flow.entryAge, age);
  noteBytes(flow, entry.bytesOut, entry.bytesIn);
  flow.isWaiting = protocol === 'tcp' && state === 'SYN_SENT' && !isDestroyed;
  if (protocol === 'udp' || (isMade(entry) && !isUnreplied)) flow.isMade = true;
  if (state === 'SYN_SENT' || state === 'SYN_RECV') flow.isBegun = true;
  if (flow.isWaiting) noteSyn(flow, look.at, 0);
  if (flow.isWaiting && age !== undefined && age * 1_000 >= FAILED_AFTER_MS) flow.isFailed = true;
  if (isDestroyed) flow.entryMisses = GONE_AFTER_LOOKS;
  if (!isDestroyed && !isOver(entry)) return;
  flow.isOver = true;
  flow.isOverByEntry = true;
  if (protocol === 'tcp' && !flow.isMade && (flow.isBegun || (state === 'CLOSE' && !isUnreplied))) flow.isFailed = true;
}

/** The same addresses, but not the same connection. */
export function isNextEntry(flow: Flow, { protocol, state, age, id, zone }: Entry): boolean {
  if (!flow.hasEntry) return false;
  if (id !== undefined && flow.entryId?.startsWith(`${zone ?? ''} `)) return flow.entryId !== `${zone ?? ''} ${id}`;
  if (age !== undefined && age < flow.entryAge) return true;
  return (
    protocol === 'tcp' &&
    flow.isOverByEntry &&
    (state === 'SYN_SENT' || state === 'SYN_RECV' || state === 'ESTABLISHED')
  );
}

/** Ends that no socket has shown are where their addresses are. Later it may be somebody else who has them. */
export function placeEnds(flow: Flow, entry: Entry, look: Look): void {
  if (flow.bornAt !== look.number) return;
  const client = look.callerPlaceOf(entry.original.from.ip);
  const server = look.placeOf(entry.reply.from.ip);
  const began = entry.age === undefined ? look.before : look.at - entry.age * 1_000;
  flow.clientIn ??= inside(client);
  flow.serverIn ??= inside(server);
  // Who had the address before is not who has it now.
  if (client?.holder !== undefined && client.since <= began) flow.clientHolder ??= client.holder;
  if (server === undefined || server.since > began) return;
  const listener = server.within && look.listenerAt(server.within, entry.protocol, entry.reply.from);
  flow.serverHolder ??= listener || server.holder;
}

const inside = (place: Place | undefined): string | undefined => place && (place.within ?? CLOSED);

/** Begins or ends here, or was led on from here to somewhere else. Other machines' traffic that is only routed is theirs to tell. */
export function isOurs({ original, reply }: Entry, { placeOf, callerPlaceOf }: Look): boolean {
  if (callerPlaceOf(original.from.ip) !== undefined || placeOf(reply.from.ip) !== undefined) return true;
  return !isSame(original.to, reply.from);
}

export const beganBefore = (age: number, look: Look, beganAt: number): boolean =>
  look.at - age * 1_000 + AGE_STEP_MS < beganAt;
