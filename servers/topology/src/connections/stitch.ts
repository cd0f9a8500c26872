// An egress of one cluster and an ingress of another that are the same connection become one edge between workloads.
// Each cluster's minute is stitched by itself, from what both have stored: two owners come to the same conclusion.

import type { EdgeEnd, EdgeMinute } from '@mosaic/wire';
import type { Objects } from '../owners.ts';
import { canonical } from './addresses.ts';
import { isAddress, type Protocol } from './known.ts';

/** By which addresses a cluster can be called from outside, and by which it calls. */
export interface Doors {
  readonly cluster: number;
  /** `203.0.113.5 80/tcp`. */
  readonly services: readonly string[];
  readonly nodes: Readonly<Record<string, string>>;
  /** `30080/tcp`. */
  readonly nodePorts: readonly string[];
}

export interface Side {
  readonly doors: Doors;
  readonly edges: readonly EdgeMinute[];
}

export const SAME_CONNECTION = 'the same connection, seen in both clusters';
export const SAME_MEASURE = 'the same door, minute and bytes, seen in both clusters';
const BY_ADDRESS = 0.9;
const BY_MEASURE = 0.6;
/** Counts and bytes of the two sides are of the same minute of two clocks. */
const APART = 0.2;

export function doorsOf(cluster: number, objects: Objects): Doors {
  const services = new Set<string>();
  const nodes: Record<string, string> = {};
  const nodePorts = new Set<string>();
  for (const { kind, name, addresses, ports = [] } of objects.values()) {
    if (kind === 'Node') for (const ip of addresses.filter(isAddress)) nodes[canonical(ip)] = name;
    if (kind !== 'Service') continue;
    // The first is the cluster's own virtual address: nobody outside can call it.
    for (const ip of addresses.slice(1).filter(isAddress))
      for (const { port, protocol } of ports) services.add(doorAt(canonical(ip), port, protocol));
    for (const { node, protocol } of ports) if (node !== undefined) nodePorts.add(`${node}/${protocol}`);
  }
  return { cluster, services: [...services].sort(), nodes: sortedByKey(nodes), nodePorts: [...nodePorts].sort() };
}

/** `edges` of the own side, with ends in other clusters where they were recognised; `isOpen`: a door was called, and nobody there has told of it yet. */
export function stitch(
  own: Side,
  others: readonly Side[],
): { readonly edges: readonly EdgeMinute[]; readonly isOpen: boolean } {
  let isOpen = false;
  const edges = own.edges.map((edge) => {
    const out = edge.to.kind === 'External' ? outgoing(own, edge, others) : undefined;
    if (out === 'unanswered') isOpen = true;
    else if (out !== undefined) return out;
    return edge.from.kind === 'External' && edge.service !== undefined ? (incoming(own, edge, others) ?? edge) : edge;
  });
  return { edges, isOpen };
}

const doorAt = (ip: string, port: number, protocol: Protocol): string => `${ip} ${port}/${protocol}`;

const hasDoor = ({ services, nodes, nodePorts }: Doors, ip: string, port: number, protocol: Protocol): boolean =>
  services.includes(doorAt(ip, port, protocol)) ||
  (Object.hasOwn(nodes, ip) && nodePorts.includes(`${port}/${protocol}`));

/** Edges that came in by a door. */
const through = ({ edges }: Side, ip: string, port: number, protocol: Protocol): EdgeMinute[] =>
  edges.filter(
    ({ service, from, protocol: spoken }) =>
      service?.ip === ip &&
      service.port === port &&
      spoken === protocol &&
      (from.kind === 'External' || from.cluster !== undefined),
  );

/** Edges that went out to a door of `cluster`, also those already recognised. */
const towards = ({ edges }: Side, cluster: number, ip: string, port: number, protocol: Protocol): EdgeMinute[] =>
  edges.filter((edge) => {
    if (edge.protocol !== protocol) return false;
    if (edge.to.cluster === cluster) return edge.service?.ip === ip && edge.service.port === port;
    return edge.to.kind === 'External' && edge.to.ip === ip && edge.port === port;
  });

