// Arrow keys: first along an edge that leads that way, else to the nearest card in that direction.

import type { Drawn, Picture } from './draw/picture.ts';

export type Way = 'left' | 'right' | 'up' | 'down';

const VECTOR: Record<Way, readonly [number, number]> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

/** How well `to` lies in the way from `from`: smaller is better, undefined when it does not. */
function cost(from: Drawn, to: Drawn, way: Way): number | undefined {
  const [vx, vy] = VECTOR[way];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = dx * vx + dy * vy;
  const across = Math.abs(dx * vy) + Math.abs(dy * vx);
  if (along < 8 || across > along * 2.5) return undefined;
  return along + across * 2;
}

function best(from: Drawn, candidates: Iterable<Drawn>, way: Way): Drawn | undefined {
  let found: { d: Drawn; c: number } | undefined;
  for (const d of candidates) {
    const c = d === from ? undefined : cost(from, d, way);
    if (c !== undefined && (found === undefined || c < found.c)) found = { d, c };
  }
  return found?.d;
}

/** The id to go to; the same id when there is nothing that way; the first card when nothing is chosen. */
export function walk(picture: Picture, from: string | undefined, way: Way): string | undefined {
  const start = from === undefined ? undefined : picture.byId.get(from);
  if (start === undefined) return first(picture)?.node.id;
  const linked = picture.edges.flatMap((e) => (e.from === start ? [e.to] : e.to === start ? [e.from] : []));
  return (best(start, linked, way) ?? best(start, picture.nodes, way) ?? start).node.id;
}

const RANK = { broken: 0, degraded: 1, unknown: 3, well: 2 };

/** The worst card, or the top left one. */
export function first(picture: Picture): Drawn | undefined {
  return [...picture.nodes].sort((a, b) => RANK[a.node.health] - RANK[b.node.health] || a.x + a.y - b.x - b.y)[0];
}
