// Where everything stands: blocks inside namespaces, namespaces inside clusters, clusters on the paper. Pure and deterministic;
// what stood somewhere before stays there, what is new finds a free place.

import { type Arranged, arrangeGroup, type Block } from './group.ts';
import { type Parcel, pack } from './pack.ts';
import {
  type Area,
  type Box,
  GAP_Y,
  HULL_GAP,
  HULL_HEAD,
  HULL_PAD,
  type Layout,
  type LayoutInput,
  type Link,
  type Point,
  UNIT_GAP,
} from './types.ts';

const BLOCK_PAD = 10;
const BLOCK_HEAD = 22;
const BLOCK_GAP = 8;

interface Packed extends Block {
  readonly members: readonly Box[];
  /** Members' centres from the block's top left. */
  readonly inside: ReadonlyMap<string, Point>;
  readonly isFramed: boolean;
}

function packBlock(id: string, members: readonly Box[]): Packed {
  const first = members[0];
  if (first === undefined) return { id, w: 0, h: 0, members, inside: new Map(), isFramed: false };
  if (first.block === undefined) {
    return {
      id,
      w: first.w,
      h: first.h,
      members,
      inside: new Map([[first.id, { x: first.w / 2, y: first.h / 2 }]]),
      isFramed: false,
    };
  }
  const sorted = [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
  const columns = Math.ceil(Math.sqrt(sorted.length * 0.6));
  const inside = new Map<string, Point>();
  sorted.forEach((m, i) => {
    const x = BLOCK_PAD + (i % columns) * (first.w + BLOCK_GAP) + first.w / 2;
    const y = BLOCK_HEAD + BLOCK_PAD / 2 + Math.floor(i / columns) * (first.h + BLOCK_GAP) + first.h / 2;
    inside.set(m.id, { x, y });
  });
  const rows = Math.ceil(sorted.length / columns);
  const w = 2 * BLOCK_PAD + columns * (first.w + BLOCK_GAP) - BLOCK_GAP;
  const h = BLOCK_HEAD + BLOCK_PAD * 1.5 + rows * (first.h + BLOCK_GAP) - BLOCK_GAP;
  return { id, w, h, members: sorted, inside, isFramed: true };
}

function blocksOf(boxes: readonly Box[]): Packed[] {
  return [...Map.groupBy(boxes, (b) => b.block ?? b.id)].map(([id, members]) => packBlock(id, members));
}

/** Free places for new blocks in a namespace that already stands: among the unconnected at its foot, else beneath. */
function addTo(old: Arranged, blocks: readonly Packed[], fresh: readonly Packed[], links: readonly Link[]): Arranged {
  const linked = new Set(links.flatMap((l) => [l.from, l.to]));
  const taken = blocks.flatMap((b): Area[] => {
    const c = old.places.get(b.id);
    return c === undefined ? [] : [{ x: c.x - b.w / 2, y: c.y - b.h / 2, w: b.w, h: b.h }];
  });
  const standing = blocks.filter((b) => linked.has(b.id) && old.places.has(b.id));
  const top = standing.reduce((y, b) => Math.max(y, (old.places.get(b.id)?.y ?? 0) + b.h / 2 + GAP_Y), 0);
  const wide = Math.max(old.w, 320);
  const places = new Map(old.places);
  let [w, h] = [old.w, old.h];
  for (const b of fresh) {
    const area = freeArea(b, taken, top, wide);
    taken.push(area);
    places.set(b.id, { x: area.x + b.w / 2, y: area.y + b.h / 2 });
    w = Math.max(w, area.x + b.w);
    h = Math.max(h, area.y + b.h);
  }
  return { places, w, h };
}

const LONE_GAP = 20;
const MOST_ROWS = 400;

function freeArea(b: Block, taken: readonly Area[], top: number, wide: number): Area {
  for (let row = 0; row < MOST_ROWS; row++) {
    const y = top + row * (b.h + LONE_GAP);
    const near = taken.filter((a) => a.y < y + b.h + LONE_GAP && y < a.y + a.h + LONE_GAP);
    for (let x = 0; x === 0 || x + b.w <= wide; x += b.w + LONE_GAP) {
      if (!near.some((a) => a.x < x + b.w + LONE_GAP && x < a.x + a.w + LONE_GAP)) return { x, y, w: b.w, h: b.h };
    }
  }
  const bottom = taken.reduce((y, a) => Math.max(y, a.y + a.h), top);
  return { x: 0, y: bottom + LONE_GAP, w: b.w, h: b.h };
}

/** A frame that has room for its members keeps its size, so that a pod more or less moves nothing. */
function keepSize(b: Packed, before: Layout | undefined): Packed {
  const area = before?.blocks[b.id];
  return area === undefined || b.w > area.w || b.h > area.h ? b : { ...b, w: area.w, h: area.h };
}

/** The former places of a group's blocks relative to its hull; undefined when too little of it stood before, or a frame has grown. */
function formerly(blocks: readonly Packed[], hull: Area | undefined, before: Layout | undefined): Arranged | undefined {
  if (hull === undefined || before === undefined) return undefined;
  const places = new Map<string, Point>();
  for (const b of blocks) {
    const area = before.blocks[b.id];
    const point = before.places[b.id];
    const centre = area === undefined ? point : { x: area.x + area.w / 2, y: area.y + area.h / 2 };
    if (area !== undefined && (area.w !== b.w || area.h !== b.h)) return undefined;
    if (centre !== undefined) places.set(b.id, { x: centre.x - hull.x - HULL_PAD, y: centre.y - hull.y - HULL_HEAD });
  }
  if (places.size < blocks.length * 0.6) return undefined;
  return { places, w: hull.w - 2 * HULL_PAD, h: hull.h - HULL_HEAD - HULL_PAD };
}

/** Alone on the paper a namespace takes the paper's shape; among others a moderate one. */
const aspectOf = ({ aspect, boxes }: LayoutInput): number =>
  boxes.every(({ group }) => group === boxes[0]?.group) ? aspect : Math.min(2, aspect);

function arrangeOne(
  group: string,
  blocks: readonly Packed[],
  links: readonly Link[],
  input: LayoutInput,
  gap: number,
): Arranged {
  const old = formerly(blocks, input.previous?.hulls[group], input.previous);
  if (old === undefined) return arrangeGroup(blocks, links, aspectOf(input), gap);
  const fresh = blocks.filter((b) => !old.places.has(b.id));
  return fresh.length === 0 ? old : addTo(old, blocks, fresh, links);
}

function hullSize(a: Arranged): { w: number; h: number } {
  return { w: Math.max(a.w, 120) + 2 * HULL_PAD, h: a.h + HULL_HEAD + HULL_PAD };
}

const overlaps = (a: Area, b: Area): boolean =>
  a.x < b.x + b.w + 8 && b.x < a.x + a.w + 8 && a.y < b.y + b.h + 8 && b.y < a.y + a.h + 8;

/** All hulls where they were, if they still fit side by side. */
function stay(sizes: readonly Parcel[], before: Layout | undefined): Map<string, Area> | undefined {
  if (before === undefined) return undefined;
  const areas = new Map<string, Area>();
  for (const { id, w, h } of sizes) {
    const old = before.hulls[id];
    if (old === undefined) return undefined;
    const grown = { x: old.x, y: old.y, w: Math.max(old.w, w), h: Math.max(old.h, h) };
    for (const other of areas.values()) if (overlaps(grown, other)) return undefined;
    areas.set(id, grown);
  }
  return areas;
}

/** By cluster, unless that costs much room: every hull carries its cluster's name. */
function placeHulls(
  sizes: readonly Parcel[],
  units: Readonly<Record<string, string>>,
  aspect: number,
): Map<string, Area> {
  const grouped = placeByUnit(sizes, units, aspect);
  const byUnit = [...sizes].sort((a, b) =>
    (units[a.id] ?? '') < (units[b.id] ?? '') ? -1 : (units[a.id] ?? '') > (units[b.id] ?? '') ? 1 : b.h - a.h,
  );
  const kept = pack(byUnit, HULL_GAP, aspect, 'as given');
  const flat = pack(sizes, HULL_GAP, aspect);
  const least = Math.min(costOf(kept, aspect), costOf(flat, aspect));
  if (costOf(grouped, aspect) <= least * 1.12) return grouped;
  return costOf(kept, aspect) <= least * 1.06 ? kept : flat;
}

function placeByUnit(
  sizes: readonly Parcel[],
  units: Readonly<Record<string, string>>,
  aspect: number,
): Map<string, Area> {
  const inner = [...Map.groupBy(sizes, (s) => units[s.id] ?? '')].map(([unit, hulls]) => {
    const areas = pack(hulls, HULL_GAP, aspect);
    const w = Math.max(...[...areas.values()].map((a) => a.x + a.w));
    const h = Math.max(...[...areas.values()].map((a) => a.y + a.h));
    return { id: unit, w, h, areas };
  });
  const outer = pack(inner, UNIT_GAP, aspect);
  const all = new Map<string, Area>();
  for (const { id, areas } of inner) {
    const at = outer.get(id) ?? { x: 0, y: 0 };
    for (const [hull, a] of areas) all.set(hull, { ...a, x: a.x + at.x, y: a.y + at.y });
  }
  return all;
}

function linksByGroup(input: LayoutInput): Map<string, Link[]> {
  const home = new Map(input.boxes.map((b) => [b.id, b]));
  // an owner that is a frame is found by its members
  for (const b of input.boxes) if (b.block !== undefined) home.set(b.block, { ...b, id: b.block });
  const links = new Map<string, Link[]>();
  for (const { from, to } of input.links) {
    const a = home.get(from);
    const b = home.get(to);
    if (a === undefined || b === undefined || a.group !== b.group) continue;
    const [x, y] = [a.block ?? a.id, b.block ?? b.id];
    if (x === y) continue;
    const list = links.get(a.group);
    if (list === undefined) links.set(a.group, [{ from: x, to: y }]);
    else list.push({ from: x, to: y });
  }
  return links;
}

/** The whole paper. The same input gives the same layout. */
export function layout(input: LayoutInput): Layout {
  const links = linksByGroup(input);
  const groups = [...Map.groupBy(input.boxes, (b) => b.group)].sort(([a], [b]) => (a < b ? -1 : 1));
  const spacings = input.previous !== undefined || input.boxes.length > MOST_SPREAD ? [GAP_Y] : SPACINGS;
  let best: Drawing | undefined;
  for (const gap of spacings) {
    const drawing = draw(input, groups, links, gap);
    if (best === undefined || drawing.cost <= best.cost * 1.03) best = drawing;
  }
  return best === undefined ? { places: {}, hulls: {}, blocks: {} } : written(best);
}

/** Few things take the room there is: the widest spacing that does not make everything smaller. */
const SPACINGS = [GAP_Y, 38, 52, 68, 86];
const MOST_SPREAD = 150;

interface Drawing {
  readonly arranged: readonly { readonly id: string; readonly blocks: readonly Packed[]; readonly inside: Arranged }[];
  readonly hulls: ReadonlyMap<string, Area>;
  readonly cost: number;
}

function draw(
  input: LayoutInput,
  groups: readonly [string, Box[]][],
  links: ReadonlyMap<string, Link[]>,
  gap: number,
): Drawing {
  const arranged = groups.map(([id, boxes]) => {
    const blocks = blocksOf(boxes).map((b) => keepSize(b, input.previous));
    const inside = arrangeOne(id, blocks, links.get(id) ?? [], input, gap);
    return { id, blocks, inside, ...hullSize(inside) };
  });
  const hulls = stay(arranged, input.previous) ?? placeHulls(arranged, input.units, input.aspect);
  return { arranged, hulls, cost: costOf(hulls, input.aspect) };
}

/** How small everything becomes when it is fitted into the wanted shape. */
function costOf(areas: ReadonlyMap<string, Area>, aspect: number): number {
  let [right, bottom] = [1, 1];
  for (const a of areas.values()) {
    right = Math.max(right, a.x + a.w);
    bottom = Math.max(bottom, a.y + a.h);
  }
  return Math.max(right / aspect, bottom);
}

function written({ arranged, hulls }: Drawing): Layout {
  const places: Record<string, Point> = {};
  const frames: Record<string, Area> = {};
  for (const { id, blocks, inside } of arranged) {
    const hull = hulls.get(id) ?? { x: 0, y: 0, w: 0, h: 0 };
    for (const b of blocks) {
      const centre = inside.places.get(b.id) ?? { x: 0, y: 0 };
      const left = hull.x + HULL_PAD + centre.x - b.w / 2;
      const top = hull.y + HULL_HEAD + centre.y - b.h / 2;
      if (b.isFramed) frames[b.id] = { x: left, y: top, w: b.w, h: b.h };
      for (const [member, p] of b.inside) places[member] = { x: left + p.x, y: top + p.y };
    }
  }
  return { places, hulls: Object.fromEntries(hulls), blocks: frames };
}
