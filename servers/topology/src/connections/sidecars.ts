// Sidecar hops are merged into the one edge between workloads that they carry.

import type { Known } from './known.ts';
import type { Resolved } from './resolve.ts';
import { isInboundPort } from './sidecar-ports.ts';

/** The same observations without hops: each edge knows the Service that was called and the port that was meant, as far as its hops tell. */
export function withoutHops<R extends Resolved>(all: readonly R[], known: Known): R[] {
  const hops = Map.groupBy(
    all.filter(({ isHop }) => isHop),
    ({ from }) => from.end.uid ?? '',
  );
  const edges = all.filter(({ isHop }) => !isHop);
  const isTunnelled = edges.some(({ port }) => isInboundPort(port));
  if (hops.size === 0 && !isTunnelled) return edges;
  const ports = isTunnelled ? plainPorts(edges) : new Map<string, Set<number>>();
  const carried = new Set<R>();
  const merged = edges.map((edge) => carrying(edge, hops.get(edge.from.end.uid ?? '') ?? [], ports, known, carried));
  // What no edge carries on: its way out was not seen, so it ends where it was called.
  const alone = [...hops.values()].flat().filter((hop) => !carried.has(hop));
  return [...merged, ...alone.map(({ isHop: _, ...edge }) => edge as R)]; // a hop without its mark is an edge as any other
}

/** The edge with what its hop knows of it. */
function carrying<R extends Resolved>(
  edge: R,
  hops: readonly R[],
  ports: ReadonlyMap<string, ReadonlySet<number>>,
  known: Known,
  carried: Set<R>,
): R {
  const own = hops.filter((hop) => leadsTo(hop, edge, known));
  for (const hop of own) carried.add(hop);
  const services = new Map(
    own.flatMap(({ service }) => (service ? [[`${service.namespace}/${service.name}`, service]] : [])),
  );
  const [service] = services.size === 1 ? services.values() : [];
  const port = isInboundPort(edge.port) ? meantPort(edge, own, ports, known) : edge.port;
  return { ...edge, port, ...(edge.service === undefined && service !== undefined && { service }) };
}

/** Whether the hop called the edge's end, or a Service in front of it. */
function leadsTo(hop: Resolved, edge: Resolved, known: Known): boolean {
  if (hop.connection.protocol !== edge.connection.protocol) return false;
  if (hop.to.end.uid !== undefined && hop.to.end.uid === edge.to.end.uid) return true;
  if (hop.to.end.kind === 'External') return hop.to.end.ip === edge.to.end.ip;
  const service = hop.to.end.kind === 'Service' ? known.objects.get(hop.to.end.uid ?? '') : undefined;
  const pod = known.objects.get(edge.to.end.uid ?? '');
  if (service === undefined || pod === undefined || !known.selects(service, pod)) return false;
  const target = service.ports?.find(({ port }) => port === hop.service?.port)?.target;
  return target === undefined || isInboundPort(edge.port) || target === edge.port;
}

/** Behind a tunnel: what the hop called, else the only port that the other end's observer saw between these two. */
function meantPort(
  edge: Resolved,
  hops: readonly Resolved[],
  ports: ReadonlyMap<string, ReadonlySet<number>>,
  known: Known,
): number {
  const targets = new Set(hops.map((hop) => targetOf(hop, known)));
  const [target] = targets;
  if (targets.size === 1 && target !== undefined) return target;
  const plain = ports.get(pairOf(edge));
  const [port] = plain ?? [];
  return plain?.size === 1 && port !== undefined ? port : edge.port;
}

function targetOf({ to, port, service }: Resolved, known: Known): number {
  const ports = known.objects.get(to.end.uid ?? '')?.ports;
  return ports?.find((one) => one.port === service?.port)?.target ?? port;
}

const pairOf = ({ from, to, connection }: Resolved): string =>
  `${from.end.uid ?? from.end.name} ${to.end.uid ?? to.end.name} ${connection.protocol}`;

function plainPorts(edges: readonly Resolved[]): Map<string, Set<number>> {
  const ports = new Map<string, Set<number>>();
  for (const edge of edges) {
    if (isInboundPort(edge.port)) continue;
    const pair = pairOf(edge);
    const known = ports.get(pair);
    if (known) known.add(edge.port);
    else ports.set(pair, new Set([edge.port]));
  }
  return ports;
}
