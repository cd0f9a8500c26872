// From the graph to what is drawn: kinds on demand left out, edges bridged through hidden Services, namespaces folded to one card when there is too much;
// what is broken always keeps its own card.

import type { TopologyEdge, TopologyNode } from '@mosaic/wire';
import { ownId } from '../panel/connections/traffic.ts';
import { strings } from '../strings.ts';
import { clockShort } from '../time/instants.ts';
import type { Change, Compared } from './compared.ts';
import { drawnEdges, type EdgeChoice } from './drawn-edges.ts';
import { expression, trafficBy } from './expression.ts';
import { type Folding, fold } from './folding.ts';
import type { Graph, Seen } from './graph.ts';
import { isConfig, isGroup, isOutside, isPassing, isService, subtitle } from './kinds.ts';
import { within } from './neighbours.ts';

export type Health = TopologyNode['health'];

export interface SceneNode {
  readonly id: string;
  readonly title: string;
  /** What is written inside a frame that already says the rest: `hvt67` of `checkout-7d9f-hvt67`. */
  readonly short: string | undefined;
  readonly sub: string;
  readonly kind: string;
  readonly health: Health;
  readonly ghost: boolean;
  /** Key of its hull. */
  readonly group: string;
  /** Members of one block are packed together (pods of a workload). */
  readonly block: string | undefined;
  readonly dots: readonly Health[];
  readonly node: TopologyNode;
  /** How many things a folded group stands for. */
  readonly folded: number;
  /** What a comparison found. */
  readonly change?: Change | undefined;
}
export interface SceneEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly edge: TopologyEdge;
  /** How many edges it stands for. */
  readonly count: number;
  /** What a comparison found. */
  readonly change?: Change | undefined;
}
export interface SceneGroup {
  readonly id: string;
  readonly title: string;
  readonly cluster: number;
  readonly canFold: boolean;
}
export interface Scene {
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
  readonly groups: ReadonlyMap<string, SceneGroup>;
  /** Owners drawn as a frame around their members: workloads at level pod, Nodes at level node. */
  readonly frames: readonly SceneNode[];
  readonly isFolded: boolean;
  /** Elements before folding. */
  readonly elements: number;
}

export interface SceneOptions {
  readonly level: string;
  readonly q: string;
  readonly showConfig: boolean;
  readonly showServices: boolean;
  readonly showGone: boolean;
  readonly edges: EdgeChoice;
  readonly open: readonly string[];
  readonly at: number;
  /** Ghosts older than this are not drawn. */
  readonly since: number;
  /** Only what stands within some hops of one thing. */
  readonly near?: { readonly id: string; readonly hops: number } | undefined;
  /** Hulls by the value of this label; by namespace when empty. */
  readonly by?: string | undefined;
  /** Of a comparison: what is marked, and what lives at its other instant only. */
  readonly compared?: Compared | undefined;
}

const MOST_DOTS = 12;
const MOST_GHOSTS = 60;
const MOST_ABSENT = 400;

/** What its hull is named for: its namespace, or the value of a label; nothing when grouped by Nodes. */
function groupName(n: TopologyNode, level: string, by: string): string {
  if (level === 'node' || isGroup(n.kind)) return '';
  return by === '' ? n.namespace : (n.labels?.[by] ?? '');
}

/** Hull of a node; its cluster's when it belongs to none. */
export const groupKey = (n: TopologyNode, level: string, by = ''): string => `${n.cluster}:${groupName(n, level, by)}`;

/** `isBeyond`: all in it are outside the cluster they were seen from. */
const groupOf = (n: TopologyNode, level: string, by: string, isBeyond: boolean): SceneGroup => {
  const name = groupName(n, level, by);
  const titled = name === '' && isBeyond ? strings.map.outside : name;
  const title = titled === '' ? n.clusterName : `${titled} · ${n.clusterName}`;
  return { id: groupKey(n, level, by), title, cluster: n.cluster, canFold: name !== '' };
};

function groupsOf(cards: readonly SceneNode[], { level, by = '' }: SceneOptions): Map<string, SceneGroup> {
  const inside = new Set(cards.flatMap((c) => (isOutside(c.kind) ? [] : c.group)));
  return new Map(cards.map((c) => [c.group, groupOf(c.node, level, by, !inside.has(c.group))]));
}

/** Kubernetes puts this ConfigMap into every namespace; it tells nothing. */
const EVERYWHERE = 'kube-root-ca.crt';

function isShown(n: TopologyNode, o: SceneOptions): boolean {
  if (n.kind === 'Node') return o.level === 'node';
  if (n.name === EVERYWHERE) return false;
  if (isConfig(n.kind)) return o.showConfig;
  if (isService(n.kind)) return o.showServices || n.health === 'broken' || n.health === 'degraded';
  return true;
}