function outgoing(own: Side, edge: EdgeMinute, others: readonly Side[]): EdgeMinute | 'unanswered' | undefined {
  const { to, port, protocol } = edge;
  const [there, ...more] = others.filter(({ doors }) => hasDoor(doors, to.ip, port, protocol));
  if (there === undefined || more.length > 0) return undefined;
  const { cluster } = there.doors;
  const came = through(there, to.ip, port, protocol);
  if (came.length === 0) return 'unanswered';
  const ours = came.filter(({ from }) => isOf(own.doors, from));
  const measured = ours.length > 0 ? ours : sameMeasure(edge, came, towards(own, cluster, to.ip, port, protocol));
  const [first] = measured;
  if (first?.service === undefined) return undefined;
  const { namespace, name } = first.service;
  const ports = new Set(measured.map((one) => one.port));
  return {
    ...edge,
    // The port behind the door, as the other cluster tells it: both sides name one edge then.
    ...(ports.size === 1 && { port: first.port }),
    to: commonEnd(
      measured.map((one) => one.to),
      cluster,
      { kind: 'Service', namespace, name, ip: to.ip },
    ),
    service: { namespace, name, ip: to.ip, port },
    ...sureness(edge, ours.length > 0),
  };
}

function incoming(own: Side, edge: EdgeMinute, others: readonly Side[]): EdgeMinute | undefined {
  const { service, from, protocol } = edge;
  if (service === undefined) return undefined;
  const { cluster } = own.doors;
  const { ip, port } = service;
  const callers = others.map((side) => ({ side, went: towards(side, cluster, ip, port, protocol) }));
  const known = callers.filter(({ side, went }) => went.length > 0 && isOf(side.doors, from));
  const [there, ...more] =
    known.length > 0 ? known : callers.filter(({ went }) => sameMeasure(edge, went, [edge]).length > 0);
  if (there === undefined || more.length > 0) return undefined;
  const { doors } = there.side;
  const node = doors.nodes[from.ip];
  const end = { kind: 'Node', namespace: '', name: node ?? from.name, ip: from.ip } as const;
  return {
    ...edge,
    from: commonEnd(
      there.went.map((one) => one.from),
      doors.cluster,
      end,
    ),
    ...sureness(edge, known.length > 0),
  };
}

/** It calls from its nodes' addresses, or it was recognised already. */
const isOf = ({ cluster, nodes }: Doors, { ip, cluster: told }: EdgeEnd): boolean =>
  told === cluster || Object.hasOwn(nodes, ip);

/** Behind somebody else's translation only the figures tell, and only where one alone can be meant. */
function sameMeasure(edge: EdgeMinute, candidates: readonly EdgeMinute[], rivals: readonly EdgeMinute[]): EdgeMinute[] {
  const alike = candidates.filter((one) => isAlike(edge, one));
  return alike.length === 1 && rivals.filter((rival) => alike.some((one) => isAlike(rival, one))).length <= 1
    ? alike
    : [];
}

function isAlike(a: EdgeMinute, b: EdgeMinute): boolean {
  if (a.bytesOut === undefined || b.bytesOut === undefined || a.opened + b.opened === 0) return false;
  return isNear(a.opened, b.opened) && isNear(a.bytesOut, b.bytesOut) && isNear(a.bytesIn ?? 0, b.bytesIn ?? 0);
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= APART * Math.max(a, b);

const sureness = ({ confidence }: EdgeMinute, byAddress: boolean): Pick<EdgeMinute, 'confidence' | 'rule'> => ({
  confidence: Math.min(confidence, byAddress ? BY_ADDRESS : BY_MEASURE),
  rule: byAddress ? SAME_CONNECTION : SAME_MEASURE,
});

/** The one pod it can be; of several the workload they share; else what stands before them. */
function commonEnd(ends: readonly EdgeEnd[], cluster: number, before: EdgeEnd): EdgeEnd {
  const pods = new Map(ends.map((end) => [`${end.uid ?? ''}${end.name}`, end]));
  const [only, ...others] = pods.values();
  if (only !== undefined && others.length === 0) return { ...only, cluster };
  const workloads = new Map(ends.map((end) => [`${end.namespace}/${end.workload}`, end]));
  const [shared] = workloads.values();
  const isShared = workloads.size === 1 && shared?.workload !== undefined;
  if (!isShared || shared?.workload === undefined) return { ...before, cluster };
  return { ...before, cluster, namespace: shared.namespace, workload: shared.workload };
}

const sortedByKey = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
