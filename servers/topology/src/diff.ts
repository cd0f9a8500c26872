// Two graphs side by side, and the steps of a live one.

import type { TopologyDelta, TopologyEdge, TopologyNode } from '@mosaic/wire';
import { type Graph, type GraphQuestion, graphAt } from './graph.ts';

interface Changed<T> {
  readonly before: T;
  readonly after: T;
  /** What differs, in words. */
  readonly reasons: string[];
}
export interface Differences<T> {
  readonly added: T[];
  readonly removed: T[];
  readonly changed: Changed<T>[];
}
export interface GraphDiff {
  readonly nodes: Differences<TopologyNode>;
  readonly edges: Differences<TopologyEdge>;
}

export const diffGraphs = (before: Graph, after: Graph): GraphDiff => ({
  nodes: differences(before.nodes, after.nodes, nodeReasons),
  edges: differences(before.edges, after.edges, edgeReasons, isSameEdge),
});

function differences<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
  reasonsOf: (before: T, after: T) => string[],
  areSame: (before: T, after: T) => boolean = isSame,
): Differences<T> {
  const known = new Map(before.map((one) => [one.id, one]));
  const added: T[] = [];
  const changed: Changed<T>[] = [];
  for (const one of after) {
    const was = known.get(one.id);
    known.delete(one.id);
    if (was === undefined) added.push(one);
    else if (!areSame(was, one)) changed.push({ before: was, after: one, reasons: reasonsOf(was, one) });
  }
  return { added, removed: [...known.values()], changed };
}

/** Deep equality of JSON values. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>; // any object can be read by key
  const right = b as Record<string, unknown>;
  let keys = 0;
  for (const key in left) {
    if (left[key] === undefined) continue;
    keys++;
    if (!isSame(left[key], right[key])) return false;
  }
  for (const key in right) if (right[key] !== undefined) keys--;
  return keys === 0;
}

function nodeReasons(before: TopologyNode, after: TopologyNode): string[] {
  const reasons: string[] = [];
  const say = (what: string, was: unknown, is: unknown): void => {
    if (!isSame(was, is)) reasons.push(`${what} ${was ?? 'none'} → ${is ?? 'none'}`);
  };
  if (before.uid !== undefined && after.uid !== undefined && before.uid !== after.uid) {
    reasons.push(after.createdAt === undefined ? 'made anew' : `made anew at ${after.createdAt}`);
  }
  if (before.health !== after.health) {
    const why = after.reasons[0] === undefined ? '' : `: ${after.reasons[0]}`;
    reasons.push(`${before.health} → ${after.health}${why}`);
  } else if (!isSame(before.reasons, after.reasons)) say('reasons', list(before.reasons), list(after.reasons));
  say('image', list(before.images), list(after.images));
  say('wanted', before.counts.wanted, after.counts.wanted);
  say('ready', before.counts.ready, after.counts.ready);
  say('pods', before.counts.pods, after.counts.pods);
  say('restarts', before.counts.restarts, after.counts.restarts);
  say('on', before.node, after.node);
  say('address', before.ip, after.ip);
  if (!isSame(before.labels, after.labels)) reasons.push(`labels ${labelsOf(before, after)}`);
  if (reasons.length === 0 && !isSame(before.pods, after.pods)) reasons.push('other pods');
  return reasons.length > 0 ? reasons : ['details'];
}

const list = (words: readonly string[] | undefined): string | undefined =>
  words === undefined || words.length === 0 ? undefined : words.join(', ');

function labelsOf({ labels: was = {} }: TopologyNode, { labels: is = {} }: TopologyNode): string {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => was[key] !== is[key]);
  return keys
    .sort()
    .map((key) => `${key} ${was[key] ?? 'none'} → ${is[key] ?? 'none'}`)
    .join(', ');
}

/** Figures of a connection differ at any two moments: news is what would be noticed. */
const isSameEdge = (before: TopologyEdge, after: TopologyEdge): boolean =>
  before.relation === 'connects' ? connectionReasons(before, after).length === 0 : isSame(before, after);

const NOTICED_TIMES = 2;
/** Below it twice as much is still next to nothing: connections per second, bytes per second. */
const NEXT_TO_NOTHING = { rate: 0.1, bytes: 1_000 } as const;

function connectionReasons(before: TopologyEdge, after: TopologyEdge): string[] {
  const reasons: string[] = [];
  if (before.health !== after.health)
    reasons.push(`${before.health} → ${after.health}: ${percent(after.failed)} failed`);
  for (const figure of ['rate', 'bytes'] as const) {
    const [was = 0, is = 0] = [before[figure], after[figure]];
    const [least, most] = [Math.min(was, is), Math.max(was, is)];
    if (most >= NEXT_TO_NOTHING[figure] && most >= NOTICED_TIMES * least)
      reasons.push(`${figure === 'rate' ? 'connections' : 'bytes'}/s ${was} → ${is}`);
  }
  if (before.via !== after.via) reasons.push(`through ${before.via ?? 'nothing'} → ${after.via ?? 'nothing'}`);
  return reasons;
}

const percent = (share = 0): string => `${Math.round(share * 100)} %`;

function edgeReasons(before: TopologyEdge, after: TopologyEdge): string[] {
  if (before.relation === 'connects') return connectionReasons(before, after);
  const reasons: string[] = [];
  if (before.port !== after.port) reasons.push(`port ${before.port ?? 'none'} → ${after.port ?? 'none'}`);
  if (before.via !== after.via) reasons.push(`read from ${before.via ?? 'nowhere'} → ${after.via ?? 'nowhere'}`);
  return reasons.length > 0 ? reasons : ['details'];
}

/** What a page holding `before` must change to hold `after`; undefined when nothing. `at`: RFC 3339. */
export function deltaOf(before: Graph, after: Graph, at: string): TopologyDelta | undefined {
  const { nodes, edges } = { nodes: steps(before.nodes, after.nodes), edges: steps(before.edges, after.edges) };
  const isStill = [nodes.upserted, nodes.removed, edges.upserted, edges.removed].every((part) => part.length === 0);
  if (isStill) return undefined;
  return {
    at,
    upserted: { nodes: nodes.upserted, edges: edges.upserted },
    removed: { nodes: nodes.removed, edges: edges.removed },
  };
}

function steps<T extends { readonly id: string }>(before: readonly T[], after: readonly T[]) {
  const { added, removed, changed } = differences(before, after, () => []);
  return { upserted: [...added, ...changed.map((change) => change.after)], removed: removed.map(({ id }) => id) };
}

/** The graph of new objects and the step that leads there from the one before. */
export function stepGraph(
  before: Graph,
  question: GraphQuestion,
  at: string,
): { readonly graph: Graph; readonly delta: TopologyDelta | undefined } {
  const graph = graphAt(question);
  return { graph, delta: deltaOf(before, graph, at) };
}

/** What a page does with a delta. */
export function applyDelta(graph: Graph, delta: TopologyDelta): Graph {
  return {
    nodes: apply(graph.nodes, delta.upserted.nodes, delta.removed.nodes),
    edges: apply(graph.edges, delta.upserted.edges, delta.removed.edges),
  };
}

function apply<T extends { readonly id: string }>(
  before: readonly T[],
  upserted: readonly T[],
  removed: readonly string[],
): T[] {
  const after = new Map(before.map((one) => [one.id, one]));
  for (const id of removed) after.delete(id);
  for (const one of upserted) after.set(one.id, one);
  return [...after.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