/** Edges whose hidden middle is a Service are drawn from the one that names it to the one it selects. */
export function bridged(edges: Iterable<TopologyEdge>, shown: (id: string) => boolean): TopologyEdge[] {
  const all = [...edges];
  const onward = new Map<string, TopologyEdge[]>();
  for (const e of all)
    if (e.relation === 'selects' && !shown(e.from)) onward.set(e.from, [...(onward.get(e.from) ?? []), e]);
  const drawn: TopologyEdge[] = [];
  for (const e of all) {
    if (!shown(e.from)) continue;
    if (shown(e.to)) drawn.push(e);
    else for (const { to } of onward.get(e.to) ?? []) if (shown(to) && to !== e.from) drawn.push(through(e, to));
  }
  return drawn;
}

/** Of each edge the ones it is drawn as behind a Service: an edge of the moment before is the same edge now. */
const passed = new WeakMap<TopologyEdge, Map<string, TopologyEdge>>();

function through(edge: TopologyEdge, to: string): TopologyEdge {
  const known = passed.get(edge) ?? new Map<string, TopologyEdge>();
  passed.set(edge, known);
  const its = known.get(to) ?? { ...edge, id: `${edge.id}~${to}`, to };
  known.set(to, its);
  return its;
}

/** What Kubernetes appends to a workload's name for its ReplicaSet and its pod: letters and digits that cannot spell a word. */
const GIVEN = /(-[bcdfghjklmnpqrstvwxz2456789]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

function shortOf({ kind, name, parent }: TopologyNode, frames: ReadonlySet<string>): string | undefined {
  if (kind !== 'Pod' || parent === undefined || !frames.has(parent)) return undefined;
  if (parent.split(':')[1] === 'Node') return name.replace(GIVEN, '');
  const owner = parent.split(':').slice(3).join(':');
  return name.startsWith(`${owner}-`) ? name.slice(name.lastIndexOf('-') + 1) : undefined;
}

function card(node: TopologyNode, ghost: Seen | undefined, o: SceneOptions, frames: ReadonlySet<string>): SceneNode {
  const gone = ghost?.goneAt ?? ghost?.at;
  const dots = node.pods?.slice(0, MOST_DOTS).map((p) => (ghost === undefined ? p.health : 'unknown')) ?? [];
  return {
    id: node.id,
    title: node.name,
    short: shortOf(node, frames),
    sub:
      gone === undefined
        ? subtitle(node)
        : ghost?.goneAt === undefined
          ? strings.map.gone
          : strings.map.goneAt(clockShort(gone)),
    kind: node.kind,
    health: ghost === undefined ? node.health : 'unknown',
    ghost: ghost !== undefined,
    group: groupKey(node, o.level, o.by),
    block: isMember(node.kind) && node.parent !== undefined && frames.has(node.parent) ? node.parent : undefined,
    dots,
    node,
    folded: 0,
  };
}

interface Made {
  readonly level: string;
  readonly by: string | undefined;
  readonly isFramed: boolean;
  readonly card: SceneNode;
}
/** Of thousands of things a moment changes a few: the cards of the others are those of the moment before. */
const made = new WeakMap<TopologyNode, Made>();

function livingCard(node: TopologyNode, o: SceneOptions, frames: ReadonlySet<string>): SceneNode {
  const isFramed = node.parent !== undefined && frames.has(node.parent);
  const known = made.get(node);
  if (known?.level === o.level && known.by === o.by && known.isFramed === isFramed) return known.card;
  const its = card(node, undefined, o, frames);
  made.set(node, { level: o.level, by: o.by, isFramed, card: its });
  return its;
}

interface Collected {
  readonly cards: readonly SceneNode[];
  readonly frames: readonly SceneNode[];
  readonly edges: readonly TopologyEdge[];
}

/** A gone pod or Job is of interest for a while, a gone workload as long as the bar shows its time. */
const PASSING_GHOST_MS = 15 * 60_000;

function ghostsOf(graph: Graph, o: SceneOptions): Seen[] {
  if (!o.showGone) return [];
  const isRecent = ({ node, goneAt, at }: Seen) => !isPassing(node.kind) || (goneAt ?? at) >= o.at - PASSING_GHOST_MS;
  return graph
    .gone(o.at, o.since)
    .filter((s) => isShown(s.node, o) && !isConfig(s.node.kind) && !isService(s.node.kind))
    .filter(isRecent)
    .sort((a, b) => (b.goneAt ?? b.at) - (a.goneAt ?? a.at))
    .slice(0, MOST_GHOSTS);
}

/** What lives only at the other instant of a comparison, with what is said of its time. */
function absentCards(graph: Graph, o: SceneOptions, drawn: ReadonlySet<string>): SceneNode[] {
  const cards = (o.compared?.absent ?? []).filter((n) => !graph.nodes.has(n.id) && !drawn.has(n.id) && isShown(n, o));
  return cards.slice(0, MOST_ABSENT).map((node) => {
    const isToCome = o.compared?.nodes.get(node.id) === 'added';
    const seen = { node, at: o.at, goneAt: graph.goneAt(node.id, o.at) };
    const gone = card(node, seen, o, new Set());
    return isToCome ? { ...gone, sub: comes(node) } : gone;
  });
}

const comes = ({ createdAt }: TopologyNode): string =>
  createdAt === undefined ? strings.map.comes : strings.map.comesAt(clockShort(Date.parse(createdAt)));

/** Levels whose owners stand as frames around their members: workloads around pods, machines around pods, pods around containers. */
const FRAMED: ReadonlySet<string> = new Set(['pod', 'node', 'container']);
const isMember = (kind: string): boolean => kind === 'Pod' || kind === 'Container';

/** Owners that stand as frames around their pods. */
function frameIds(graph: Graph, o: SceneOptions): Set<string> {
  const ids = new Set<string>();
  if (!FRAMED.has(o.level)) return ids;
  const member = o.level === 'container' ? 'Container' : 'Pod';
  for (const { kind, parent } of graph.nodes.values()) {
    if (kind === member && parent !== undefined && graph.nodes.has(parent)) ids.add(parent);
  }
  return ids;
}

function collect(graph: Graph, o: SceneOptions): Collected {
  const owners = frameIds(graph, o);
  const cards: SceneNode[] = [];
  const frames: SceneNode[] = [];
  for (const node of graph.nodes.values()) {
    if (owners.has(node.id)) frames.push(livingCard(node, o, owners));
    else if (isShown(node, o)) cards.push(livingCard(node, o, owners));
  }
  for (const seen of ghostsOf(graph, o)) cards.push(card(seen.node, seen, o, owners));
  cards.push(...absentCards(graph, o, new Set(cards.map((c) => c.id))));
  const ids = new Set([...cards, ...frames].map((c) => c.id));
  const others = (o.compared?.absentEdges ?? []).filter((e) => !graph.edges.has(e.id));
  return { cards, frames, edges: bridged([...graph.edges.values(), ...others], (id) => ids.has(id)) };
}

/** Edges of framed members are drawn from frame to frame. */
function withFrames(folding: Folding, cards: readonly SceneNode[], frames: readonly SceneNode[]): Map<string, string> {
  const stand = new Map(folding.stand);
  const whole = new Set(folding.nodes.flatMap((n) => n.block ?? []));
  for (const c of cards) {
    if (c.block === undefined) continue;
    const to = whole.has(c.block) ? c.block : folding.stand.get(c.id);
    if (to === undefined) continue;
    if (to === c.block) stand.set(c.id, to);
    stand.set(c.block, to);
  }
  for (const f of frames) if (whole.has(f.id)) stand.set(f.id, f.id);
  return stand;
}

/** What an expression keeps; connections are counted only when one is given. */
function matching({ cards, edges }: Collected, q: string): readonly SceneNode[] {
  if (q === '') return cards;
  const keep = expression(q);
  const traffic = trafficBy(edges);
  return cards.filter((c) => keep(c.node, traffic.get(c.id) ?? traffic.get(c.block ?? '')));
}

/** What stands near one thing; a pod in its frame stands where the frame does. */
function nearby({ cards, edges }: Collected, near: SceneOptions['near']): ReadonlySet<string> | undefined {
  if (near === undefined) return undefined;
  const frameOf = new Map(cards.map((c) => [c.id, c.block ?? c.id]));
  const stand = (id: string): string => frameOf.get(id) ?? id;
  return within(
    edges.map(({ from, to }) => ({ from: stand(from), to: stand(to) })),
    stand(near.id),
    near.hops,
  );
}

/** An edge through a hidden Service is marked when the edge to that Service is. */
function markedEdges(edges: SceneEdge[], compared: Compared | undefined): SceneEdge[] {
  if (compared === undefined) return edges;
  return edges.map((e) => {
    const change =
      compared.edges.get(e.edge.id) ?? compared.edges.get(ownId(e.edge.id, (id) => compared.edges.has(id)));
    return change === undefined || e.count > 1 ? e : { ...e, change };
  });
}

/** What is drawn at the instant. */
export function sceneOf(graph: Graph, o: SceneOptions): Scene {
  const collected = collect(graph, o);
  const { frames, edges } = collected;
  const near = nearby(collected, o.near);
  const matched = matching(collected, o.q);
  const nearer = near === undefined ? matched : matched.filter((c) => near.has(c.block ?? c.id));
  const { compared } = o;
  const kept = compared === undefined ? nearer : nearer.map((c) => ({ ...c, change: compared.nodes.get(c.id) }));
  const groups = groupsOf(kept, o);
  const folding = fold(kept, frames, o);
  const drawn = new Set(folding.nodes.flatMap((n) => n.block ?? []));
  const stand = frames.length === 0 ? folding.stand : withFrames(folding, kept, frames);
  return {
    nodes: folding.nodes,
    frames: frames.filter((f) => drawn.has(f.id)),
    edges: markedEdges(drawnEdges(edges, o.edges, stand), compared),
    groups,
    isFolded: folding.isFolded,
    elements: kept.length,
  };
}
