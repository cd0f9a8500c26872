// What lies under a point: nodes by a quadtree of their centres, then edges by a grid, then hull names.

import { type Quadtree, quadtree } from 'd3-quadtree';
import type { Drawn, DrawnEdge, Hull, Picture } from './draw/picture.ts';
import { edgeGrid, pointOn } from './edge-grid.ts';

export type Hit =
  | { readonly type: 'node'; readonly drawn: Drawn }
  | { readonly type: 'hull'; readonly hull: Hull }
  | { readonly type: 'edge'; readonly drawn: DrawnEdge };

export interface HitTest {
  /** What is at (x, y) on the paper; `reach` is how far beside an edge still counts. */
  at(x: number, y: number, reach: number): Hit | undefined;
  /** Whether a card lies there. */
  isCard(x: number, y: number): boolean;
}

const HULL_HEAD = 30;
const STEPS = 16;
/** In units of the paper: from very far a pixel covers hundreds of edges, and none of them is meant. */
const MOST_REACH = 60;

function nodeAt(tree: Quadtree<Drawn>, x: number, y: number, w: number, h: number): Drawn | undefined {
  let found: Drawn | undefined;
  tree.visit((quad, x0, y0, x1, y1) => {
    if (x0 > x + w || x1 < x - w || y0 > y + h || y1 < y - h) return true;
    if (quad.length !== undefined) return false;
    for (let leaf: typeof quad | undefined = quad; leaf !== undefined; leaf = leaf.next) {
      const d = leaf.data;
      if (Math.abs(d.x - x) <= d.w / 2 && Math.abs(d.y - y) <= d.h / 2) found = d;
    }
    return found !== undefined;
  });
  return found;
}

/** Distance from a point to an edge's curve, sampled. */
export function distanceTo(e: DrawnEdge, x: number, y: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= STEPS; i++) {
    const [px, py] = pointOn(e, i / STEPS);
    best = Math.min(best, Math.hypot(px - x, py - y));
  }
  return best;
}

function edgeAt(edges: Iterable<DrawnEdge>, x: number, y: number, reach: number): DrawnEdge | undefined {
  let found: { e: DrawnEdge; d: number } | undefined;
  for (const e of edges) {
    if (x < Math.min(e.x1, e.x2) - reach || x > Math.max(e.x1, e.x2) + reach) continue;
    if (y < Math.min(e.y1, e.y2) - reach || y > Math.max(e.y1, e.y2) + reach) continue;
    const d = distanceTo(e, x, y);
    if (d <= reach && (found === undefined || d < found.d)) found = { e, d };
  }
  return found?.e;
}

const treeOf = (nodes: readonly Drawn[]): Quadtree<Drawn> =>
  quadtree<Drawn>(
    [...nodes],
    (d) => d.x,
    (d) => d.y,
  );

const frameAt = ({ frames }: Picture, x: number, y: number): Drawn | undefined =>
  frames.find((f) => Math.abs(f.x - x) <= f.w / 2 && Math.abs(f.y - y) <= f.h / 2);

/** Made when it is first needed: a picture that time has passed by is never asked. */
function later<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}

export function hitTest(picture: Picture): HitTest {
  const tree = later(() => treeOf(picture.nodes));
  const near = later(() => edgeGrid(picture.edges));
  const w = picture.nodes.reduce((m, d) => Math.max(m, d.w / 2), 0);
  const h = picture.nodes.reduce((m, d) => Math.max(m, d.h / 2), 0);
  return {
    isCard: (x, y) => nodeAt(tree(), x, y, w, h) !== undefined || frameAt(picture, x, y) !== undefined,
    at(x, y, wide) {
      const reach = Math.min(wide, MOST_REACH);
      const drawn = nodeAt(tree(), x, y, w, h);
      if (drawn !== undefined) return { type: 'node', drawn };
      const frame = frameAt(picture, x, y);
      if (frame !== undefined) return { type: 'node', drawn: frame };
      const edge = edgeAt(near().around(x, y, reach), x, y, reach);
      if (edge !== undefined) return { type: 'edge', drawn: edge };
      const hull = picture.hulls.find((a) => x >= a.x && x <= a.x + a.w && y >= a.y && y <= a.y + HULL_HEAD);
      return hull === undefined ? undefined : { type: 'hull', hull };
    },
  };
}
