// Cards, at three distances: far only shapes, nearer names, near everything. Same-looking things are one path.

import type { Health } from '../scene.ts';
import type { Seen } from './edges.ts';
import { mark } from './marks.ts';
import { isWide, NEAR, paintBrokenNames, paintNames } from './names.ts';
import type { Palette } from './palette.ts';
import type { Drawn } from './picture.ts';
import { fit } from './text.ts';

/** Below this zoom only shapes are drawn, */
export const FAR = 0.32;
/** and below this also of what stands for many things. */
const FAR_WIDE = 0.2;
const RADIUS = 9;
type Look = Health | 'ghost';

const lookOf = (d: Drawn): Look => (d.node.ghost ? 'ghost' : d.node.health);
const LOOKS: readonly Look[] = ['ghost', 'well', 'unknown', 'degraded', 'broken'];

const ink = (p: Palette, h: Health): string =>
  ({ well: p.well, degraded: p.warn, broken: p.bad, unknown: p.unknown })[h];

function card(p: Palette, look: Look): { fill: string; line: string; width: number } {
  if (look === 'broken') return { fill: p['bad-soft'], line: p.bad, width: 1.6 };
  if (look === 'degraded') return { fill: p['warn-soft'], line: p.warn, width: 1.2 };
  return { fill: p.card, line: p['line-strong'], width: 1 };
}

function seenByLook(nodes: readonly Drawn[], v: Seen): Map<Look, Drawn[]> {
  const groups = new Map<Look, Drawn[]>();
  for (const d of nodes) {
    const [halfW, halfH] = [d.w / 2, d.h / 2];
    if (d.x + halfW < v.x0 || d.x - halfW > v.x1 || d.y + halfH < v.y0 || d.y - halfH > v.y1) continue;
    const look = lookOf(d);
    const group = groups.get(look);
    if (group === undefined) groups.set(look, [d]);
    else group.push(d);
  }
  return groups;
}

/** Far: a coloured tile each; what is not well also gets its shape, never smaller than the eye can see. */
function paintFar(
  c: CanvasRenderingContext2D,
  groups: ReadonlyMap<Look, readonly Drawn[]>,
  p: Palette,
  k: number,
): void {
  for (const look of LOOKS) {
    const all = groups.get(look);
    if (all === undefined) continue;
    const { fill, line, width } = card(p, look);
    c.beginPath();
    for (const d of all) c.rect(d.x - d.w / 2, d.y - d.h / 2, d.w, d.h);
    c.globalAlpha = look === 'ghost' ? 0.4 : 1;
    c.fillStyle = fill;
    c.fill();
    c.strokeStyle = line;
    c.lineWidth = Math.max(width, 0.7 / k);
    c.stroke();
    c.fillStyle = look === 'ghost' ? p.unknown : ink(p, look);
    const r = Math.max(10, (look === 'broken' ? 5 : look === 'degraded' ? 4.5 : 2) / k);
    c.beginPath();
    for (const d of all) mark(c, d.node.health, d.x, d.y, r);
    c.fill();
    c.globalAlpha = 1;
  }
  paintBrokenNames(c, groups.get('broken') ?? [], p, k);
}

function paintCards(c: CanvasRenderingContext2D, all: readonly Drawn[], look: Look, p: Palette, k: number): void {
  const { fill, line, width } = card(p, look);
  c.beginPath();
  if (k < 0.6) for (const d of all) c.rect(d.x - d.w / 2, d.y - d.h / 2, d.w, d.h);
  else for (const d of all) c.roundRect(d.x - d.w / 2, d.y - d.h / 2, d.w, d.h, Math.min(RADIUS, d.h / 4));
  c.fillStyle = fill;
  c.fill();
  c.strokeStyle = line;
  c.lineWidth = width;
  if (look === 'ghost') c.setLineDash([4 / Math.min(1, k + 0.3), 3]);
  c.stroke();
  c.setLineDash([]);
}

const markAt = (d: Drawn, k: number): readonly [number, number] =>
  d.h < 40 || k < NEAR ? [d.x - d.w / 2 + 13, d.y] : [d.x - d.w / 2 + 15, d.y - 8];

