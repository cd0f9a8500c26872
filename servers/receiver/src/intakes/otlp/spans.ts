// Client and server spans as calls between workloads: how many, how many failed, how long. One record per caller, callee and ten seconds.

import { CONNECTION_WINDOW_MS, type Connection, type Endpoint } from '@mosaic/wire';
import { attributesOf, type Fields, fieldsOf, instantOf, listed, numberOf, textOf } from './messages.ts';
import { type Attributes, streamOf } from './resource.ts';

const SERVER = 2;
const CLIENT = 3;
const STATUS_ERROR = 2;

interface Call {
  readonly at: number;
  readonly side: 'client' | 'server';
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly node: string;
  readonly system: string;
  readonly ms: number;
  readonly isError: boolean;
}

interface Span {
  readonly fields: Fields;
  readonly resource: Attributes;
}

export function connectionsOf(request: Fields): Connection[] {
  const spans = listed(request.resourceSpans).flatMap((resourceSpans): Span[] => {
    const resource = attributesOf(fieldsOf(resourceSpans.resource).attributes);
    return listed(resourceSpans.scopeSpans).flatMap(({ spans }) =>
      listed(spans).map((fields) => ({ fields, resource })),
    );
  });
  const halves = halvesOf(spans);
  const calls = spans.flatMap((span) => callOf(span, halves) ?? []);
  const groups = Map.groupBy(calls, ({ at, side, client, server, node, system }) =>
    JSON.stringify([windowOf(at), side, client, server, node, system]),
  );
  return [...groups.values()].flatMap((group) => windowed(group) ?? []);
}

const windowOf = (at: number): number => Math.floor(at / CONNECTION_WINDOW_MS) * CONNECTION_WINDOW_MS;

function windowed(calls: readonly Call[]): Connection | undefined {
  const [first] = calls;
  if (first === undefined) return undefined;
  const { side, client, server, node, system } = first;
  const at = windowOf(first.at);
  const took = calls.map(({ ms }) => ms).sort((a, b) => a - b);
  const errors = calls.filter(({ isError }) => isError).length;
  return {
    ...{ at, until: at + CONNECTION_WINDOW_MS, node, side, client, server },
    ...{ protocol: 'tcp', nat: 'none', method: 'spans', open: 0, opened: 0, closed: 0, failed: 0 },
    requests: {
      ...{ count: calls.length, errors, p50: quantile(took, 0.5), p95: quantile(took, 0.95), max: took.at(-1) ?? 0 },
      ...(system !== '' && { system }),
    },
  };
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

/** The other half of a call: who answered a client's span, and who called for a server's, where one request told both. */
type Halves = (span: Span) => Span | undefined;

function halvesOf(spans: readonly Span[]): Halves {
  const clients = new Map<string, Span>();
  const servers = new Map<string, Span>();
  for (const span of spans) {
    const { kind, traceId, spanId, parentSpanId } = span.fields;
    if (isKind(kind, CLIENT)) clients.set(`${textOf(traceId)} ${textOf(spanId)}`, span);
    else if (isKind(kind, SERVER)) servers.set(`${textOf(traceId)} ${textOf(parentSpanId)}`, span);
  }
  return ({ fields: { kind, traceId, spanId, parentSpanId } }) =>
    isKind(kind, CLIENT)
      ? servers.get(`${textOf(traceId)} ${textOf(spanId)}`)
      : clients.get(`${textOf(traceId)} ${textOf(parentSpanId)}`);
}

const KINDS: Readonly<Record<string, number>> = { SPAN_KIND_SERVER: SERVER, SPAN_KIND_CLIENT: CLIENT };

/** A number, or its name: protobuf's JSON has both. */
const isKind = (kind: unknown, wanted: number): boolean => (KINDS[textOf(kind)] ?? numberOf(kind)) === wanted;

function callOf(span: Span, halfOf: Halves): Call | undefined {
  const { fields, resource } = span;
  const isClient = isKind(fields.kind, CLIENT);
  const began = instantOf(fields.startTimeUnixNano);
  const ended = instantOf(fields.endTimeUnixNano);
  if ((!isClient && !isKind(fields.kind, SERVER)) || began === undefined || ended === undefined) return undefined;
  const attributes = attributesOf(fields.attributes);
  const own = ownEnd(resource);
  const half = halfOf(span);
  const other = isClient ? calledEnd(attributes, half) : callerEnd(attributes, half);
  // A span that does not say whom it spoke to tells no edge.
  if (other === undefined) return undefined;
  const port = servedAt(attributes) || servedAt(attributesOf(half?.fields.attributes));
  return {
    at: began.at,
    side: isClient ? 'client' : 'server',
    client: isClient ? { ...own, port: 0 } : other,
    server: isClient ? other : { ...own, port },
    node: streamOf(resource).node,
    system: systemOf(attributes),
    ms: Math.max(0, ended.at - began.at + (ended.nanos - began.nanos) / 1e6),
    isError: isFailed(fieldsOf(fields.status).code),
  };
}

const isFailed = (code: unknown): boolean => code === 'STATUS_CODE_ERROR' || numberOf(code) === STATUS_ERROR;

const servedAt = (attributes: Attributes): number => portOf(attributes['server.port'] ?? attributes['net.host.port']);

/** The process that made the span: known by its pod, by its own word where no agent is. */
function ownEnd(resource: Attributes): Omit<Endpoint, 'port'> {
  const podUid = resource['k8s.pod.uid'];
  const container = resource['k8s.container.name'];
  const { namespace, pod, workload } = streamOf(resource);
  return {
    ip: resource['k8s.pod.ip'] ?? '',
    ...(podUid && { podUid }),
    ...(container && { container }),
    told: { namespace, pod, ...(workload !== undefined && { workload }) },
  };
}

const isAddress = (text: string): boolean => /^[\d.]+$/.test(text) || text.includes(':');

/** As the answering span's resource says, else by the address and name that were called. */
function calledEnd(attributes: Attributes, half: Span | undefined): Endpoint | undefined {
  const name = attributes['server.address'] ?? attributes['net.peer.name'] ?? attributes['peer.service'] ?? '';
  const peer = attributes['network.peer.address'] ?? attributes['net.sock.peer.addr'] ?? (isAddress(name) ? name : '');
  const port = portOf(attributes['server.port'] ?? attributes['net.peer.port'] ?? attributes['network.peer.port']);
  if (half !== undefined)
    return { ...ownEnd(half.resource), port: servedAt(attributesOf(half.fields.attributes)) || port };
  if ((name === '' && peer === '') || name === 'localhost') return undefined;
  return { ip: peer, port, ...(name !== '' && !isAddress(name) && { name }) };
}

function callerEnd(attributes: Attributes, half: Span | undefined): Endpoint | undefined {
  if (half !== undefined) return { ...ownEnd(half.resource), port: 0 };
  const ip =
    attributes['network.peer.address'] ?? attributes['client.address'] ?? attributes['net.sock.peer.addr'] ?? '';
  return isAddress(ip) ? { ip, port: 0 } : undefined;
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? 0);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : 0;
}

const SYSTEMS = [
  ['rpc.system', ''],
  ['db.system.name', ''],
  ['db.system', ''],
  ['messaging.system', ''],
  ['http.request.method', 'http'],
  ['http.method', 'http'],
] as const;

function systemOf(attributes: Attributes): string {
  for (const [attribute, name] of SYSTEMS) {
    const value = textOf(attributes[attribute]);
    if (value !== '') return name || value;
  }
  return '';
}
