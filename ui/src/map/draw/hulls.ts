// Namespaces as quiet hulls with their name, and the frames around a workload's pods.

import type { Seen } from './edges.ts';
import type { Palette } from './palette.ts';
import type { Frame, Hull } from './picture.ts';
import { fit } from './text.ts';

const isSeen = (a: Hull | Frame, v: Seen): boolean =>
  a.x + a.w >= v.x0 && a.x <= v.x1 && a.y + a.h >= v.y0 && a.y <= v.y1;

export function paintHulls(
  c: CanvasRenderingContext2D,
  hulls: readonly Hull[],
  view: Seen,
  p: Palette,
  k: number,
): void {
  const seen = hulls.filter((h) => isSeen(h, view));
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

/** Names of hulls stay readable from afar: their type grows as the paper shrinks, as far as the hull has room. */
export function paintHullNames(
  c: CanvasRenderingContext2D,
  hulls: readonly Hull[],
  view: Seen,
  p: Palette,
  k: number,
): void {
  const size = Math.min(40, Math.max(12, 11 / k));
  c.font = `600 ${size}px ${p.font}`;
  c.fillStyle = p['ink-3'];
  for (const h of hulls) {
    if (!isSeen(h, view) || h.w * k < 46) continue;
    const text = fit(c, `hull${size}`, h.title, h.w - 28);
    const y = size > 22 ? h.y - size * 0.3 : h.y + 9 + size * 0.95;
    if (size > 22) {
      c.strokeStyle = p.map;
      c.lineWidth = size / 4;
      c.lineJoin = 'round';
      c.strokeText(text, h.x + 14, y);
    }
    c.fillText(text, h.x + 14, y);
  }
}

export function paintFrames(
  c: CanvasRenderingContext2D,
  frames: readonly Frame[],
  view: Seen,
  p: Palette,
  k: number,
): void {
  const seen = frames.filter((f) => isSeen(f, view));
  if (seen.length === 0) return;
  c.beginPath();
  for (const f of seen) c.roundRect(f.x, f.y, f.w, f.h, 9);
  c.fillStyle = p.map;
  c.fill();
  c.strokeStyle = p.line;
  c.lineWidth = 1;
  c.stroke();
  if (k < 0.34) return;
  c.font = `600 11.5px ${p.font}`;
  c.fillStyle = p['ink-2'];
  for (const f of seen) c.fillText(fit(c, 'frame', f.title, f.w - 20), f.x + 10, f.y + 16);
}
