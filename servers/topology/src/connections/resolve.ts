// One observation → its two ends, at its own instant, each with the rule that named it.

import type { Connection, EdgeMinute, Endpoint, Slim, ToldPod } from '@mosaic/wire';
import { canonical, isLinkLocal, isLoopback, isNobodys } from './addresses.ts';
import { byName } from './by-name.ts';
import { externalEnd, machineEnd, type NamedEnd, podEnd, serviceEnd, toldEnd, unknownEnd } from './ends.ts';
import { type Asked, holderOf } from './holder.ts';
import type { Known } from './known.ts';
import { isOutboundHop } from './sidecar-ports.ts';
import type { Window, Witnesses } from './witnesses.ts';

/** A boundary of a lease is known no better than this, beside what the clocks differ. */
export const BOUNDARY_MS = 2_000;

export type Called = NonNullable<EdgeMinute['service']>;

export interface Resolved<C extends Connection = Connection> {
  readonly connection: C;
  readonly from: NamedEnd;
  readonly to: NamedEnd;
  readonly port: number;
  readonly service?: Called;
  /** The way into a pod's own sidecar: not an edge, it carries one. */
  readonly isHop?: boolean;
}

export interface Context<C extends Connection = Connection> {
  readonly known: Known;
  readonly witnesses: Witnesses;
  /** By how much the observer's clock may differ from the cluster's, ms. */
  readonly skewMs: (connection: C) => number;
}

/** Undefined: loopback and what is nobody's address, which are no edges. */
export function resolve<C extends Connection>(connection: C, context: Context<C>): Resolved<C> | undefined {
  const { client, server, protocol, node } = connection;
  const [clientIp, serverIp] = [canonical(client.ip), canonical(server.ip)];
  if (isNameless(client, clientIp) || isNameless(server, serverIp)) return undefined;
  const isHop = isOutboundHop(connection, clientIp, serverIp);
  if (!isHop && (isLoopback(clientIp) || isLoopback(serverIp))) return undefined;
  const { known, witnesses } = context;
  const look = { ...windowOf(connection, context.skewMs(connection)), protocol, node, known, witnesses };
  const door = isHop ? connection.original : server;
  if (door === undefined) return undefined;
  const from = endOf(client, { ...look, ip: clientIp, isServer: false });
  const called = { ...look, ip: canonical(door.ip), port: door.port, isServer: true, caller: from.end.namespace };
  const to = endOf(isHop ? door : server, called);
  const service = calledBy(connection, to, look);
  return {
    connection,
    from,
    to,
    port: portOf(connection, serverIp, door.port),
    ...(service !== undefined && { service }),
    ...(isHop && { isHop }),
  };
}

/** A span need not know addresses where it knows who it is, or the name it called. */
const isNameless = ({ podUid, name, told }: Endpoint, ip: string): boolean =>
  ip === '' ? (podUid ?? name ?? told) === undefined : isNobodys(ip);

interface Look {
  readonly window: Window;
  readonly own: Window;
  readonly marginMs: number;
  readonly protocol: Connection['protocol'];
  readonly node: string;
  readonly known: Known;
  readonly witnesses: Witnesses;
}

function windowOf({ at, until }: Connection, skewMs: number): Pick<Look, 'window' | 'own' | 'marginMs'> {
  const marginMs = BOUNDARY_MS + Math.abs(skewMs);
  return { window: { from: at - marginMs, to: until + marginMs }, own: { from: at, to: until }, marginMs };
}

