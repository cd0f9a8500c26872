// What stood somewhere stays there; what is new finds the nearest free room in its group, or a group's room beside everything.

import type { Layout, LayoutQuestion } from '../layout.ts';
import {
  around,
  type Box,
  COLUMN_GAP,
  compare,
  GROUP_GAP,
  groupBoxes,
  type LayoutNode,
  overlap,
  type Point,
  ROW_GAP,
  union,
} from './boxes.ts';
import { layGroup } from './layers.ts';

/** Rings of cells tried around the wished place; past it everything is laid anew. */
const MOST_RINGS = 24;
const CELL = 400;

/** Undefined when something does not fit, or what was kept overlaps (sizes changed). */
export function keepPlaces(question: LayoutQuestion, previous: ReadonlyMap<string, Point>): Layout | undefined {
  const { nodes } = question;
  const positions = new Map<string, Point>();
  const room = roomOf();
  const added: LayoutNode[] = [];
  for (const node of nodes) {
    const at = previous.get(node.id);
    if (at === undefined) added.push(node);
    else if (!room.take(node, at)) return undefined;
    else positions.set(node.id, at);
  }
  if (positions.size === 0) return undefined;
  const groups = groupBoxes(nodes, positions);
  if (anyOverlap([...groups.values()])) return undefined;
  const [joining, founding] = [
    added.filter(({ group }) => groups.has(group)),
    added.filter(({ group }) => !groups.has(group)),
  ];
  const wish = wishes(question, positions, groups);
  for (const node of joining.toSorted((a, b) => compare(a.id, b.id))) {
    if (!join(node, wish(node), groups, room, positions)) return undefined;
  }
  found(founding, question, groups, positions);
  return { positions, groups };
}

/** Which boxes are taken, by cells of a coarse grid. */
function roomOf() {
  const cells = new Map<string, Box[]>();
  const cellsOf = function* ({ x, y, w, h }: Box): Generator<string> {
    for (let i = Math.floor(x / CELL); i <= Math.floor((x + w) / CELL); i++)
      for (let j = Math.floor(y / CELL); j <= Math.floor((y + h) / CELL); j++) yield `${i},${j}`;
  };
  const take = ({ w, h }: LayoutNode, { x, y }: Point, apart = 0): boolean => {
    const box = { x: x - w / 2, y: y - h / 2, w, h };
    const wide = { x: box.x - apart, y: box.y - apart, w: w + 2 * apart, h: h + 2 * apart };
    for (const cell of cellsOf(wide)) if (cells.get(cell)?.some((other) => overlap(wide, other))) return false;
    for (const cell of cellsOf(box)) {
      const known = cells.get(cell);
      if (known) known.push(box);
      else cells.set(cell, [box]);
    }
    return true;
  };
  return { take };
}

function anyOverlap(boxes: readonly Box[]): boolean {
  return boxes.some((box, i) => boxes.slice(i + 1).some((other) => overlap(box, other)));
}

/** Where a new node would like to be: right of what points at it, left of what it points at, else at the group's foot. */
function wishes(
  { edges }: LayoutQuestion,
  positions: ReadonlyMap<string, Point>,
  groups: ReadonlyMap<string, Box>,
): (node: LayoutNode) => Point {
  const from = Map.groupBy(edges, (edge) => edge.from);
  const to = Map.groupBy(edges, (edge) => edge.to);
  return ({ id, group, w, h }) => {
    const sources = (to.get(id) ?? []).flatMap((edge) => positions.get(edge.from) ?? []);
    const targets = (from.get(id) ?? []).flatMap((edge) => positions.get(edge.to) ?? []);
    const wished = [
      ...sources.map(({ x, y }) => ({ x: x + w + COLUMN_GAP, y })),
      ...targets.map(({ x, y }) => ({ x: x - w - COLUMN_GAP, y })),
    ];
    const box = groups.get(group) ?? { x: 0, y: 0, w: 0, h: 0 };
    if (wished.length === 0) return { x: box.x + w / 2 + 20, y: box.y + box.h + h / 2 };
    const mean = (pick: (point: Point) => number) =>
      wished.reduce((sum, point) => sum + pick(point), 0) / wished.length;
    return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
  };
}

function join(
  node: LayoutNode,
  wished: Point,
  groups: Map<string, Box>,
  room: ReturnType<typeof roomOf>,
  positions: Map<string, Point>,
): boolean {
  const own = groups.get(node.group);
  const others = [...groups].flatMap(([group, box]) => (group === node.group ? [] : [box]));
  for (const at of rings(wished, node.w / 2, node.h + ROW_GAP)) {
    const grown = own === undefined ? around(node, at) : union(own, around(node, at));
    if (others.some((box) => overlap(box, grown))) continue;
    if (!room.take(node, at, ROW_GAP / 2)) continue;
    positions.set(node.id, at);
    groups.set(node.group, grown);
    return true;
  }
  return false;
}

/** Points around `centre`, ring by ring. */
function* rings(centre: Point, stepX: number, stepY: number): Generator<Point> {
  yield centre;
  for (let ring = 1; ring <= MOST_RINGS; ring++)
    for (let i = -ring; i <= ring; i++)
      for (let j = -ring; j <= ring; j++)
        if (Math.max(Math.abs(i), Math.abs(j)) === ring) yield { x: centre.x + i * stepX, y: centre.y + j * stepY };
}

/** New groups in a row below everything. */
function found(
  nodes: readonly LayoutNode[],
  { edges, seed = 1 }: LayoutQuestion,
  groups: Map<string, Box>,
  positions: Map<string, Point>,
): void {
  const boxes = [...groups.values()];
  const bottom = Math.max(...boxes.map(({ y, h }) => y + h)) + GROUP_GAP;
  let left = Math.min(...boxes.map(({ x }) => x));
  for (const [group, members] of [...Map.groupBy(nodes, (node) => node.group)].sort(([a], [b]) => compare(a, b))) {
    const ids = new Set(members.map(({ id }) => id));
    const laid = layGroup(
      members,
      edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
      seed,
    );
    const hull = around({ w: laid.w, h: laid.h }, { x: laid.w / 2, y: laid.h / 2 });
    const [dx, dy] = [left - hull.x, bottom - hull.y];
    for (const [id, { x, y }] of laid.places) positions.set(id, { x: x + dx, y: y + dy });
    groups.set(group, { ...hull, x: left, y: bottom });
    left += hull.w + GROUP_GAP;
  }
}
