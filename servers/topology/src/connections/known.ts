// What is known of a cluster around one minute: who held which address from when to when, and what stood there.

import type { Slim } from '@mosaic/wire';
import { type Objects, topmostOwner } from '../owners.ts';
import { matches } from '../selector.ts';
import { canonical, rangeOf } from './addresses.ts';

/** An address belongs to somebody only for an interval. */
export interface AddressLease {
  readonly ip: string;
  readonly uid: string;
  readonly from: number;
  /** Undefined while it holds. */
  readonly to?: number;
  readonly hostNetwork: boolean;
}

export interface KnownFacts {
  /** All that stood at some moment of the minute, also what went within it. */
  readonly objects: Objects;
  /** Of the addresses that occur, from a day before on: one that was held once lies inside the cluster. */
  readonly leases: Iterable<AddressLease>;
}

export type Protocol = 'tcp' | 'udp';

export interface Known {
  readonly objects: Objects;
  leasesOf(ip: string): readonly AddressLease[];
  /** Held once, or in a range that pods or Services have for themselves. */
  isInside(ip: string): boolean;
  /** `Deployment/checkout`. */
  workloadOf(slim: Slim): string;
  /** Pods that have this port of the host, by their own word. */
  onHostPort(node: string, port: number, protocol: Protocol): readonly Slim[];
  /** Services called by this port of any node. */
  onNodePort(port: number, protocol: Protocol): readonly Slim[];
  /** ExternalName Services that stand for this name. */
  namedOutside(name: string): readonly Slim[];
  /** The Node of that name. */
  machine(name: string): Slim | undefined;
  /** Whether the Service has this pod behind it. */
  selects(service: Slim, pod: Slim): boolean;
}

/** O(objects + leases). */
export function known({ objects, leases }: KnownFacts): Known {
  const byIp = new Map<string, AddressLease[]>();
  for (const lease of leases) push(byIp, canonical(lease.ip), lease);
  const index = indexOf(objects);
  const workloads = new Map<string, string>();
  return {
    objects,
    leasesOf: (ip) => byIp.get(ip) ?? [],
    isInside: (ip) => byIp.has(ip) || index.ranges.has(rangeOf(ip)),
    workloadOf(slim) {
      let workload = workloads.get(slim.uid);
      if (workload === undefined) {
        const { kind, name } = topmostOwner(objects, slim);
        workload = `${kind}/${name}`;
        workloads.set(slim.uid, workload);
      }
      return workload;
    },
    onHostPort: (node, port, protocol) => index.hostPorts.get(`${node} ${port}/${protocol}`) ?? [],
    onNodePort: (port, protocol) => index.nodePorts.get(`${port}/${protocol}`) ?? [],
    namedOutside: (name) => index.outside.get(name.toLowerCase()) ?? [],
    machine: (name) => index.machines.get(name),
    selects: (service, pod) =>
      service.namespace === pod.namespace &&
      service.links.some(({ relation, selector }) => relation === 'selects' && selector && matches(selector, pod)),
  };
}

interface Index {
  readonly hostPorts: Map<string, Slim[]>;
  readonly nodePorts: Map<string, Slim[]>;
  readonly outside: Map<string, Slim[]>;
  readonly machines: ReadonlyMap<string, Slim>;
  readonly ranges: ReadonlySet<string>;
}

function indexOf(objects: Objects): Index {
  const index = { hostPorts: new Map<string, Slim[]>(), nodePorts: new Map<string, Slim[]>() };
  const outside = new Map<string, Slim[]>();
  const ranges = new Set<string>();
  const hosts = new Set<string>();
  const machines = new Map<string, Slim>();
  for (const slim of objects.values()) {
    if (slim.kind === 'Node') {
      machines.set(slim.name, slim);
      for (const address of slim.addresses) hosts.add(rangeOf(canonical(address)));
    } else if (slim.kind === 'Pod') notePod(slim, index.hostPorts, ranges);
    else if (slim.kind === 'Service') noteService(slim, index.nodePorts, outside, ranges);
  }
  // In a flat network pods, machines and databases share their ranges: there an address nobody holds may well be outside.
  for (const range of hosts) ranges.delete(range);
  return { ...index, outside, machines, ranges };
}

function notePod(pod: Slim, hostPorts: Map<string, Slim[]>, ranges: Set<string>): void {
  if (pod.ip !== undefined && !pod.hostNetwork)
    for (const ip of [pod.ip, ...pod.addresses]) ranges.add(rangeOf(canonical(ip)));
  for (const { host, protocol } of pod.ports ?? [])
    if (host !== undefined && pod.node !== undefined) push(hostPorts, `${pod.node} ${host}/${protocol}`, pod);
}

function noteService(
  service: Slim,
  nodePorts: Map<string, Slim[]>,
  outside: Map<string, Slim[]>,
  ranges: Set<string>,
): void {
  const [own, ...others] = service.addresses;
  if (own !== undefined && isAddress(own)) ranges.add(rangeOf(canonical(own)));
  for (const name of [own, ...others])
    if (name !== undefined && !isAddress(name)) push(outside, name.toLowerCase(), service);
  for (const { node, protocol } of service.ports ?? [])
    if (node !== undefined) push(nodePorts, `${node}/${protocol}`, service);
}

export const isAddress = (text: string): boolean => text.includes(':') || /^[\d.]+$/.test(text);

function push<V>(groups: Map<string, V[]>, name: string, member: V): void {
  const group = groups.get(name);
  if (group) group.push(member);
  else groups.set(name, [member]);
}
