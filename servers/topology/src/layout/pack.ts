// Packs rectangles into a wanted shape: the skyline, lowest place first, then leftmost (Jylänki, A Thousand Ways to Pack the Bin, 2010: skyline bottom-left).

import type { Area, Point } from './types.ts';

export interface Parcel {
  readonly id: string;
  readonly w: number;
  readonly h: number;
}
interface Step {
  x: number;
  y: number;
  w: number;
}

function heightAt(line: readonly Step[], from: number, w: number, width: number): number | undefined {
  const x = line[from]?.x ?? 0;
  if (x + w > width + 0.5) return undefined;
  let y = 0;
  for (let i = from; i < line.length; i++) {
    const step = line[i] as Step; // i is inside
    if (step.x >= x + w) break;
    y = Math.max(y, step.y);
  }
  return y;
}

function raise(line: Step[], x: number, w: number, y: number): Step[] {
  const next: Step[] = [];
  for (const s of line) {
    const end = s.x + s.w;
    if (end <= x || s.x >= x + w) next.push(s);
    else {
      if (s.x < x) next.push({ x: s.x, y: s.y, w: x - s.x });
      if (end > x + w) next.push({ x: x + w, y: s.y, w: end - x - w });
    }
  }
  next.push({ x, y, w });
  return next.sort((a, b) => a.x - b.x);
}

function into(parcels: readonly Parcel[], gap: number, width: number): { places: Map<string, Point>; height: number } {
  let line: Step[] = [{ x: 0, y: 0, w: width }];
  const places = new Map<string, Point>();
  let height = 0;
  for (const { id, w, h } of parcels) {
    let best: Point | undefined;
    for (let i = 0; i < line.length; i++) {
      const y = heightAt(line, i, w, width);
      if (y !== undefined && (best === undefined || y < best.y)) best = { x: line[i]?.x ?? 0, y };
    }
    const at = best ?? { x: 0, y: height };
    places.set(id, at);
    height = Math.max(height, at.y + h);
    line = raise(line, at.x, w + gap, at.y + h + gap);
  }
  return { places, height };
}

const tallFirst = (a: Parcel, b: Parcel): number => b.h - a.h || b.w - a.w || (a.id < b.id ? -1 : 1);

/** Places of all parcels, near the wanted aspect. Deterministic: in the given order, else tall ones first, then by id. O(n²) in parcels, of which there are few hundred. */
export function pack(
  parcels: readonly Parcel[],
  gap: number,
  aspect: number,
  order: 'tall first' | 'as given' = 'tall first',
): Map<string, Area> {
  const sorted = order === 'as given' ? parcels : [...parcels].sort(tallFirst);
  const area = parcels.reduce((sum, p) => sum + (p.w + gap) * (p.h + gap), 0);
  const widest = parcels.reduce((w, p) => Math.max(w, p.w), 0);
  let best: { places: Map<string, Point>; cost: number } | undefined;
  for (const stretch of [0.8, 0.9, 1, 1.1, 1.25, 1.45, 1.7, 2]) {
    const width = Math.max(widest, Math.sqrt(area * aspect) * stretch);
    const { places, height } = into(sorted, gap, width);
    const right = sorted.reduce((r, p) => Math.max(r, (places.get(p.id)?.x ?? 0) + p.w), 1);
    // how small everything becomes when it is fitted into the wanted shape
    const cost = Math.max(right / aspect, height);
    if (best === undefined || cost < best.cost - 0.5) best = { places, cost };
  }
  return new Map(sorted.map((p) => [p.id, { ...(best?.places.get(p.id) ?? { x: 0, y: 0 }), w: p.w, h: p.h }]));
}
