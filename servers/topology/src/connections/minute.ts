// The observations of one minute → its edges. Pure: whatever order they come in, the same edges result.

import {
  CONNECTION_METHODS,
  type Connection,
  type ConnectionMethod,
  type EdgeEnd,
  type EdgeMinute,
} from '@mosaic/wire';
import { canonical } from './addresses.ts';
import { bounded } from './bounded-ends.ts';
import type { NamedEnd } from './ends.ts';
import { beyond, eitherOf, type Figures, NOTHING, plus, rounded, sumOf } from './figures.ts';
import type { Known } from './known.ts';
import { type Called, type Resolved, resolve } from './resolve.ts';
import { withoutHops } from './sidecars.ts';
import { witnesses } from './witnesses.ts';

export interface MinuteFacts<C extends Connection = Connection> {
  /** Its start, epoch ms. */
  readonly minute: number;
  /** Whose windows begin within it. Each once. */
  readonly connections: readonly C[];
  readonly known: Known;
  /** By how much an observer's clock may differ from the cluster's, ms. */
  readonly skewMs?: (connection: C) => number;
}

export interface MinuteEdges {
  readonly edges: readonly EdgeMinute[];
  /** Some end may get a name once more is told of the objects. */
  readonly isUnsettled: boolean;
}

export function edgesOfMinute<C extends Connection>(facts: MinuteFacts<C>): MinuteEdges {
  const seen = resolvedOf(facts);
  const windows = windowsBySource(facts.connections);
  const groups = new Map<string, Group>();
  for (const one of seen) {
    const key = keyOf(one);
    const group = groups.get(key) ?? newGroup();
    groups.set(key, group);
    note(group, one, windows.get(sourceOf(one.connection)) ?? 1);
  }
  const edges = [...groups.keys()].sort().flatMap((key) => edgesIn(facts.minute, groups.get(key) ?? newGroup()));
  return {
    edges: bounded(edges),
    isUnsettled: seen.some(({ from, to }) => from.isUnsettled || to.isUnsettled),
  };
}

/** Every observation with its ends, hops merged and what was seen twice left to who saw it better. */
export function resolvedOf<C extends Connection>({
  connections,
  known,
  skewMs = () => 0,
}: Omit<MinuteFacts<C>, 'minute'>): Resolved<C>[] {
  const context = { known, skewMs, witnesses: witnesses(connections) };
  const all = connections.flatMap((connection) => resolve(connection, context) ?? []);
  const told = doorsByNode(connections);
  return withoutHops(all, known).filter((one) => !isToldByHost(one, told));
}

const doorOf = ({ server, protocol }: Connection): string => `${canonical(server.ip)} ${server.port}/${protocol}`;

/** `node door` of what was seen from its clients' side. */
const doorsByNode = (connections: readonly Connection[]): ReadonlySet<string> =>
  new Set(connections.filter(({ side }) => side !== 'server').map((one) => `${one.node} ${doorOf(one)}`));

/** A host's address as the client: that host's own observer knows which of its pods, or whom from outside, it let through. */
const isToldByHost = ({ connection, from }: Resolved, told: ReadonlySet<string>): boolean =>
  connection.side === 'server' && from.end.kind === 'Node' && told.has(`${from.end.name} ${doorOf(connection)}`);

const sourceOf = ({ node }: Connection): string => node;

/** How many windows of the minute each node's observer looked at something. */
function windowsBySource(connections: readonly Connection[]): ReadonlyMap<string, number> {
  const windows = new Map<string, Set<number>>();
  for (const one of connections) {
    const known = windows.get(sourceOf(one));
    if (known) known.add(one.at);
    else windows.set(sourceOf(one), new Set([one.at]));
  }
  return new Map([...windows].map(([source, at]) => [source, at.size]));
}

/** Observations of one client, server, port and protocol. */
interface Group {
  readonly from: NamedEnd[];
  readonly to: NamedEnd[];
  readonly methods: Set<ConnectionMethod>;
  port: number;
  protocol: 'tcp' | 'udp';
  /** As the client's observer saw it, and as the server's did, by what was called. */
  readonly asked: Map<string, Share>;
  readonly answered: Map<string, Share>;
}

