// Words on edges, where there is room for them.

import { sayRate } from '../../panel/connections/traffic.ts';
import { isFailing, isSeen, type Seen } from './edges.ts';
import type { Palette } from './palette.ts';
import type { DrawnEdge } from './picture.ts';

/** Whether a card lies at a place of the paper. */
export type IsCard = (x: number, y: number) => boolean;

const LABEL_PX_PER_CHAR = 6;
const LABEL_PX = 14;
const MOST_LABELS = 250;

/** Who asks first gets the room; no label runs into another or behind a card. */
function places(isCard: IsCard): (x: number, y: number, width: number) => boolean {
  const taken: { x: number; y: number; half: number }[] = [];
  return (x, y, width) => {
    const half = width / 2;
    if (taken.length >= MOST_LABELS) return false;
    if ([x - half, x, x + half].some((place) => isCard(place, y - 4))) return false;
    if (taken.some((t) => Math.abs(t.y - y) < LABEL_PX && Math.abs(t.x - x) < t.half + half + 4)) return false;
    taken.push({ x, y, half });
    return true;
  };
}

/** Words on edges that carry numbers, what fails first, where there is room; a halo keeps them readable. */
export function paintEdgeLabels(
  c: CanvasRenderingContext2D,
  edges: readonly DrawnEdge[],
  view: Seen,
  p: Palette,
  isCard: IsCard,
): void {
  c.font = `11px ${p.font}`;
  c.textAlign = 'center';
  c.lineJoin = 'round';
  const isFree = places(isCard);
  for (const e of [...edges.filter(isFailing), ...edges.filter((one) => !isFailing(one))]) {
    if (!isSeen(e, view)) continue;
    const text = edgeText(e);
    const [x, y] = [(e.x1 + e.x2) / 2, (e.y1 + e.y2) / 2 - 6];
    if (text === '' || !isFree(x, y, text.length * LABEL_PX_PER_CHAR)) continue;
    c.strokeStyle = p.map;
    c.lineWidth = 3;
    c.strokeText(text, x, y);
    c.fillStyle = isFailing(e) ? p.bad : p['ink-2'];
    c.fillText(text, x, y);
  }
  c.textAlign = 'left';
}

export function edgeText(e: DrawnEdge): string {
  const { rate, failed } = e.edge.edge;
  if (failed !== undefined && failed > 0.01) return `${Math.round(failed * 100)} % fail`;
  if (rate !== undefined && rate > 0) return sayRate(rate);
  return e.edge.count > 1 ? `${e.edge.count}` : '';
}
