// Names on cards: at their size, smaller where they would not fit, and from afar those of what is broken.

import type { Palette } from './palette.ts';
import type { Drawn } from './picture.ts';
import { fit, fitTwo } from './text.ts';

/** From this zoom on cards have two lines and their pods. */
export const NEAR = 0.54;

/** Close by type has its own size; farther away it keeps about ten pixels on the screen, in steps so that cut texts are found again. */
function nameSize(k: number): number {
  return k >= 0.8 ? 12.5 : Math.min(25, Math.round(9.9 / k));
}
/** What does not fit at its size is written smaller before it is cut. */
const SMALLER = 0.8;

export function paintNames(c: CanvasRenderingContext2D, all: readonly Drawn[], p: Palette, k: number): void {
  const size = nameSize(k);
  c.fillStyle = p.ink;
  for (const low of [false, true]) {
    const some = all.filter((d) => d.h < 40 === low);
    if (some.length === 0) continue;
    const px = low ? Math.min(size - 1, 18) : size;
    const long = namesAt(c, some, p, { k, px, low, isLast: false });
    if (long.length > 0) namesAt(c, long, p, { k, px: Math.round(px * SMALLER * 2) / 2, low, isLast: true });
  }
}

interface NameSize {
  readonly k: number;
  readonly px: number;
  readonly low: boolean;
  /** Names too long for this size are cut; otherwise they are left out, and answered. */
  readonly isLast: boolean;
}

function namesAt(
  c: CanvasRenderingContext2D,
  some: readonly Drawn[],
  p: Palette,
  { k, px, low, isLast }: NameSize,
): readonly Drawn[] {
  const near = k >= NEAR;
  c.font = `${low ? 500 : near ? 550 : 600} ${px}px ${p.font}`;
  const left = near || low ? 27 : 24;
  const long: Drawn[] = [];
  for (const d of some) {
    const y = low || !near ? d.y + px * 0.36 : d.y - 3.5 + (px - 12.5) * 0.3;
    const lines =
      low || near
        ? ([fit(c, `${px}`, d.node.short ?? d.node.title, d.w - left - 8)] as const)
        : fitTwo(c, `${px}`, d.node.title, d.w - left - 6);
    if (!isLast && lines.some((line) => line.endsWith('…'))) {
      long.push(d);
      continue;
    }
    const [first, second] = lines;
    const x = d.x - d.w / 2 + left;
    c.fillText(first, x, second === undefined ? y : y - px * 0.55);
    if (second !== undefined) c.fillText(second, x, y + px * 0.55);
  }
  return long;
}

/** So many broken ones are still named from afar; of more, the names would cover each other. */
const MOST_NAMED_FAR = 12;

/** From afar only what is broken has its name, below its tile. */
export function paintBrokenNames(c: CanvasRenderingContext2D, broken: readonly Drawn[], p: Palette, k: number): void {
  if (broken.length > MOST_NAMED_FAR) return;
  const px = Math.round(11 / k);
  c.font = `600 ${px}px ${p.font}`;
  c.textAlign = 'center';
  c.lineJoin = 'round';
  c.lineWidth = 3 / k;
  c.strokeStyle = p.map;
  c.fillStyle = p.bad;
  for (const d of broken) {
    const name = fit(c, `far${px}`, d.node.short ?? d.node.title, 160 / k);
    const y = d.y + d.h / 2 + px;
    c.strokeText(name, d.x, y);
    c.fillText(name, d.x, y);
  }
  c.textAlign = 'start';
}
