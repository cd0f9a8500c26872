// Which edges are drawn, and which of them as one: connections between the same two cards are one, what is only declared is drawn where none was seen.

import type { TopologyEdge } from '@mosaic/wire';
import type { SceneEdge } from './scene.ts';

export const EDGE_CHOICES = ['all', 'connections', 'structure'] as const;
export type EdgeChoice = (typeof EDGE_CHOICES)[number];

/** Below this share a failure now and then is no trouble. */
export const FAILING = 0.01;

const isConnection = ({ relation }: TopologyEdge): boolean => relation === 'connects';
export const failedShare = ({ failed = 0 }: Pick<TopologyEdge, 'failed'>): number => (failed > FAILING ? failed : 0);

const isChosen = (edge: TopologyEdge, choice: EdgeChoice): boolean =>
  choice === 'all' || (choice === 'connections') === isConnection(edge);

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);

/** What was tried: of what only fails nothing is opened, it counts as little as can be. */
const weight = ({ rate = 0 }: TopologyEdge): number => Math.max(rate, 1e-6);

/** Two connections as one: amounts added up, shares by what they are shares of; the more troubled gives the name. */
function joined(a: TopologyEdge, b: TopologyEdge): TopologyEdge {
  const first = failedShare(b) > failedShare(a) ? b : a;
  const [rate, bytes] = [sum(a.rate, b.rate), sum(a.bytes, b.bytes)];
  const both = weight(a) + weight(b);
  const share = ((a.failed ?? 0) * weight(a) + (b.failed ?? 0) * weight(b)) / both;
  const isTold = a.failed !== undefined || b.failed !== undefined;
  return {
    ...first,
    ...(rate !== undefined && { rate }),
    ...(bytes !== undefined && { bytes }),
    ...(isTold && { failed: share }),
  };
}

interface Keys {
  /** The two cards. */
  readonly pair: string;
  /** What is drawn as one edge. */
  readonly key: string;
}
function keys(edge: TopologyEdge, from: string, to: string): Keys {
  const pair = `${from}~${to}`;
  const isOwn = !isConnection(edge) && from === edge.from && to === edge.to;
  return { pair, key: isOwn ? edge.id : `${edge.relation}~${pair}` };
}

/** Of edges that stand where they are; long names put together at every step would cost more than all the rest. */
const ownKeys = new WeakMap<TopologyEdge, Keys>();

function keysOf(edge: TopologyEdge, from: string, to: string): Keys {
  if (from !== edge.from || to !== edge.to) return keys(edge, from, to);
  const known = ownKeys.get(edge) ?? keys(edge, from, to);
  ownKeys.set(edge, known);
  return known;
}

/** As it was drawn at the moment before, when it is the same edge between the same cards. */
const drawnAlone = new WeakMap<TopologyEdge, SceneEdge>();

function alone(edge: TopologyEdge, id: string, from: string, to: string): SceneEdge {
  const known = drawnAlone.get(edge);
  if (known?.id === id && known.from === from && known.to === to) return known;
  const its = { id, from, to, edge, count: 1 };
  drawnAlone.set(edge, its);
  return its;
}

export function drawnEdges(
  edges: readonly TopologyEdge[],
  choice: EdgeChoice,
  stand: ReadonlyMap<string, string>,
): SceneEdge[] {
  const drawn = new Map<string, SceneEdge>();
  const connected = new Set<string>();
  for (const edge of edges) {
    const from = stand.get(edge.from);
    const to = stand.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    const { pair, key } = keysOf(edge, from, to);
    if (isConnection(edge)) connected.add(pair);
    if (!isChosen(edge, choice)) continue;
    const before = drawn.get(key);
    if (before === undefined) drawn.set(key, alone(edge, key, from, to));
    else drawn.set(key, { ...before, edge: joined(before.edge, edge), count: before.count + 1 });
  }
  const isSaidAlready = ({ edge, from, to }: SceneEdge): boolean =>
    edge.relation === 'declared' && connected.has(keysOf(edge, from, to).pair) && choice === 'all';
  return [...drawn.values()].filter((each) => !isSaidAlready(each));
}
