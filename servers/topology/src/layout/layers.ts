// One group: each connected part in layers from left to right (after Sugiyama, Tagawa and Toda, 1981), the unconnected in a grid, parts packed in shelves.

import { type Box, COLUMN_GAP, type LayoutEdge, type LayoutNode, type Point, ROW_GAP, seededOrder } from './boxes.ts';
import { shelves } from './pack.ts';

export interface LaidGroup {
  readonly w: number;
  readonly h: number;
  /** Centres, from the group's own top left. */
  readonly places: ReadonlyMap<string, Point>;
}

const SWEEPS = 4;

export function layGroup(members: readonly LayoutNode[], edges: readonly LayoutEdge[], seed: number): LaidGroup {
  const nodes = members.toSorted(seededOrder(seed));
  const links = neighbours(nodes, edges);
  const parts = connected(nodes, links);
  const alone = parts.filter((part) => part.length === 1).flat();
  const laid = parts.filter((part) => part.length > 1).map((part) => layPart(part, links));
  if (alone.length > 0) laid.push(layGrid(alone));
  return stack(laid);
}

interface Links {
  readonly out: ReadonlyMap<string, readonly string[]>;
  readonly into: ReadonlyMap<string, readonly string[]>;
}

function neighbours(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Links {
  const out = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  const into = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  const seen = new Set<string>();
  for (const { from, to } of edges.toSorted((a, b) => (a.from + a.to < b.from + b.to ? -1 : 1))) {
    const isKnown = seen.has(`${from}\n${to}`) || from === to || !out.has(from) || !out.has(to);
    if (isKnown) continue;
    seen.add(`${from}\n${to}`);
    out.get(from)?.push(to);
    into.get(to)?.push(from);
  }
  return { out, into };
}

function connected(nodes: readonly LayoutNode[], { out, into }: Links): LayoutNode[][] {
  const rank = new Map(nodes.map(({ id }, i) => [id, i]));
  const left = new Set(rank.keys());
  const parts: LayoutNode[][] = [];
  for (const { id } of nodes) {
    if (!left.delete(id)) continue;
    const queue = [id];
    for (const next of queue) {
      const beside = [...(out.get(next) ?? []), ...(into.get(next) ?? [])];
      for (const other of beside) if (left.delete(other)) queue.push(other);
    }
    const ranks = queue.map((member) => rank.get(member) ?? 0).sort((x, y) => x - y);
    parts.push(ranks.flatMap((at) => nodes[at] ?? []));
  }
  return parts;
}

/** Longest path from the sources; an edge that closes a circle is passed over. Recursion is by hand: chains may be long. */
function layerOf(part: readonly LayoutNode[], { out }: Links): Map<string, number> {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const backward = new Set<string>();
  for (const { id } of part) {
    const stack: { id: string; next: number }[] = state.has(id) ? [] : [{ id, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (top.next === 0) state.set(top.id, 'open');
      const to = out.get(top.id)?.[top.next++];
      if (to === undefined) {
        state.set(top.id, 'done');
        order.push(top.id);
        stack.pop();
      } else if (state.get(to) === 'open') backward.add(`${top.id}\n${to}`);
      else if (!state.has(to)) stack.push({ id: to, next: 0 });
    }
  }
  return longestPaths(order.reverse(), out, backward);
}

function longestPaths(order: readonly string[], out: Links['out'], backward: ReadonlySet<string>): Map<string, number> {
  const layers = new Map<string, number>();
  for (const id of order) {
    const layer = layers.get(id) ?? 0;
    layers.set(id, layer);
    for (const to of out.get(id) ?? [])
      if (!backward.has(`${id}\n${to}`)) layers.set(to, Math.max(layers.get(to) ?? 0, layer + 1));
  }
  return layers;
}

function layPart(part: readonly LayoutNode[], links: Links): LaidGroup {
  const layerById = layerOf(part, links);
  const layers = [...Map.groupBy(part, ({ id }) => layerById.get(id) ?? 0)]
    .sort(([a], [b]) => a - b)
    .map(([, nodes]) => nodes);
  const most = Math.max(6, Math.ceil(Math.sqrt(part.length) * 1.3));
  const ordered = layers.some((layer) => layer.length > 1) ? untangle(layers, links) : layers;
  if (ordered.every((layer) => layer.length <= most)) return placeLayers(ordered, links);
  return placeColumns(ordered.flatMap((layer) => columnsOf(layer, most)));
}

/** Fewer crossings: each layer in the order of its neighbours' mean place, forth and back. */
function untangle(layers: readonly LayoutNode[][], { out, into }: Links): LayoutNode[][] {
  const place = new Map<string, number>();
  const note = (layer: readonly LayoutNode[]): void => {
    for (const [i, { id }] of layer.entries()) place.set(id, (i + 0.5) / layer.length);
  };
  const sorted = layers.map((layer) => [...layer]);
  for (const layer of sorted) note(layer);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const links = sweep % 2 === 0 ? into : out;
    for (const layer of sweep % 2 === 0 ? sorted : sorted.toReversed()) {
      const means = new Map(layer.map(({ id }) => [id, meanOf(links.get(id) ?? [], place) ?? place.get(id) ?? 0]));
      layer.sort((a, b) => (means.get(a.id) ?? 0) - (means.get(b.id) ?? 0)); // stable
      note(layer);
    }
  }
  return sorted;
}

function meanOf(ids: readonly string[], place: ReadonlyMap<string, number>): number | undefined {
  let sum = 0;
  let count = 0;
  for (const id of ids) {
    const at = place.get(id);
    if (at === undefined) continue;
    sum += at;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

/** Straight lines where there is room: each node as near to its neighbours' mean height as its column allows. */
function placeLayers(layers: readonly LayoutNode[][], { out, into }: Links): LaidGroup {
  const heights = new Map<string, number>();
  for (const layer of layers) spread(layer, () => 0, heights);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const links = sweep % 2 === 0 ? into : out;
    for (const layer of sweep % 2 === 0 ? layers : layers.toReversed())
      spread(layer, (id) => meanOf(links.get(id) ?? [], heights) ?? heights.get(id) ?? 0, heights);
  }
  const places = new Map<string, Point>();
  let x = 0;
  for (const layer of layers) {
    const w = Math.max(...layer.map((node) => node.w));
    for (const { id } of layer) places.set(id, { x: x + w / 2, y: heights.get(id) ?? 0 });
    x += w + COLUMN_GAP;
  }
  return fromCorner(layers.flat(), places);
}

/** Heights in the order given, ROW_GAP apart, nearest to what is wished (pooling adjacent violators, Ayer et al. 1955). */
function spread(layer: readonly LayoutNode[], wish: (id: string) => number, heights: Map<string, number>): void {
  const blocks: { members: { id: string; offset: number }[]; sum: number; height: number }[] = [];
  for (const { id, h } of layer) {
    let block = { members: [{ id, offset: h / 2 }], sum: wish(id) - h / 2, height: h };
    for (let above = blocks.at(-1); above !== undefined; above = blocks.at(-1)) {
      const top = block.sum / block.members.length;
      if (above.sum / above.members.length + above.height + ROW_GAP <= top) break;
      blocks.pop();
      const down = above.height + ROW_GAP;
      block = {
        members: [...above.members, ...block.members.map((member) => ({ ...member, offset: member.offset + down }))],
        sum: above.sum + block.sum - down * block.members.length,
        height: down + block.height,
      };
    }
    blocks.push(block);
  }
  for (const { members, sum } of blocks)
    for (const { id, offset } of members) heights.set(id, sum / members.length + offset);
}

const columnsOf = (layer: readonly LayoutNode[], most: number): LayoutNode[][] =>
  Array.from({ length: Math.ceil(layer.length / most) }, (_, i) => layer.slice(i * most, (i + 1) * most));

function placeColumns(columns: readonly LayoutNode[][]): LaidGroup {
  const places = new Map<string, Point>();
  let x = 0;
  for (const column of columns) {
    const w = Math.max(...column.map((node) => node.w));
    let y = 0;
    for (const { id, h } of column) {
      places.set(id, { x: x + w / 2, y: y + h / 2 });
      y += h + ROW_GAP;
    }
    x += w + COLUMN_GAP;
  }
  return fromCorner(columns.flat(), places);
}

function layGrid(nodes: readonly LayoutNode[]): LaidGroup {
  const rows = Math.max(1, Math.floor(Math.sqrt(nodes.length * 1.5)));
  const laid = placeColumns(columnsOf(nodes, rows));
  const places = new Map([...laid.places]);
  return { ...laid, places };
}

function fromCorner(nodes: readonly LayoutNode[], places: ReadonlyMap<string, Point>): LaidGroup {
  let box: Box | undefined;
  for (const { id, w, h } of nodes) {
    const { x, y } = places.get(id) ?? { x: 0, y: 0 };
    const left = box === undefined ? x - w / 2 : Math.min(box.x, x - w / 2);
    const top = box === undefined ? y - h / 2 : Math.min(box.y, y - h / 2);
    const right = Math.max(box === undefined ? x + w / 2 : box.x + box.w, x + w / 2);
    const bottom = Math.max(box === undefined ? y + h / 2 : box.y + box.h, y + h / 2);
    box = { x: left, y: top, w: right - left, h: bottom - top };
  }
  const corner = box ?? { x: 0, y: 0, w: 0, h: 0 };
  const moved = [...places].map(([id, { x, y }]): [string, Point] => [id, { x: x - corner.x, y: y - corner.y }]);
  return { w: corner.w, h: corner.h, places: new Map(moved) };
}

function stack(parts: readonly LaidGroup[]): LaidGroup {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  const { corners, w, h } = shelves(parts, COLUMN_GAP, ROW_GAP * 1.5);
  const places = new Map<string, Point>();
  for (const [i, part] of parts.entries()) {
    const corner = corners[i] ?? { x: 0, y: 0 };
    for (const [id, { x, y }] of part.places) places.set(id, { x: corner.x + x, y: corner.y + y });
  }
  return { w, h, places };
}