function paintMarks(c: CanvasRenderingContext2D, all: readonly Drawn[], look: Look, p: Palette, k: number): void {
  c.beginPath();
  for (const d of all) mark(c, d.node.health, ...markAt(d, k), d.h < 40 ? 4.5 : k < NEAR ? 7 : 5.5);
  if (look !== 'ghost' && look !== 'unknown') {
    c.fillStyle = ink(p, look);
    c.fill();
    return;
  }
  c.strokeStyle = p.unknown;
  c.lineWidth = 1;
  c.setLineDash([2, 2]);
  c.stroke();
  c.setLineDash([]);
}

const subSize = (k: number): number => (k >= 0.8 ? 11 : Math.round(8.8 / k));

const DOT = 6;
const PITCH = 9;

function paintSubs(c: CanvasRenderingContext2D, all: readonly Drawn[], p: Palette, k: number): void {
  const px = subSize(k);
  c.fillStyle = p['ink-3'];
  c.font = `${px}px ${p.font}`;
  for (const d of all) {
    if (d.h < 40) continue;
    const dots = Math.min(d.node.dots.length, 6) * PITCH;
    const room = d.w - 27 - 12 - dots;
    c.fillText(fit(c, `sub${px}`, d.node.sub, room), d.x - d.w / 2 + 27, d.y + 13 + (px - 11) * 0.7);
  }
}

function paintDots(c: CanvasRenderingContext2D, all: readonly Drawn[], p: Palette): void {
  for (const health of ['well', 'degraded', 'broken', 'unknown'] as const) {
    c.fillStyle = ink(p, health);
    c.beginPath();
    for (const d of all) {
      if (d.h < 40) continue;
      d.node.dots.forEach((dot, i) => {
        if (dot !== health) return;
        const [column, row] = [i % 6, Math.floor(i / 6)];
        c.rect(d.x + d.w / 2 - 16 - column * PITCH, d.y + 8 - row * PITCH, DOT, DOT);
      });
    }
    c.fill();
  }
}

/** Groups and folded namespaces carry a bar of their members' health instead of pod squares. */
function paintShares(c: CanvasRenderingContext2D, all: readonly Drawn[], p: Palette): void {
  for (const d of all) {
    const { well = 0, degraded = 0, broken = 0, unknown = 0 } = d.node.node.counts;
    const sum = well + degraded + broken + unknown;
    if (sum === 0 || d.h < 60) continue;
    let x = d.x - d.w / 2 + 15;
    const width = d.w - 30;
    for (const [n, colour] of [
      [well, p.well],
      [unknown, p.unknown],
      [degraded, p.warn],
      [broken, p.bad],
    ] as const) {
      const w = (n / sum) * width;
      if (n === 0) continue;
      c.fillStyle = colour;
      c.fillRect(x, d.y + Math.min(34, d.h / 2 - 10), Math.max(2, w - 1), 4);
      x += w;
    }
  }
}

function paintNear(
  c: CanvasRenderingContext2D,
  groups: ReadonlyMap<Look, readonly Drawn[]>,
  p: Palette,
  k: number,
): void {
  for (const look of LOOKS) {
    const all = groups.get(look);
    if (all === undefined) continue;
    c.globalAlpha = look === 'ghost' ? 0.5 : 1;
    paintCards(c, all, look, p, k);
    paintMarks(c, all, look, p, k);
    paintNames(c, all, p, k);
    if (k >= NEAR) {
      paintSubs(c, all, p, k);
      paintDots(c, all, p);
    }
    paintShares(c, all, p);
    c.globalAlpha = 1;
  }
}

type ByLook = ReadonlyMap<Look, readonly Drawn[]>;

function parted(groups: ByLook): readonly [ByLook, ByLook] {
  const wide = new Map<Look, Drawn[]>();
  const others = new Map<Look, Drawn[]>();
  for (const [look, all] of groups) {
    for (const [some, to] of [
      [all.filter(isWide), wide],
      [all.filter((d) => !isWide(d)), others],
    ] as const)
      if (some.length > 0) to.set(look, some);
  }
  return [wide, others];
}

export function paintNodes(
  c: CanvasRenderingContext2D,
  nodes: readonly Drawn[],
  view: Seen,
  p: Palette,
  k: number,
): number {
  const groups = seenByLook(nodes, view);
  if (k >= FAR) paintNear(c, groups, p, k);
  else if (k < FAR_WIDE) paintFar(c, groups, p, k);
  else {
    const [wide, others] = parted(groups);
    paintNear(c, wide, p, k);
    paintFar(c, others, p, k);
  }
  let drawn = 0;
  for (const all of groups.values()) drawn += all.length;
  return drawn;
}
