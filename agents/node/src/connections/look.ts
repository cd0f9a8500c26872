// One look at the machine: every namespace's tables, the owners of new sockets, conntrack; in an order in which each explains the one before.

import type { Clock } from '@mosaic/runtime';
import type { Host, Pods } from '../ports.ts';
import { isLoopback } from './addresses.ts';
import type { ConntrackRead, ConntrackSource } from './conntrack-source.ts';
import { type Listeners, listeners, type Role, roleOf } from './direction.ts';
import { CLOSED, type Look } from './evidence.ts';
import type { Holder } from './flow.ts';
import type { Flows } from './flows.ts';
import { holderOf, isShared, soleHolder } from './holders.ts';
import { hostAddresses } from './host-addresses.ts';
import type { Namespace, NamespaceLister } from './namespaces.ts';
import type { Owners, OwnerWalk } from './owners.ts';
import type { Places } from './places.ts';
import { isListening, type Socket } from './proc-net.ts';
import { hopsIn, isInbound, isInboundDoor } from './sidecars.ts';
import { readTables, type Tables } from './tables.ts';

export interface LookParts {
  readonly host: Host;
  readonly pods: Pods;
  readonly clock: Clock;
  readonly lister: NamespaceLister;
  readonly owners: Owners;
  readonly conntrack: ConntrackSource;
  readonly places: Places;
  readonly flows: Flows;
}

export interface Looked {
  readonly sockets: number;
  readonly namespaces: readonly Namespace[];
  readonly walk: OwnerWalk;
  /** What could not be looked at, and why. */
  readonly gaps: readonly string[];
}

interface Within {
  readonly namespace: Namespace;
  readonly tables: Tables;
  readonly listeners: Listeners;
}

/** Keeps what one look has to know of the one before. */
export function looker(parts: LookParts): (number: number, before: number) => Promise<Looked> {
  const { host, pods, clock, lister, owners, conntrack, places, flows } = parts;
  const own = hostAddresses(host.proc);
  let hasTable = false;
  let listening = new Map<string, readonly Socket[]>();

  return async (number, before) => {
    const at = clock.now();
    const { namespaces, forbidden } = lister.look(at);
    const found = await tablesOf(host.proc, namespaces);
    const looked = within(found, namespaces, listening);
    listening = new Map(looked.map(({ namespace, tables }) => [namespace.id, tables.sockets.filter(isListening)]));
    const walk = await owners.walk(looked.flatMap(wantedIn));
    owners.keep(new Set(looked.flatMap(({ tables }) => tables.sockets.map(({ inode }) => inode))));
    const addresses = new Map(looked.map(({ namespace, tables }) => [namespace.id, tables.addresses]));
    places.note({ at, namespaces, addresses, ofHost: await own.at(at) });
    const look: Look = {
      ...{ number, isFirst: number === 0, at, before },
      ...{ placeOf: places.of, callerPlaceOf: places.ofCaller, listenerAt: listenersIn(looked, owners, pods) },
    };
    const readAt = clock.now();
    const read = await conntrack.read();
    take(looked, read, look, { flows, owners, pods, entryLook: { ...look, at: readAt, isFirst: !hasTable } });
    hasTable ||= read.entries !== undefined;
    flows.done(look, {
      namespace: (id) => (id === CLOSED ? 'closed' : standing(found.get(id))),
      isEntryLook: read.entries !== undefined,
      isEntryStream: conntrack.state() === 'events',
      settles: settling(walk, read, conntrack),
    });
    return {
      sockets: looked.reduce((sum, { tables }) => sum + tables.sockets.length, 0),
      namespaces,
      walk,
      gaps: gapsOf(namespaces, found, forbidden, read),
    };
  };
}

function listenersIn(looked: readonly Within[], owners: Owners, pods: Pods): Look['listenerAt'] {
  const byId = new Map(looked.map((one) => [one.namespace.id, one.listeners]));
  return (id, protocol, local) => {
    const process = owners.of(byId.get(id)?.inodeOf({ protocol, local }) ?? 0);
    return process && holderOf(process, pods);
  };
}

type Found = ReadonlyMap<string, Tables | 'gone' | 'forbidden'>;

async function tablesOf(proc: string, namespaces: readonly Namespace[]): Promise<Found> {
  const found = new Map<string, Tables | 'gone' | 'forbidden'>();
  for (const namespace of namespaces) found.set(namespace.id, await readTables(proc, namespace));
  return found;
}

