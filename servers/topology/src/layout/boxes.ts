// Boxes, gaps and hulls: the measures every part of the layout shares, in pixels at zoom 1.

export interface LayoutNode {
  readonly id: string;
  readonly group: string;
  readonly w: number;
  readonly h: number;
}
export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Box extends Point {
  readonly w: number;
  readonly h: number;
}

/** Between columns: room for a curve and its label. */
export const COLUMN_GAP = 72;
export const ROW_GAP = 28;
/** Around the members of a group; the title stands in the extra room on top. */
export const GROUP_PADDING = 20;
export const GROUP_TITLE = 28;
export const GROUP_GAP = 56;

/** The nodes' bounding box by group, padded. */
export function groupBoxes(nodes: readonly LayoutNode[], positions: ReadonlyMap<string, Point>): Map<string, Box> {
  const hulls = new Map<string, Box>();
  for (const node of nodes) {
    const at = positions.get(node.id);
    if (at === undefined) continue;
    const box = around(node, at);
    const known = hulls.get(node.group);
    hulls.set(node.group, known === undefined ? box : union(known, box));
  }
  return hulls;
}

/** What a node claims of its group's hull. */
export const around = ({ w, h }: Pick<LayoutNode, 'w' | 'h'>, { x, y }: Point): Box => ({
  x: x - w / 2 - GROUP_PADDING,
  y: y - h / 2 - GROUP_PADDING - GROUP_TITLE,
  w: w + 2 * GROUP_PADDING,
  h: h + 2 * GROUP_PADDING + GROUP_TITLE,
});

export function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
}

/** `apart`: how far they must be from each other. */
export const overlap = (a: Box, b: Box, apart = 0): boolean =>
  a.x < b.x + b.w + apart && b.x < a.x + a.w + apart && a.y < b.y + b.h + apart && b.y < a.y + a.h + apart;

/** Order of equals: by a hash of the name and the seed (FNV-1a), then the name. */
export function seededOrder(seed: number): (a: { readonly id: string }, b: { readonly id: string }) => number {
  if (seed <= 1) return (a, b) => compare(a.id, b.id);
  const ranks = new Map<string, number>();
  const rank = (id: string): number => {
    const known = ranks.get(id);
    if (known !== undefined) return known;
    let hash = 0x811c9dc5 ^ seed;
    for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
    ranks.set(id, hash >>> 0);
    return hash >>> 0;
  };
  return (a, b) => rank(a.id) - rank(b.id) || compare(a.id, b.id);
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
