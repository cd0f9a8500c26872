// Client and server spans as calls between workloads: how many, how many failed, how long. One record per caller, callee and ten seconds.

import { CONNECTION_WINDOW_MS, type Connection, type Endpoint } from '@mosaic/wire';
import { attributesOf, type Fields, fieldsOf, instantOf, listed, numberOf, textOf } from './messages.ts';
import { type Attributes, streamOf } from './resource.ts';
import type { SeenSpan, SpanHalves } from './span-halves.ts';

const SERVER = 2;
const CLIENT = 3;
const STATUS_ERROR = 2;

type Call = Pick<SeenSpan, 'at' | 'side' | 'node' | 'system' | 'ms' | 'isError'> & {
  readonly client: Endpoint;
  readonly server: Endpoint;
};

/** `halves`: spans of requests before, and where those of this one are remembered. */
export function connectionsOf(cluster: number, request: Fields, halves: SpanHalves): Connection[] {
  const spans = listed(request.resourceSpans).flatMap((resourceSpans) => {
    const resource = attributesOf(fieldsOf(resourceSpans.resource).attributes);
    return listed(resourceSpans.scopeSpans).flatMap(({ spans }) =>
      listed(spans).flatMap((fields) => seenOf(fields, resource) ?? []),
    );
  });
  const groups = Map.groupBy(callsOf(cluster, spans, halves), ({ at, side, client, server, node, system }) =>
    JSON.stringify([windowOf(at), side, client, server, node, system]),
  );
  return [...groups.values()].flatMap((group) => windowed(group) ?? []);
}

/** Each span with its other half; and the half that came before, if it could not tell its call alone. */
function callsOf(cluster: number, spans: readonly SeenSpan[], halves: SpanHalves): Call[] {
  const here = new Map(spans.map((span) => [`${span.side} ${span.call}`, span]));
  return spans.flatMap((span) => {
    const beside = here.get(`${span.side === 'client' ? 'server' : 'client'} ${span.call}`);
    if (beside) return callOf(span, beside) ?? [];
    const before = halves.of(cluster, span);
    if (before === undefined) halves.keep(cluster, span);
    const told = before && before.other === undefined ? callOf(before, span) : undefined;
    return [callOf(span, before), told].filter((call) => call !== undefined);
  });
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

const KINDS: Readonly<Record<string, number>> = { SPAN_KIND_SERVER: SERVER, SPAN_KIND_CLIENT: CLIENT };

/** A number, or its name: protobuf's JSON has both. */
const isKind = (kind: unknown, wanted: number): boolean => (KINDS[textOf(kind)] ?? numberOf(kind)) === wanted;

function seenOf(fields: Fields, resource: Attributes): SeenSpan | undefined {
  const isClient = isKind(fields.kind, CLIENT);
  const began = instantOf(fields.startTimeUnixNano);
  const ended = instantOf(fields.endTimeUnixNano);
  if ((!isClient && !isKind(fields.kind, SERVER)) || began === undefined || ended === undefined) return undefined;
  const attributes = attributesOf(fields.attributes);
  const other = isClient ? calledEnd(attributes) : callerEnd(attributes);
  return {
    call: `${textOf(fields.traceId)} ${textOf(isClient ? fields.spanId : fields.parentSpanId)}`,
    side: isClient ? 'client' : 'server',
    own: ownEnd(resource),
    ...(other && { other }),
    port: servedAt(attributes),
    calledPort: calledAt(attributes),
    node: streamOf(resource).node,
    system: systemOf(attributes),
    at: began.at,
    ms: Math.max(0, ended.at - began.at + (ended.nanos - began.nanos) / 1e6),
    isError: isFailed(fieldsOf(fields.status).code),
  };
}

/** The other end as its own span tells it, else as this one called it. Undefined when neither is known: a span that does not say whom it spoke to tells no edge. */
function callOf(span: SeenSpan, half: SeenSpan | undefined): Call | undefined {
  const { side, own, at, node, system, ms, isError } = span;
  const about = { at, side, node, system, ms, isError };
  if (side === 'client') {
    const server = half ? { ...half.own, port: half.port || span.calledPort } : span.other;
    return server && { ...about, client: { ...own, port: 0 }, server };
  }
  const client = half ? { ...half.own, port: 0 } : span.other;
  return client && { ...about, client, server: { ...own, port: span.port || (half?.port ?? 0) } };
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

const calledAt = (attributes: Attributes): number =>
  portOf(attributes['server.port'] ?? attributes['net.peer.port'] ?? attributes['network.peer.port']);

/** By the address and name that were called. */
function calledEnd(attributes: Attributes): Endpoint | undefined {
  const name = attributes['server.address'] ?? attributes['net.peer.name'] ?? attributes['peer.service'] ?? '';
  const peer = attributes['network.peer.address'] ?? attributes['net.sock.peer.addr'] ?? (isAddress(name) ? name : '');
  if ((name === '' && peer === '') || name === 'localhost') return undefined;
  return { ip: peer, port: calledAt(attributes), ...(name !== '' && !isAddress(name) && { name }) };
}

function callerEnd(attributes: Attributes): Endpoint | undefined {
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
