// The scene with its places: what the brush needs, in plain arrays, made once per scene and not per frame.

import type { Layout } from '@mosaic/topology/layout';
import { isConfig, isService } from '../kinds.ts';
import type { Health, Scene, SceneEdge, SceneNode } from '../scene.ts';

export interface Drawn {
  readonly node: SceneNode;
  /** Centre. */
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
export interface DrawnEdge {
  readonly edge: SceneEdge;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Bézier control points lie `bend` away along this axis. */
  readonly vertical: boolean;
  readonly bend: number;
  readonly from: Drawn;
  readonly to: Drawn;
}
export interface Hull {
  readonly id: string;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly canFold: boolean;
  /** Its only card says it all: neither the hull nor its name is drawn. */
  readonly isBare: boolean;
}
export interface Picture {
  readonly nodes: readonly Drawn[];
  readonly byId: ReadonlyMap<string, Drawn>;
  readonly edges: readonly DrawnEdge[];
  readonly hulls: readonly Hull[];
  /** Owners around their members; found by `byId` too. */
  readonly frames: readonly Drawn[];
  readonly box: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

export const EMPTY: Picture = {
  nodes: [],
  byId: new Map(),
  edges: [],
  hulls: [],
  frames: [],
  box: { x: 0, y: 0, w: 0, h: 0 },
};

/** Cards by kind: what a person reads is larger than what is counted. */
export function cardSize(kind: string, folded: number): { w: number; h: number } {
  if (folded > 0 || kind === 'Namespace' || kind === 'Cluster') return { w: 190, h: 70 };
  if (kind === 'Pod' || kind === 'Container') return { w: 122, h: 30 };
  if (isConfig(kind) || isService(kind)) return { w: 132, h: 34 };
  return { w: 148, h: 52 };
}

function route(from: Drawn, to: Drawn, edge: SceneEdge): DrawnEdge {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const sideBySide = Math.abs(dx) > (from.w + to.w) / 2 + 8;
  const ends = { edge, from, to };
  if (sideBySide) {
    const sign = Math.sign(dx);
    const x1 = from.x + (sign * from.w) / 2;
    const x2 = to.x - (sign * to.w) / 2 - sign * 2;
    return {
      ...ends,
      x1,
      y1: from.y,
      x2,
      y2: to.y,
      vertical: false,
      bend: ((x2 - x1) / 2) * (Math.abs(dy) < 2 ? 0.5 : 1),
    };
  }
  const sign = Math.sign(dy) || 1;
  const y1 = from.y + (sign * from.h) / 2;
  const y2 = to.y - (sign * to.h) / 2 - sign * 2;
  return { ...ends, x1: from.x, y1, x2: to.x, y2, vertical: true, bend: (y2 - y1) / 2 };
}

function framesOf(scene: Scene, layout: Layout): Drawn[] {
  return scene.frames.flatMap((node) => {
    const area = layout.blocks[node.id];
    return area === undefined ? [] : [{ node, x: area.x + area.w / 2, y: area.y + area.h / 2, w: area.w, h: area.h }];
  });
}

type Area = Picture['box'];

const bounds = (all: readonly Area[]): Picture['box'] => {
  if (all.length === 0) return EMPTY.box;
  const x = Math.min(...all.map((a) => a.x));
  const y = Math.min(...all.map((a) => a.y));
  const right = Math.max(...all.map((a) => a.x + a.w));
  const bottom = Math.max(...all.map((a) => a.y + a.h));
  return { x, y, w: right - x, h: bottom - y };
};

/** Broken things are drawn last, so that nothing covers them. */
const ORDER: Record<Health, number> = { well: 0, unknown: 0, degraded: 1, broken: 2 };

/** Room around the cards of a hull that is drawn only around what is left of it. */
const PADDING = { side: 20, top: 32, bottom: 18 };

function around(members: readonly Drawn[] | undefined): Area | undefined {
  if (members === undefined) return undefined;
  const { x, y, w, h } = bounds(members.map((d) => ({ x: d.x - d.w / 2, y: d.y - d.h / 2, w: d.w, h: d.h })));
  const { side, top, bottom } = PADDING;
  return { x: x - side, y: y - top, w: w + 2 * side, h: h + top + bottom };
}

/** A group of one card that stands for all of it, a namespace or a cluster. */
const isAlone = (members: readonly Drawn[]): boolean =>
  members.length === 1 && members.every(({ node }) => node.folded > 0 || node.kind === 'Cluster');
const aloneIn = (all: readonly Drawn[]): ReadonlySet<string> =>
  new Set([...Map.groupBy(all, (d) => d.node.group)].flatMap(([group, members]) => (isAlone(members) ? [group] : [])));

/** A hull larger than for one card has been shared, or will be. */
const MOST_ALONE = { w: 260, h: 150 };
/** What is left of the hull's room, so that neighbours keep apart. */
const TRIM = { w: 8, h: 26 };

/** Alone in its hull a card takes the hull's room: larger, and its name can be read from farther. */
function grown(d: Drawn, hull: Area | undefined): Drawn {
  if (hull === undefined || hull.w > MOST_ALONE.w || hull.h > MOST_ALONE.h) return d;
  return { ...d, x: hull.x + hull.w / 2, y: hull.y + hull.h / 2, w: hull.w - TRIM.w, h: hull.h - TRIM.h };
}

/** `tight`: hulls only around what is drawn, when an expression or a neighbourhood leaves little of them. */
export function pictureOf(scene: Scene, layout: Layout, tight = false): Picture {
  const placed = scene.nodes.flatMap((node): Drawn[] => {
    const at = layout.places[node.id];
    return at === undefined ? [] : [{ node, ...at, ...cardSize(node.kind, node.folded) }];
  });
  const alone = aloneIn(placed);
  const nodes = placed
    .map((d) => (alone.has(d.node.group) ? grown(d, layout.hulls[d.node.group]) : d))
    .sort((a, b) => ORDER[a.node.health] - ORDER[b.node.health]);
  const frames = framesOf(scene, layout);
  const byId = new Map([...frames, ...nodes].map((n) => [n.node.id, n]));
  const edges = scene.edges.flatMap((edge) => {
    const from = byId.get(edge.from);
    const to = byId.get(edge.to);
    return from === undefined || to === undefined ? [] : [route(from, to, edge)];
  });
  const members = tight ? Map.groupBy([...frames, ...nodes], (d) => d.node.group) : undefined;
  const hulls = [...scene.groups.values()].flatMap((g) => {
    const area = members === undefined ? layout.hulls[g.id] : around(members.get(g.id));
    return area === undefined
      ? []
      : [{ id: g.id, title: g.title, ...area, canFold: g.canFold, isBare: alone.has(g.id) }];
  });
  return { nodes, byId, edges, hulls, frames, box: bounds(hulls) };
}