interface Share {
  readonly service: Called | undefined;
  readonly figures: Figures;
}

const newGroup = (): Group => ({
  ...{ from: [], to: [], methods: new Set(), port: 0, protocol: 'tcp', asked: new Map(), answered: new Map() },
});

/** An end by what it is, however it was found. */
export const identityOf = ({ kind, cluster, namespace, name, uid, ip, because }: EdgeEnd): string =>
  kind === 'Unknown' ? `?${ip} ${because}` : `${kind} ${cluster ?? ''} ${uid ?? `${namespace}/${name}`}`;

const keyOf = ({ from, to, port, connection }: Resolved): string =>
  `${identityOf(from.end)}\n${identityOf(to.end)}\n${port}/${connection.protocol}`;

function note(group: Group, { from, to, port, service, connection }: Resolved, windows: number): void {
  noteEnd(group.from, from);
  noteEnd(group.to, to);
  group.methods.add(connection.method);
  group.port = port;
  group.protocol = connection.protocol;
  const shares = connection.side === 'server' ? group.answered : group.asked;
  const key = service === undefined ? '' : JSON.stringify(service);
  const { figures = NOTHING } = shares.get(key) ?? {};
  shares.set(key, { service, figures: plus(figures, connection, windows) });
}

/** Each way of telling an end once: there are thousands of observations and a few ways. */
function noteEnd(ends: NamedEnd[], end: NamedEnd): void {
  const isKnown = ends.some(
    (one) => one.rule === end.rule && one.end.ip === end.end.ip && one.end.container === end.end.container,
  );
  if (!isKnown) ends.push(end);
}

function edgesIn(minute: number, group: Group): EdgeMinute[] {
  const from = bestOf(group.from);
  const to = bestOf(group.to);
  if (from === undefined || to === undefined) return [];
  const weakest = to.confidence <= from.confidence ? to : from;
  const { port, protocol } = group;
  const methods = CONNECTION_METHODS.filter((method) => group.methods.has(method));
  const about = { minute, from: from.end, to: to.end, port, protocol, methods };
  const sure = { confidence: weakest.confidence, rule: weakest.rule };
  return bothSides(group).map(({ service, figures }) => ({
    ...about,
    ...(service !== undefined && { service }),
    ...rounded(figures),
    ...sure,
  }));
}

/** The surest way it was told; its container only where all who knew one agree; of two addresses the smaller. */
function bestOf(ends: readonly NamedEnd[]): NamedEnd | undefined {
  const [best] = ends.toSorted(
    (a, b) => b.confidence - a.confidence || (a.end.ip < b.end.ip ? -1 : a.end.ip > b.end.ip ? 1 : 0),
  );
  if (best === undefined) return undefined;
  const containers = new Set(ends.flatMap(({ end }) => end.container ?? []));
  const { container: _, ...end } = best.end;
  const [container] = containers;
  return { ...best, end: containers.size === 1 && container !== undefined ? { ...end, container } : end };
}

/** The server's observer sees the same connections: it adds only what the client's missed, and to what was called most. */
function bothSides({ asked, answered }: Group): readonly Share[] {
  const shares = sorted(asked.size > 0 ? asked : answered);
  if (asked.size === 0 || answered.size === 0) return shares;
  const whole = total(sorted(answered));
  const [only, ...others] = shares;
  if (only !== undefined && others.length === 0) return [{ ...only, figures: eitherOf(only.figures, whole) }];
  const missed = beyond(whole, total(shares));
  const most = shares.reduce((a, b) => (b.figures.opened > a.figures.opened ? b : a));
  return shares.map((one) => (one === most ? { ...one, figures: sumOf(one.figures, missed) } : one));
}

const sorted = (shares: ReadonlyMap<string, Share>): readonly Share[] =>
  [...shares].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, share]) => share);

const total = (shares: readonly Share[]): Figures => shares.reduce((sum, { figures }) => sumOf(sum, figures), NOTHING);
