// Where things stand on the map: seeded by names, stable, without overlap. For a web worker: nothing of node, nothing of kat.

import { type Box, groupBoxes, type LayoutEdge, type LayoutNode, type Point } from './layout/boxes.ts';
import { keepPlaces } from './layout/keep.ts';
import { layGroup } from './layout/layers.ts';
import { packGroups } from './layout/pack.ts';

export type { Box, LayoutEdge, LayoutNode, Point } from './layout/boxes.ts';

export interface LayoutQuestion {
  readonly nodes: readonly LayoutNode[];
  /** Edges whose ends are not among the nodes are passed over. */
  readonly edges: readonly LayoutEdge[];
  /** Centres from an earlier layout: what stood there stays there; what is new finds room beside it. */
  readonly previous?: ReadonlyMap<string, Point>;
  /** Turns the order of equals; the same seed gives the same layout. */
  readonly seed?: number;
}

export interface Layout {
  /** Centres by node id. */
  readonly positions: Map<string, Point>;
  /** Hulls by group: x and y are the top left corner, the title's room included. They do not overlap. */
  readonly groups: Map<string, Box>;
}

/**
 * Groups side by side; inside each, left to right along its edges, a grid for what has none. Deterministic: neither the order of the input nor a
 * clock shows. When what is new no longer fits beside what stood there, everything is laid anew.
 */
export function layoutGraph(question: LayoutQuestion): Layout {
  const { previous } = question;
  const kept = previous && previous.size > 0 ? keepPlaces(question, previous) : undefined;
  return kept ?? layAnew(question);
}

function layAnew({ nodes, edges, seed = 1 }: LayoutQuestion): Layout {
  const byGroup = Map.groupBy(nodes, ({ group }) => group);
  const groupOf = new Map(nodes.map(({ id, group }) => [id, group]));
  const inside = Map.groupBy(edges, ({ from, to }) =>
    groupOf.get(from) === groupOf.get(to) ? groupOf.get(from) : undefined,
  );
  const laid = [...byGroup].map(([group, members]) => ({ group, ...layGroup(members, inside.get(group) ?? [], seed) }));
  const corners = packGroups(laid, edges, groupOf);
  const positions = new Map<string, Point>();
  for (const { group, places } of laid) {
    const corner = corners.get(group) ?? { x: 0, y: 0 };
    for (const [id, { x, y }] of places) positions.set(id, { x: corner.x + x, y: corner.y + y });
  }
  return { positions, groups: groupBoxes(nodes, positions) };
}
