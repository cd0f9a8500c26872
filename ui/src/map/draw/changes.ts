// What a comparison found, on the cards: a purple badge with its sign and a purple frame. Purple is change, everywhere.

import { curve, head, type Seen } from './edges.ts';
import type { Palette } from './palette.ts';
import type { Drawn, DrawnEdge } from './picture.ts';

const SIGN = { added: '+', removed: '−', changed: 'Δ' } as const;
const RADIUS = 8;

/** Lines that came or went, dashed: each lives at one of the two instants only. */
export function paintChangedEdges(
  c: CanvasRenderingContext2D,
  edges: readonly DrawnEdge[],
  p: Palette,
  k: number,
): void {
  const some = edges.filter((e) => e.edge.change !== undefined);
  if (some.length === 0) return;
  c.strokeStyle = p.change;
  c.fillStyle = p.change;
  c.lineWidth = Math.max(2, 1.4 / k);
  c.setLineDash([7, 4]);
  c.beginPath();
  for (const e of some) curve(c, e);
  c.stroke();
  c.setLineDash([]);
  c.beginPath();
  for (const e of some) head(c, e, Math.max(8, 6 / k));
  c.fill();
}

export function paintChanges(
  c: CanvasRenderingContext2D,
  nodes: readonly Drawn[],
  view: Seen,
  p: Palette,
  k: number,
): void {
  const some = nodes.filter(
    ({ node, x, y }) =>
      node.change !== undefined && x > view.x0 - 100 && x < view.x1 + 100 && y > view.y0 - 50 && y < view.y1 + 50,
  );
  if (some.length === 0) return;
  const r = Math.max(RADIUS, 6 / k);
  c.strokeStyle = p.change;
  c.lineWidth = Math.max(1.6, 1.2 / k);
  c.beginPath();
  for (const d of some) c.roundRect(d.x - d.w / 2, d.y - d.h / 2, d.w, d.h, 9);
  c.stroke();
  c.fillStyle = p.change;
  c.beginPath();
  for (const d of some) {
    c.moveTo(d.x + d.w / 2 + r - 4, d.y - d.h / 2 + 2);
    c.arc(d.x + d.w / 2 - 4, d.y - d.h / 2 + 2, r, 0, Math.PI * 2);
  }
  c.fill();
  c.fillStyle = p.card;
  c.font = `700 ${Math.round(r * 1.5)}px ${p.font}`;
  c.textAlign = 'center';
  for (const d of some) c.fillText(SIGN[d.node.change ?? 'changed'], d.x + d.w / 2 - 4, d.y - d.h / 2 + 2 + r * 0.52);
  c.textAlign = 'left';
}
