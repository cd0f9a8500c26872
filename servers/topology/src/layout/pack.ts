// Rectangles side by side in shelves, about as wide as a screen is to its height.

import { compare, GROUP_GAP, GROUP_PADDING, GROUP_TITLE, type LayoutEdge, type Point } from './boxes.ts';

const ASPECT = 1.7;

/** In the order given, row by row; corners relative to 0,0. */
export function shelves(
  boxes: readonly { readonly w: number; readonly h: number }[],
  gapX: number,
  gapY: number,
): { readonly corners: Point[]; readonly w: number; readonly h: number } {
  const area = boxes.reduce((sum, { w, h }) => sum + (w + gapX) * (h + gapY), 0);
  const wide = Math.max(Math.sqrt(area * ASPECT), ...boxes.map(({ w }) => w));
  const corners: Point[] = [];
  let [x, y, rowHeight, widest] = [0, 0, 0, 0];
  for (const { w, h } of boxes) {
    if (x > 0 && x + w > wide) {
      y += rowHeight + gapY;
      x = 0;
      rowHeight = 0;
    }
    corners.push({ x, y });
    widest = Math.max(widest, x + w);
    x += w + gapX;
    rowHeight = Math.max(rowHeight, h);
  }
  return { corners, w: widest, h: y + rowHeight };
}

/** Top left of each group's members. Groups that point at others come first, then by size and name. */
export function packGroups(
  groups: readonly { readonly group: string; readonly w: number; readonly h: number }[],
  edges: readonly LayoutEdge[],
  groupOf: ReadonlyMap<string, string>,
): Map<string, Point> {
  const lead = new Map<string, number>();
  for (const { from, to } of edges) {
    const [a, b] = [groupOf.get(from), groupOf.get(to)];
    if (a === undefined || b === undefined || a === b) continue;
    lead.set(a, (lead.get(a) ?? 0) + 1);
    lead.set(b, (lead.get(b) ?? 0) - 1);
  }
  const sign = (group: string): number => Math.sign(lead.get(group) ?? 0);
  const sorted = groups.toSorted(
    (a, b) => sign(b.group) - sign(a.group) || b.w * b.h - a.w * a.h || compare(a.group, b.group),
  );
  const padded = sorted.map(({ w, h }) => ({ w: w + 2 * GROUP_PADDING, h: h + 2 * GROUP_PADDING + GROUP_TITLE }));
  const { corners } = shelves(padded, GROUP_GAP, GROUP_GAP);
  return new Map(
    sorted.map(({ group }, i) => {
      const { x, y } = corners[i] ?? { x: 0, y: 0 };
      return [group, { x: x + GROUP_PADDING, y: y + GROUP_PADDING + GROUP_TITLE }];
    }),
  );
}
