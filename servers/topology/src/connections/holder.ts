// An address at an instant → who it was: by lease, by listener, or not known, and then never guessed.

import type { Slim } from '@mosaic/wire';
import { externalEnd, type NamedEnd, nodeEnd, podEnd, serviceEnd, unknownEnd } from './ends.ts';
import type { AddressLease, Known, Protocol } from './known.ts';
import type { Window } from './witnesses.ts';

export interface Asked {
  readonly ip: string;
  /** Of a server; a client's says nothing. */
  readonly port?: number;
  readonly protocol: Protocol;
  /** A DNS name it was resolved from, where one was seen. */
  readonly name?: string | undefined;
  /** The observation's own window, widened by clock skew and 2 s on both sides. */
  readonly window: Window;
  /** By how much it was widened. */
  readonly marginMs: number;
}

/** Who held the address over the whole window. */
export function holderOf(known: Known, asked: Asked): NamedEnd {
  const { ip, name, window } = asked;
  const touching = known.leasesOf(ip).filter((lease) => touches(lease, window));
  if (touching.length === 0) return known.isInside(ip) ? unknownEnd(ip, 'no holder') : externalEnd(ip, name);
  const holders = touching.map((lease): Holder => ({ lease, slim: known.objects.get(lease.uid) }));
  const pods = holders.filter(({ lease, slim }) => !lease.hostNetwork && slim?.kind !== 'Service');
  const services = holders.filter(({ slim }) => slim?.kind === 'Service');
  const hosts = holders.filter(({ lease, slim }) => lease.hostNetwork && slim?.kind !== 'Service');
  if (pods.length > 0) {
    if (services.length + hosts.length > 0) return unknownEnd(ip, 'held by two');
    return ofPods(known, asked, pods);
  }
  const called = services.length > 0 ? ofServices(asked, services, hosts.length > 0) : undefined;
  return called ?? ofHost(known, asked, hosts);
}

interface Holder {
  readonly lease: AddressLease;
  /** Undefined: nobody has described it yet. */
  readonly slim: Slim | undefined;
}

const touches = ({ from, to }: AddressLease, window: Window): boolean =>
  from <= window.to && (to === undefined || (to > window.from && to > from));

const covers = ({ from, to }: AddressLease, window: Window): boolean =>
  from <= window.from && (to === undefined || to >= window.to);

function ofPods(known: Known, asked: Asked, pods: readonly Holder[]): NamedEnd {
  const { ip, window } = asked;
  const uids = new Set(pods.map(({ lease }) => lease.uid));
  if (uids.size > 1) return unknownEnd(ip, areAtOnce(pods) ? 'held by two' : 'changed hands at this instant');
  const sure = pods.find(({ lease }) => covers(lease, window));
  if (sure === undefined) return unknownEnd(ip, nearBoundary(pods, asked));
  const { lease, slim } = sure;
  if (slim === undefined) return unknownEnd(ip, 'its holder is not described', true);
  return podEnd(known, slim, ip, 'lease', { lease });
}

/** Whether two of them held it at the same time. */
const areAtOnce = (holders: readonly Holder[]): boolean =>
  holders.some(({ lease: a }) =>
    holders.some(
      ({ lease: b }) => a.uid < b.uid && a.from < (b.to ?? Number.MAX_VALUE) && b.from < (a.to ?? Number.MAX_VALUE),
    ),
  );

function nearBoundary(holders: readonly Holder[], { window, marginMs }: Asked): string {
  const isBegin = holders.every(({ lease }) => lease.from > window.from);
  return `within ${spoken(marginMs)} of a lease's ${isBegin ? 'beginning' : 'end'}`;
}

/** A duration as people say it, rounded up in its smaller unit: `2 s`, `15 min`, `9 h 40 min`, `3 d 2 h`. */
function spoken(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? both(minutes, 60, 'h', 'min') : both(hours, 24, 'd', 'h');
}

function both(all: number, each: number, large: string, small: string): string {
  const rest = all % each;
  return `${Math.floor(all / each)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** Undefined: the address is a host's too, and no Service is called by this port there. */
function ofServices(asked: Asked, services: readonly Holder[], isHost: boolean): NamedEnd | undefined {
  const { ip, port, protocol, window } = asked;
  const byPort = services.filter(({ slim }) =>
    slim?.ports?.some((one) => one.port === port && one.protocol === protocol),
  );
  if (byPort.length === 0 && isHost) return undefined;
  const candidates = byPort.length > 0 ? byPort : services;
  if (new Set(candidates.map(({ lease }) => lease.uid)).size > 1) return unknownEnd(ip, 'held by two');
  const sure = candidates.find(({ lease }) => covers(lease, window));
  if (sure?.slim === undefined) return unknownEnd(ip, nearBoundary(candidates, asked));
  return serviceEnd(sure.slim, ip, 'virtual', sure.lease);
}

/** A host's address is many's: the port tells whose, as far as somebody said that it listens there. */
function ofHost(known: Known, asked: Asked, hosts: readonly Holder[]): NamedEnd {
  const { ip, window } = asked;
  const machines = new Map<string, { name: string; uid: string; lease: AddressLease }>();
  for (const { lease, slim } of hosts) {
    if (slim?.kind === 'Node') machines.set(slim.name, { name: slim.name, uid: slim.uid, lease });
    else if (slim?.node !== undefined && !machines.has(slim.node))
      machines.set(slim.node, { name: slim.node, uid: '', lease });
  }
  const [machine, ...others] = machines.values();
  if (machine === undefined) return unknownEnd(ip, 'its holder is not described', true);
  if (others.length > 0) return unknownEnd(ip, 'held by two');
  const byPort = ofHostPort(known, asked, machine.name, hosts);
  if (byPort !== undefined) return byPort;
  if (!covers(machine.lease, window)) return unknownEnd(ip, nearBoundary(hosts, asked));
  return nodeEnd(machine, ip, machine.lease);
}

function ofHostPort(known: Known, asked: Asked, node: string, hosts: readonly Holder[]): NamedEnd | undefined {
  const { ip, port, protocol, window } = asked;
  if (port === undefined) return undefined;
  const declared = known.onHostPort(node, port, protocol);
  const listening = declared.filter((pod) => isThere(pod, window));
  if (listening.length > 1) return unknownEnd(ip, 'held by two');
  const [pod] = listening;
  if (pod !== undefined) {
    const lease = hosts.find((holder) => holder.lease.uid === pod.uid)?.lease;
    return podEnd(known, pod, ip, 'hostPort', { lease });
  }
  if (declared.length > 0) return unknownEnd(ip, 'its listener began or ended at this instant');
  const [service, ...others] = known.onNodePort(port, protocol);
  if (service === undefined) return undefined;
  return others.length > 0 ? unknownEnd(ip, 'held by two') : serviceEnd(service, ip, 'nodePort');
}

/** Started before the window began, and not ended. */
const isThere = ({ phase, startedAt, createdAt }: Slim, { from }: Window): boolean =>
  (startedAt ?? createdAt) <= from && phase !== 'Succeeded' && phase !== 'Failed';
