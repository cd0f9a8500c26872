// All connections that are known, found by each of their tuples: what a client's socket, a server's and conntrack tell becomes one.

import { noteAbsence, type Seen } from './absence.ts';
import { type Address, isLoopback, isNobodys } from './addresses.ts';
import { type Entry, isOver, isUntouched } from './conntrack.ts';
import type { Role } from './direction.ts';
import {
  beganBefore,
  isNextEntry,
  isNextSocket,
  isOurs,
  type Look,
  noteEntry,
  noteSocket,
  placeEnds,
  type SocketSight,
} from './evidence.ts';
import { type Flow, GONE_AFTER_LOOKS, keyOf, newFlow } from './flow.ts';
import type { Socket } from './proc-net.ts';

export interface Flows {
  /** The role that a socket of this namespace had when it was first seen. */
  fixedRole(socket: Socket, within: string): Role | undefined;
  /** The role that conntrack gives it. */
  knownRole(socket: Socket): Role | undefined;
  socket(sight: SocketSight, look: Look): void;
  entry(entry: Entry, look: Look, isDestroyed?: boolean): void;
  /** After all of a look: what was not seen in it. */
  done(look: Look, seen: Seen): void;
  /** What conntrack knows to lead from a client to a host, whatever the port: asked for many at once. */
  leading(): (client: Address, serverIp: string) => Flow | undefined;
  all(): Iterable<Flow>;
  size(): number;
  /** Connections that found no room. */
  refused(): number;
}

const MOST_FLOWS = 100_000;
/** An end of a connection that is asked for so long without an answer stays unnamed. */
const SETTLED_AFTER_LOOKS = 8;