const within = (
  found: Found,
  namespaces: readonly Namespace[],
  listening: ReadonlyMap<string, readonly Socket[]>,
): Within[] =>
  namespaces.flatMap((namespace) => {
    const tables = found.get(namespace.id);
    if (tables === undefined || typeof tables === 'string') return [];
    return [{ namespace, tables, listeners: listeners(tables.sockets, listening.get(namespace.id)) }];
  });

function standing(tables: Tables | 'gone' | 'forbidden' | undefined): 'read' | 'missed' | 'gone' | 'closed' {
  if (tables === 'forbidden') return 'closed';
  if (tables === 'gone') return 'missed';
  return tables === undefined ? 'gone' : 'read';
}

const isConnection = ({ local, remote }: Socket): boolean =>
  remote.port !== 0 && !(isLoopback(local.ip) && isLoopback(remote.ip));

/** Connections, and whoever listens: what conntrack alone sees of a server is its. */
function wantedIn({ namespace, tables }: Within): { namespace: Namespace; inodes: Set<number> }[] {
  if (!isShared(namespace)) return [];
  const inodes = new Set<number>();
  for (const socket of tables.sockets)
    if (socket.inode !== 0 && (isConnection(socket) || isListening(socket))) inodes.add(socket.inode);
  return [{ namespace, inodes }];
}

interface Takers extends Pick<LookParts, 'flows' | 'owners' | 'pods'> {
  /** Owners were searched between the tables and conntrack. */
  readonly entryLook: Look;
}

/** What has happened till now, then sockets whose side is sure, then all of conntrack, then what conntrack makes clear. */
function take(looked: readonly Within[], read: ConntrackRead, look: Look, takers: Takers): void {
  const { flows, owners, pods, entryLook } = takers;
  for (const { entry, happening, at = entryLook.at } of read.events)
    flows.entry(entry, { ...entryLook, at, isFirst: false }, happening === 'destroy');
  const later: (() => void)[] = [];
  const inbound: (() => void)[] = [];
  for (const { namespace, tables, listeners: doors } of looked) {
    const sole = isShared(namespace) ? undefined : soleHolder(namespace, pods);
    const whole = soleHolder(namespace, pods);
    const { outbound, doubled } = hopsIn(tables.sockets);
    const holder = (socket: Socket, role: Role): Holder | undefined => {
      const door = role === 'server' ? doors.inodeOf(socket) : undefined;
      const process = owners.of(socket.inode) ?? (door === undefined ? undefined : owners.of(door));
      return sole ?? (process && holderOf(process, pods)) ?? whole;
    };
    const note = (socket: Socket, role: Role): void => {
      const hop = outbound.get(socket);
      flows.socket({ socket, role, within: namespace.id, holder: holder(socket, role), ...(hop && { hop }) }, look);
    };
    for (const socket of tables.sockets) {
      if (!isConnection(socket) || doubled.has(socket)) continue;
      const role = flows.fixedRole(socket, namespace.id) ?? roleOf(socket, doors);
      if (isInbound(socket) && role === 'server') inbound.push(() => note(meant(socket, flows.leading()), 'server'));
      else if (role !== undefined) note(socket, role);
      else later.push(() => note(socket, flows.knownRole(socket) ?? 'client'));
    }
  }
  for (const entry of read.entries ?? []) flows.entry(entry, entryLook);
  for (const noteIt of [...later, ...inbound]) noteIt();
}

/** What a redirect inside the pod hides: the port that the caller meant. */
function meant(socket: Socket, leading: ReturnType<Flows['leading']>): Socket {
  const server = leading(socket.remote, socket.local.ip)?.server;
  return server === undefined || isInboundDoor(server) ? socket : { ...socket, local: server };
}

function settling(walk: OwnerWalk, read: ConntrackRead, conntrack: ConntrackSource): 'all' | 'earlier' | 'none' {
  if (!walk.isWhole) return 'none';
  if (conntrack.state() === 'events') return 'earlier';
  return conntrack.state() === 'file' && read.entries === undefined ? 'none' : 'all';
}

function gapsOf(namespaces: readonly Namespace[], found: Found, forbidden: number, read: ConntrackRead): string[] {
  const closed = [...found.values()].filter((tables) => tables === 'forbidden').length;
  return [
    ...(forbidden > 0 ? ['forbidden: network namespaces of processes (SYS_PTRACE)'] : []),
    ...(closed > 0 ? ['forbidden: socket tables of network namespaces'] : []),
    ...(namespaces.length === 0 && forbidden === 0 ? ['no network namespace of the node is seen (hostPID)'] : []),
    ...(read.lost === undefined ? [] : [read.lost]),
  ];
}
