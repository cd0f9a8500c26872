// Names on cards: at their size, smaller where they would not fit, and from afar those of what is broken.

import type { Palette } from './palette.ts';
import type { Drawn } from './picture.ts';
import { fit, fitTwo } from './text.ts';

/** From this zoom on cards have two lines and their pods. */
export const NEAR = 0.54;

/** Close by type has its own size; farther away it keeps about ten pixels on the screen, in steps so that cut texts are found again. */
function nameSize(k: number, most: number): number {
  return k >= 0.8 ? 12.5 : Math.min(most, Math.round(9.9 / k));
}
const MOST_SIZE = 25;
/** Of cards that stand for many things, which are read from farther. */
const MOST_SIZE_WIDE = 42;
/** Two lines leave room for the bar at their foot. */
const WIDE_LIFT = 8;
/** What does not fit at its size is written smaller before it is cut. */
const SMALLER = 0.8;

const kindOf = (d: Drawn): 'low' | 'wide' | 'card' => (d.h < 40 ? 'low' : isWide(d) ? 'wide' : 'card');
/** It stands for many things. */
export const isWide = (d: Drawn): boolean => d.w >= 190;

export function paintNames(c: CanvasRenderingContext2D, all: readonly Drawn[], p: Palette, k: number): void {
  c.fillStyle = p.ink;
  for (const kind of ['card', 'low', 'wide'] as const) {
    const some = all.filter((d) => kindOf(d) === kind);
    if (some.length === 0) continue;
    const low = kind === 'low';
    const size = nameSize(k, kind === 'wide' ? MOST_SIZE_WIDE : MOST_SIZE);
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
    const lines =
      low || near
        ? ([fit(c, `${px}`, d.node.short ?? d.node.title, d.w - left - 8)] as const)
        : fitTwo(c, `${px}`, d.node.title, d.w - left - 6);
    const lift = lines.length === 2 && isWide(d) ? WIDE_LIFT : 0;
    const y = low || !near ? d.y + px * 0.36 : d.y - 3.5 + (px - 12.5) * 0.3;
    if (!isLast && lines.some((line) => line.endsWith('…'))) {
      long.push(d);
      continue;
    }
    const [first, second] = lines;
    const x = d.x - d.w / 2 + left;
    c.fillText(first, x, second === undefined ? y : y - px * 0.55 - lift);
    if (second !== undefined) c.fillText(second, x, y + px * 0.55 - lift);
  }
  return long;
}

/** So many broken ones are still named from afar; of more, the names would cover each other. */
const MOST_NAMED_FAR = 12;

/** What is named together from afar: a broken thing by itself, pods by the frame they stand in. */
function toName(broken: readonly Drawn[]): { readonly name: string; readonly x: number; readonly y: number }[] {
  return [...Map.groupBy(broken, ({ node }) => node.block ?? node.id)].map(([key, all]) => {
    const [left, right] = [Math.min(...all.map((d) => d.x)), Math.max(...all.map((d) => d.x))];
    const y = Math.max(...all.map((d) => d.y + d.h / 2));
    const [first] = all;
    if (first?.node.block === undefined) return { name: first?.node.title ?? key, x: left, y };
    const owner = key.split(':').slice(3).join(':');
    return { name: all.length === 1 ? owner : `${owner} ×${all.length}`, x: (left + right) / 2, y };
  });
}

/** From afar only what is broken has its name, below its tile. */
export function paintBrokenNames(c: CanvasRenderingContext2D, broken: readonly Drawn[], p: Palette, k: number): void {
  const named = toName(broken);
  if (named.length > MOST_NAMED_FAR) return;
  const px = Math.round(11 / k);
  c.font = `600 ${px}px ${p.font}`;
  c.textAlign = 'center';
  c.lineJoin = 'round';
  c.lineWidth = 3 / k;
  c.strokeStyle = p.map;
  c.fillStyle = p.bad;
  for (const { name, x, y } of named) {
    const said = fit(c, `far${px}`, name, 160 / k);
    c.strokeText(said, x, y + px);
    c.fillText(said, x, y + px);
  }
  c.textAlign = 'start';
}
