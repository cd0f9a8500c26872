// What lies under a point: nodes by a quadtree of their centres, then hull names, then edges.

import { type Quadtree, quadtree } from 'd3-quadtree';
import type { Drawn, DrawnEdge, Hull, Picture } from './draw/picture.ts';

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
  const [cx1, cy1] = e.vertical ? [e.x1, e.y1 + e.bend] : [e.x1 + e.bend, e.y1];
  const [cx2, cy2] = e.vertical ? [e.x2, e.y2 - e.bend] : [e.x2 - e.bend, e.y2];
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= STEPS; i++) {
    const t = i / STEPS;
    const u = 1 - t;
    const px = u ** 3 * e.x1 + 3 * u * u * t * cx1 + 3 * u * t * t * cx2 + t ** 3 * e.x2;
    const py = u ** 3 * e.y1 + 3 * u * u * t * cy1 + 3 * u * t * t * cy2 + t ** 3 * e.y2;
    best = Math.min(best, Math.hypot(px - x, py - y));
  }
  return best;
}

function edgeAt(edges: readonly DrawnEdge[], x: number, y: number, reach: number): DrawnEdge | undefined {
  let found: { e: DrawnEdge; d: number } | undefined;
  for (const e of edges) {
    if (x < Math.min(e.x1, e.x2) - reach || x > Math.max(e.x1, e.x2) + reach) continue;
    if (y < Math.min(e.y1, e.y2) - reach || y > Math.max(e.y1, e.y2) + reach) continue;
    const d = distanceTo(e, x, y);
    if (d <= reach && (found === undefined || d < found.d)) found = { e, d };
  }
  return found?.e;
}

export function hitTest(picture: Picture): HitTest {
  const tree = quadtree<Drawn>(
    [...picture.nodes],
    (d) => d.x,
    (d) => d.y,
  );
  const w = picture.nodes.reduce((m, d) => Math.max(m, d.w / 2), 0);
  const h = picture.nodes.reduce((m, d) => Math.max(m, d.h / 2), 0);
  return {
    isCard: (x, y) => nodeAt(tree, x, y, w, h) !== undefined,
    at(x, y, reach) {
      const drawn = nodeAt(tree, x, y, w, h);
      if (drawn !== undefined) return { type: 'node', drawn };
      const frame = picture.frames.find((f) => Math.abs(f.x - x) <= f.w / 2 && Math.abs(f.y - y) <= f.h / 2);
      if (frame !== undefined) return { type: 'node', drawn: frame };
      const edge = edgeAt(picture.edges, x, y, reach);
      if (edge !== undefined) return { type: 'edge', drawn: edge };
      const hull = picture.hulls.find((a) => x >= a.x && x <= a.x + a.w && y >= a.y && y <= a.y + HULL_HEAD);
      return hull === undefined ? undefined : { type: 'hull', hull };
    },
  };
}
