// Why is this connection on the map? Its newest observations, what was translated, which lease and rule named each end.

import { type Connection, type ConnectionEvidence, type EdgeEnd, nodeId, parseEdgeId, parseNodeId } from '@mosaic/wire';
import type { Explanation } from '../explain.ts';
import { instant } from '../instant.ts';
import type { ClusterObjects } from '../scene.ts';
import { clusterNodeId, namespaceId } from '../workload.ts';
import type { NamedEnd } from './ends.ts';
import type { Known } from './known.ts';
import { standIn } from './lives.ts';
import { resolvedOf } from './minute.ts';
import { ADDRESSES, domainOf, isBare, NAMES } from './outside.ts';
import type { Resolved } from './resolve.ts';
import type { MinuteOfEdges } from './window.ts';

const MOST_EVIDENCE = 50;

/** An observation with who made it, as the store's `connections.between` answers. */
export interface Observed extends Connection {
  readonly source: string;
  readonly boot: string;
}

export interface ConnectionQuestion<C extends Observed = Observed> {
  readonly id: string;
  readonly cluster: Pick<ClusterObjects, 'id' | 'name'>;
  /** All of the cluster in the minutes of `edgeSpan`: what the other side saw names ends too. */
  readonly flows: readonly C[];
  readonly known: Known;
  /** The same minutes as stored: they know which ends were recognised in other clusters. */
  readonly minutes?: readonly MinuteOfEdges[];
  readonly skewMs?: (flow: C) => number;
}

/** Undefined when the id names no `connects` edge, or nothing of it was seen. */
export function explainConnection<C extends Observed>(
  question: ConnectionQuestion<C>,
): (Explanation & { readonly connections: ConnectionEvidence[] }) | undefined {
  const { id, flows, known, skewMs } = question;
  const parts = parseEdgeId(id);
  if (parts?.relation !== 'connects') return undefined;
  const { relation, from, to, port, protocol } = parts;
  const seen = resolvedOf({ connections: flows, known, ...(skewMs && { skewMs }) })
    .filter((one) => protocol === undefined || one.connection.protocol === protocol)
    .filter((one) => isEnd(question, from, one.from.end, one) && isEnd(question, to, one.to.end, one))
    .filter((one) => port === undefined || one.port === port || isAcross(question, from, to))
    .sort((a, b) => b.connection.at - a.connection.at);
  if (seen.length === 0) return undefined;
  const newest = seen.slice(0, MOST_EVIDENCE);
  const best = seen.reduce((a, b) => (sureness(b) > sureness(a) ? b : a));
  return {
    ...{ id, relation, from, to },
    method: methodOf(seen),
    rule: weakest(best).rule,
    confidence: sureness(best),
    observations: objectsOf(newest),
    connections: newest.map((one) => evidenceOf(one, known)),
  };
}

const weakest = ({ from, to }: Resolved): NamedEnd => (to.confidence <= from.confidence ? to : from);
const sureness = (one: Resolved): number => weakest(one).confidence;

type Place = Pick<ConnectionQuestion, 'cluster' | 'known' | 'minutes'>;

const isAcross = ({ cluster }: Place, from: string, to: string): boolean =>
  parseNodeId(from)?.cluster !== cluster.id || parseNodeId(to)?.cluster !== cluster.id;

/** Whether the node stands for the end, at whatever level. */
function isEnd(
  { cluster, known, minutes = [] }: Place,
  id: string,
  end: EdgeEnd,
  { service, port }: Resolved,
): boolean {
  const node = parseNodeId(id);
  if (node === undefined) return false;
  if (node.cluster !== cluster.id) {
    const door = service ?? { ip: end.ip, port };
    return minutes.some(({ edges }) =>
      edges.some(
        (edge) =>
          [edge.from, edge.to].some((one) => one.cluster === node.cluster) &&
          edge.service?.ip === door.ip &&
          edge.service.port === door.port,
      ),
    );
  }
  if (node.kind === 'External') return end.kind === 'External' && isNamed(node.name, end.name);
  if (node.kind === 'Unknown') return end.kind === 'Unknown';
  if (end.kind === 'Node' && id === nodeId(cluster.id, 'Node', '', 'nodes')) return true;
  return idsOf(cluster, known, end).includes(id);
}