export function flows(beganAt: number): Flows {
  const index = new Map<string, Flow>();
  const known = new Set<Flow>();
  let refused = 0;

  const unname = (flow: Flow): void => {
    for (const key of flow.keys) if (index.get(key) === flow) index.delete(key);
    flow.keys = [];
  };
  const remove = (flow: Flow): void => {
    known.delete(flow);
    unname(flow);
  };
  const name = (flow: Flow, key: string): void => {
    const other = index.get(key);
    if (other === flow) return;
    if (other !== undefined) retire(other);
    index.set(key, flow);
    flow.keys.push(key);
  };
  /** The next one has the same addresses; the last of this one is still to be told. */
  const retire = (flow: Flow): void => {
    unname(flow);
    flow.isOver = true;
    flow.isSettled = true;
    flow.entryMisses = GONE_AFTER_LOOKS;
    flow.socketMisses = GONE_AFTER_LOOKS;
  };
  const born = (flow: Flow): Flow | undefined => {
    if (known.size >= MOST_FLOWS) {
      refused++;
      return undefined;
    }
    known.add(flow);
    return flow;
  };

  const socket = (sight: SocketSight, look: Look): void => {
    const { protocol, local, remote, inode } = sight.socket;
    const [client, called] = sight.role === 'client' ? [local, remote] : [remote, local];
    if (isNoEnd(client.ip) || isNoEnd(called.ip)) return;
    const key = keyOf(protocol, client, called);
    const before = index.get(key);
    const isNext = before !== undefined && isNextSocket(before, sight.role, inode);
    if (before !== undefined && isNext) retire(before);
    const flow = before !== undefined && !isNext ? before : born(newFlow(protocol, client, called, look.number));
    if (flow === undefined) return;
    if (flow !== before) flow.isOld = look.isFirst;
    name(flow, key);
    noteSocket(flow, sight, look);
  };

  const entry = (told: Entry, look: Look, isDestroyed = false): void => {
    const toldKey = keyOf(told.protocol, told.original.from, told.original.to);
    const seen = index.has(toldKey) ? told : turned(told);
    const { protocol, original, reply } = seen;
    if (isNoEnd(original.from.ip) || isNoEnd(original.to.ip) || isNoEnd(reply.from.ip)) return;
    const key = seen === told ? toldKey : keyOf(protocol, original.from, original.to);
    const replyKey = isUntouched(seen) ? key : keyOf(protocol, reply.to, reply.from);
    if (isDestroyed && (isAnother(index.get(key), seen) || isAnother(index.get(replyKey), seen))) return;
    const asked = unlessAnother(key, seen);
    const before = replyKey === key ? asked : joined(asked, unlessAnother(replyKey, seen));
    const flow = before ?? (isDestroyed ? undefined : bornOf(seen, look));
    if (flow === undefined) return;
    if (!isUntouched(seen) || !flow.isTranslated) Object.assign(flow, { client: original.from, called: original.to });
    name(flow, key);
    if (replyKey !== key) name(flow, replyKey);
    placeEnds(flow, seen, look);
    noteEntry(flow, seen, look, isDestroyed);
  };

  const bornOf = (seen: Entry, look: Look): Flow | undefined => {
    if (!isOurs(seen, look)) return undefined;
    const flow = born(newFlow(seen.protocol, seen.original.from, seen.original.to, look.number));
    if (flow === undefined) return undefined;
    flow.isOld = seen.age === undefined ? look.isFirst : beganBefore(seen.age, look, beganAt);
    flow.isClosedCounted = flow.isOld && isOver(seen);
    return flow;
  };

  /** Picked up in the middle, conntrack may take the server for the client; sockets know better. Of an entry that is not known as it is. */
  const turned = (seen: Entry): Entry => {
    if (!isUntouched(seen)) return seen;
    const { protocol, original, reply, bytesIn, bytesOut, ...rest } = seen;
    const other = index.get(keyOf(protocol, original.to, original.from));
    if (other === undefined || !(other.hasClientSocket || other.hasServerSocket)) return seen;
    return {
      ...{ ...rest, protocol, original: reply, reply: original },
      ...(bytesIn !== undefined && { bytesOut: bytesIn }),
      ...(bytesOut !== undefined && { bytesIn: bytesOut }),
    };
  };

  const isAnother = (flow: Flow | undefined, seen: Entry): boolean => flow !== undefined && isNextEntry(flow, seen);
  const unlessAnother = (key: string, seen: Entry): Flow | undefined => {
    const flow = index.get(key);
    if (flow === undefined || !isAnother(flow, seen)) return flow;
    retire(flow);
    return undefined;
  };

  /** Both ends' sockets were seen before the entry that tells that they are one connection. */
  const joined = (asked: Flow | undefined, answered: Flow | undefined): Flow | undefined => {
    if (asked === undefined || answered === undefined || asked === answered) return asked ?? answered;
    asked.serverIn ??= answered.serverIn;
    asked.serverHolder ??= answered.serverHolder;
    asked.serverInode ||= answered.serverInode;
    asked.hasServerSocket ||= answered.hasServerSocket;
    asked.isMade ||= answered.isMade;
    asked.isOld ||= answered.isOld;
    asked.retransmits = Math.max(asked.retransmits, answered.retransmits);
    if (asked.counted === 'not yet') asked.counted = answered.counted;
    remove(answered);
    return asked;
  };

  return {
    fixedRole({ protocol, local, remote }, within) {
      const asClient = index.get(keyOf(protocol, local, remote));
      if (asClient?.hasClientSocket && asClient.clientIn === within) return 'client';
      const asServer = index.get(keyOf(protocol, remote, local));
      return asServer?.hasServerSocket && asServer.serverIn === within ? 'server' : undefined;
    },
    knownRole({ protocol, local, remote }) {
      if (index.has(keyOf(protocol, local, remote))) return 'client';
      return index.has(keyOf(protocol, remote, local)) ? 'server' : undefined;
    },
    socket,
    entry,
    done(look, seen) {
      for (const flow of known) {
        const isOldEnough = look.number - flow.bornAt >= SETTLED_AFTER_LOOKS;
        const isEarlier = flow.bornAt < look.number;
        if (seen.settles === 'all' || (seen.settles === 'earlier' && isEarlier) || isOldEnough) flow.isSettled = true;
        if (noteAbsence(flow, look, seen) && flow.isSettled && isTold(flow)) remove(flow);
      }
    },
    leading() {
      const led = new Map<string, Flow>();
      for (const flow of known)
        if (flow.hasEntry && flow.protocol === 'tcp') led.set(wayOf(flow.client, flow.server.ip), flow);
      return (client, serverIp) => led.get(wayOf(client, serverIp));
    },
    all: () => known,
    size: () => known.size,
    refused: () => refused,
  };
}

const wayOf = ({ ip, port }: Address, serverIp: string): string => `${ip} ${port} ${serverIp}`;

const isNoEnd = (ip: string): boolean => isLoopback(ip) || isNobodys(ip);

/** Nothing of it is still to be counted. */
const isTold = ({ counted, isMade, isFailed, isClosedCounted }: Flow): boolean =>
  counted === 'not yet' ? !(isMade || isFailed) : counted === 'failed' || isClosedCounted;
