// Namespaces as quiet hulls with their name, and the frames around a workload's pods.

import type { Seen } from './edges.ts';
import { mark } from './marks.ts';
import type { Palette } from './palette.ts';
import type { Drawn, Hull } from './picture.ts';
import { fit, fitEnds } from './text.ts';

const isSeen = (a: Hull, v: Seen): boolean => a.x + a.w >= v.x0 && a.x <= v.x1 && a.y + a.h >= v.y0 && a.y <= v.y1;

export function paintHulls(
  c: CanvasRenderingContext2D,
  hulls: readonly Hull[],
  view: Seen,
  p: Palette,
  k: number,
): void {
  const seen = hulls.filter((h) => !h.isBare && isSeen(h, view));
  c.beginPath();
  for (const h of seen) c.roundRect(h.x, h.y, h.w, h.h, 14);
  c.globalAlpha = 0.7;
  c.fillStyle = p.ground;
  c.fill();
  c.globalAlpha = 1;
  c.strokeStyle = p.line;
  c.lineWidth = Math.max(1, 0.7 / k);
  c.stroke();
}

/** Between a hull's cards and the hull above it: what its name may fill without covering either. */
const BAND = 82;
/** Type above this does not fit between the hull's edge and its cards: it stands on the edge. */
const MOST_INSIDE = 22;
const LEAST_PX = 7;

/** Names of hulls stay readable from afar: their type grows as the paper shrinks, where there is room for it. */
export function paintHullNames(
  c: CanvasRenderingContext2D,
  hulls: readonly Hull[],
  view: Seen,
  p: Palette,
  k: number,
): void {
  const size = Math.min(BAND, Math.max(12, Math.round(10.5 / k)));
  if (size * k < LEAST_PX) return;
  const isInside = size <= MOST_INSIDE;
  c.font = `600 ${size}px ${p.font}`;
  c.fillStyle = p['ink-3'];
  for (const h of hulls) {
    if (h.isBare || !isSeen(h, view) || h.w * k < 46) continue;
    const text = fit(c, `hull${size}`, h.title, h.w - 28);
    const y = isInside ? h.y + 9 + size * 0.95 : h.y + size * 0.36;
    if (!isInside) {
      c.strokeStyle = p.map;
      c.lineWidth = size / 4;
      c.lineJoin = 'round';
      c.strokeText(text, h.x + 14, y);
    }
    c.fillText(text, h.x + 14, y);
  }
}

const HEAD = 22;

/** A frame is its owner's card: name and health in its head, members inside. */
export function paintFrames(
  c: CanvasRenderingContext2D,
  frames: readonly Drawn[],
  view: Seen,
  p: Palette,
  k: number,
): void {
  const seen = frames.filter(
    (f) => f.x + f.w / 2 >= view.x0 && f.x - f.w / 2 <= view.x1 && f.y + f.h / 2 >= view.y0 && f.y - f.h / 2 <= view.y1,
  );
  for (const health of ['well', 'unknown', 'degraded', 'broken'] as const) {
    const some = seen.filter((f) => f.node.health === health);
    if (some.length === 0) continue;
    const colour = { well: p.well, unknown: p.unknown, degraded: p.warn, broken: p.bad }[health];
    c.beginPath();
    for (const f of some) c.roundRect(f.x - f.w / 2, f.y - f.h / 2, f.w, f.h, 9);
    c.fillStyle = p.map;
    c.fill();
    c.strokeStyle = health === 'well' ? p['line-strong'] : colour;
    c.lineWidth = health === 'broken' ? 1.6 : 1;
    c.stroke();
    c.beginPath();
    for (const f of some) mark(c, health, f.x - f.w / 2 + 13, f.y - f.h / 2 + 13, 5);
    c.fillStyle = colour;
    c.fill();
  }
  if (k < 0.3) return;
  const size = Math.min(18, Math.max(12, Math.round(9.5 / k)));
  c.font = `600 ${size}px ${p.font}`;
  c.fillStyle = p.ink;
  for (const f of seen)
    c.fillText(
      (f.node.kind === 'Pod' ? fitEnds : fit)(c, `frame${size}`, f.node.title, f.w - 32),
      f.x - f.w / 2 + 24,
      f.y - f.h / 2 + HEAD / 2 + 2 + size * 0.36,
    );
}