const isNamed = (node: string, name: string): boolean =>
  node === name ||
  (node === ADDRESSES && isBare(name)) ||
  (!isBare(name) && (node === NAMES || node === `*.${domainOf(name)}`));

function idsOf(cluster: Pick<ClusterObjects, 'id' | 'name'>, known: Known, end: EdgeEnd): string[] {
  const { kind, namespace, name, uid, container } = end;
  const own = nodeId(cluster.id, kind, namespace, name);
  const machine = known.objects.get(uid ?? '')?.node;
  return [
    own,
    `${cluster.id}:${standIn(end)}`,
    ...(container === undefined ? [] : [`${own}/${container}`]),
    ...(namespace === '' ? [] : [namespaceId(cluster.id, namespace)]),
    ...(machine === undefined ? [] : [nodeId(cluster.id, 'Node', '', machine)]),
    clusterNodeId(cluster),
  ];
}

/** The pods and Services behind it, each once. */
function objectsOf(seen: readonly Resolved[]): Explanation['observations'] {
  const objects = new Map<string, Explanation['observations'][number]>();
  const note = ({ kind, namespace, name, uid = '' }: EdgeEnd, where: string): void => {
    if (kind === 'Pod' || kind === 'Node' || kind === 'Service')
      objects.set(`${kind} ${namespace}/${name} ${where}`, { kind, namespace, name, uid, where });
  };
  for (const { from, to, service } of seen) {
    note(from.end, 'client');
    note(to.end, 'server');
    if (service) note({ kind: 'Service', namespace: service.namespace, name: service.name, ip: '' }, 'was called');
  }
  return [...objects.values()].slice(0, MOST_EVIDENCE);
}

/** Spans are told by the workloads themselves. */
function methodOf(seen: readonly Resolved[]): string {
  const methods = [...new Set(seen.map(({ connection }) => connection.method))].sort();
  const looked = methods.filter((method) => method !== 'spans');
  const told = looked.length < methods.length ? ['told by spans'] : [];
  return [...(looked.length > 0 ? [`seen by node agents: ${looked.join(', ')}`] : []), ...told].join('; ');
}

function evidenceOf<C extends Observed>(one: Resolved<C>, known: Known): ConnectionEvidence {
  const { connection, from, to } = one;
  const { at, until, node, source, side, protocol, method, nat, opened, failed, open } = connection;
  const { client, server, original = server, bytesOut, bytesIn } = connection;
  const called = server.name ?? server.told?.pod ?? to.end.name; // a span need not know addresses
  const fromLease = leaseOf(from, known);
  const toLease = leaseOf(to, known);
  return {
    ...{ at: instant(at), until: instant(until), node, source, side, protocol, method, nat, opened, failed, open },
    client: client.ip || (client.told?.pod ?? from.end.name),
    called: tuple({ ...original, ip: original.ip || called }),
    server: tuple({ ...server, ip: server.ip || called }),
    ...(bytesOut !== undefined && { bytesOut }),
    ...(bytesIn !== undefined && { bytesIn }),
    ...(fromLease !== undefined && { fromLease }),
    ...(toLease !== undefined && { toLease }),
    rule: weakest(one).rule,
    confidence: sureness(one),
  };
}

const tuple = ({ ip, port }: { readonly ip: string; readonly port: number }): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;

/** `lease 10.0.1.7 of shop/cart-7d9f since 03:12:00`, or the rule that named it, or why nothing did. */
function leaseOf({ end, lease, rule }: NamedEnd, known: Known): string | undefined {
  if (end.kind === 'Unknown') return `${end.ip}: ${end.because}`;
  if (lease === undefined) return end.kind === 'External' ? undefined : rule;
  const holder = known.objects.get(lease.uid);
  const name = holder === undefined ? lease.uid : [holder.namespace, holder.name].filter(Boolean).join('/');
  const until = lease.to === undefined ? '' : ` until ${instant(lease.to)}`;
  return `lease ${lease.ip} of ${name} since ${instant(lease.from)}${until}`;
}