/** The socket's own process first, then what the other end's observer found, then leases. */
function endOf({ podUid, container, name, told, isMachine }: Partial<Endpoint>, look: Look & Sought): NamedEnd {
  const { ip, port, isServer, known, witnesses, window, own, marginMs, protocol, node, caller = '' } = look;
  if (told !== undefined) return ofTold(known, told, podUid, ip, window, container);
  if (podUid !== undefined) return ofProcess(known, podUid, ip, window, container, 'process');
  if (ip === '') return ofName(known, name ?? '', caller);
  const asked: Asked = { ip, protocol, name, window, marginMs, ...(isServer && port !== undefined && { port }) };
  const seen = isServer
    ? witnesses.listening(ip, port ?? 0, protocol, node, own)
    : isHostAddress(known, ip)
      ? []
      : witnesses.calling(ip, node, own);
  const [uid, ...others] = seen;
  if (uid !== undefined && others.length === 0) return ofProcess(known, uid, ip, window, undefined, 'otherSide');
  const holder = holderOf(known, asked);
  const machine = isMachine && holder.end.because === 'no holder' ? known.machine(node) : undefined;
  return machine === undefined ? holder : machineEnd(machine, ip);
}

interface Sought {
  readonly ip: string;
  readonly port?: number;
  readonly isServer: boolean;
  /** The namespace a short name is looked up from. */
  readonly caller?: string;
}

function ofTold(
  known: Known,
  told: ToldPod,
  uid: string | undefined,
  ip: string,
  window: Window,
  container: string | undefined,
): NamedEnd {
  const [pod, ...others] =
    uid === undefined
      ? byName(known.objects).pods(told.namespace, told.pod)
      : [known.objects.get(uid)].filter((slim) => slim?.kind === 'Pod');
  if (pod === undefined || others.length > 0) return toldEnd(told, ip, known.objects.size > 0);
  if (isYounger(pod, window)) return unknownEnd(ip, 'the pod is younger than the observation');
  return podEnd(known, pod, ip, uid === undefined ? 'told' : 'process', { container });
}

function ofName(known: Known, name: string, caller: string): NamedEnd {
  const names = byName(known.objects);
  const member = names.member(name);
  if (member !== undefined) return podEnd(known, member, '', 'dns');
  const service = names.service(name, caller);
  return service === undefined ? externalEnd('', name) : serviceEnd(service, '', 'dns');
}

/** Many call from a host's address: who one of them is says nothing of the others. */
const isHostAddress = (known: Known, ip: string): boolean =>
  isLinkLocal(ip) || known.leasesOf(ip).some(({ hostNetwork }) => hostNetwork);

function ofProcess(
  known: Known,
  uid: string,
  ip: string,
  window: Window,
  container: string | undefined,
  rule: 'process' | 'otherSide',
): NamedEnd {
  const pod = known.objects.get(uid);
  if (pod?.kind !== 'Pod') return unknownEnd(ip, `pod ${uid} is not described`, true);
  if (isYounger(pod, window)) return unknownEnd(ip, 'the pod is younger than the observation');
  return podEnd(known, pod, ip, rule, { container });
}

/** The process was there by the window's end at the latest. */
const isYounger = ({ createdAt }: Slim, { to }: Window): boolean => createdAt > to;

/** What was called, when a Service stood between: by its own address, a load balancer's, a NodePort, or a name outside. */
function calledBy({ original, server }: Connection, to: NamedEnd, look: Look): Called | undefined {
  const { known } = look;
  const { kind, name } = to.end;
  if (kind === 'External') {
    const [service, ...others] = known.namedOutside(name);
    if (service !== undefined && others.length === 0) return called(service, to.end.ip, server.port);
  }
  const { ip, port } = original ?? server;
  if (original === undefined && kind !== 'Service') return undefined;
  const address = canonical(ip);
  const { end } = holderOf(known, { ip: address, port, ...look });
  return end.kind === 'Service' ? called(end, address, port) : undefined;
}

const called = ({ namespace, name }: { namespace: string; name: string }, ip: string, port: number): Called => ({
  namespace,
  name,
  ip,
  port,
});

/** A redirect inside the server's pod: the port that was meant is the one before it. */
const portOf = ({ original }: Connection, serverIp: string, port: number): number =>
  original !== undefined && canonical(original.ip) === serverIp ? original.port : port;
