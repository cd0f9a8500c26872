// The lower canvas. A small picture is drawn anew in every frame. A large one is drawn strip by strip on a sheet behind it, a few milliseconds in each frame,
// while what is there already follows the hand: to move pixels costs next to nothing, to draw thousands of cards does not.

import type { ZoomTransform } from 'd3-zoom';
import type { Seen } from './draw/edges.ts';
import { type Prepared, paintPrepared } from './draw/paint.ts';
import type { Palette } from './draw/palette.ts';
import type { Picture } from './draw/picture.ts';

export interface Content {
  readonly picture: Picture;
  readonly prepared: Prepared;
  readonly palette: Palette;
}
export interface PaperSize {
  readonly w: number;
  readonly h: number;
  readonly ratio: number;
}
export interface Paper {
  resize(size: PaperSize): void;
  /** Another picture, or the same in other colours. */
  show(content: Content): void;
  /** One frame with the paper where `at` says; true while another is needed. */
  frame(at: ZoomTransform): boolean;
}

/** Up to so many cards and edges a whole picture is a matter of a few milliseconds. */
const MOST_AT_ONCE = 1_200;
/** Of a frame's 16 ms; what the browser does with it comes on top. */
const BUDGET_MS = 5;
const STRIPS = { least: 8, most: 64 };
/** Drawn beyond the edges, as a share of width and height: what a hand pulls in is there already. */
const BEYOND = 0.15;
/** Marks and names reach beyond their cards, in pixels of the screen and of the paper. */
const REACH = { screen: 12, paper: 60 };

/** A drawing under way, of one picture at one place. */
interface Job {
  readonly content: Content;
  readonly at: ZoomTransform;
  readonly strips: number;
  next: number;
}

const countOf = ({ nodes, edges }: Picture): number => nodes.length + edges.length;
const isAt = (a: ZoomTransform, b: ZoomTransform): boolean => a.k === b.k && a.x === b.x && a.y === b.y;

export function paper(canvas: HTMLCanvasElement): Paper {
  const sheet = document.createElement('canvas');
  let size: PaperSize = { w: 0, h: 0, ratio: 1 };
  let margin = { x: 0, y: 0 };
  let content: Content | undefined;
  let shown: { readonly content: Content; readonly at: ZoomTransform } | undefined;
  let job: Job | undefined;
  let strips = STRIPS.least;

  function place(isLarge: boolean): void {
    const next = isLarge ? { x: Math.round(size.w * BEYOND), y: Math.round(size.h * BEYOND) } : { x: 0, y: 0 };
    const [w, h] = [size.w + 2 * next.x, size.h + 2 * next.y];
    const [width, height] = [Math.round(w * size.ratio), Math.round(h * size.ratio)];
    if (canvas.width === width && canvas.height === height && margin.x === next.x) return;
    margin = next;
    canvas.width = width;
    canvas.height = height;
    sheet.width = isLarge ? width : 0;
    sheet.height = isLarge ? height : 0;
    Object.assign(canvas.style, {
      left: `${-next.x}px`,
      top: `${-next.y}px`,
      width: `${w}px`,
      height: `${h}px`,
      transformOrigin: `${next.x}px ${next.y}px`,
    });
    shown = undefined;
    job = undefined;
  }

  /** What of the paper lies between two columns of the canvas. */
  function between(at: ZoomTransform, left: number, right: number): Seen {
    return {
      x0: (left - margin.x - at.x) / at.k,
      y0: (-margin.y - at.y) / at.k,
      x1: (right - margin.x - at.x) / at.k,
      y1: (size.h + margin.y - at.y) / at.k,
    };
  }

  function lay(c: CanvasRenderingContext2D, at: ZoomTransform): void {
    const { ratio } = size;
    c.setTransform(ratio * at.k, 0, 0, ratio * at.k, ratio * (at.x + margin.x), ratio * (at.y + margin.y));
  }

  function drawAtOnce({ picture, prepared, palette }: Content, at: ZoomTransform): void {
    const c = canvas.getContext('2d');
    if (c === null) return;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, canvas.width, canvas.height);
    lay(c, at);
    const view = between(at, 0, size.w);
    paintPrepared(c, picture, prepared, view, view, palette, at.k);
  }

  /** One strip, to the last pixel: reading one back is what makes the browser draw now and not all at once later. */
  function drawStrip(c: CanvasRenderingContext2D, { content: of, at, strips: count, next }: Job): void {
    const wide = size.w + 2 * margin.x;
    const [left, right] = [Math.round((next * wide) / count), Math.round(((next + 1) * wide) / count)];
    c.save();
    c.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    c.beginPath();
    c.rect(left, 0, right - left, sheet.height);
    c.clip();
    c.clearRect(left, 0, right - left, sheet.height);
    lay(c, at);
    const pad = REACH.screen / at.k + REACH.paper;
    const strip = between(at, left, right);
    const around = { x0: strip.x0 - pad, y0: strip.y0 - pad, x1: strip.x1 + pad, y1: strip.y1 + pad };
    paintPrepared(c, of.picture, of.prepared, around, between(at, 0, wide), of.palette, at.k);
    c.restore();
    c.getImageData(Math.round(left * size.ratio), 0, 1, 1);
  }

  /** Strips until the budget is spent; a strip that takes too long means narrower ones next time. */
  function work(c: CanvasRenderingContext2D, now: Job): void {
    const begin = performance.now();
    let slowest = 0;
    while (now.next < now.strips && performance.now() - begin < BUDGET_MS) {
      const before = performance.now();
      drawStrip(c, now);
      now.next++;
      slowest = Math.max(slowest, performance.now() - before);
    }
    if (slowest > BUDGET_MS / 2) strips = Math.min(STRIPS.most, Math.max(strips, Math.round(now.strips * 1.5)));
    else if (now.next === now.strips && slowest < BUDGET_MS / 6)
      strips = Math.max(STRIPS.least, Math.round(now.strips / 1.25));
  }

  function turn(done: Job): void {
    const c = canvas.getContext('2d');
    if (c === null) return;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.globalCompositeOperation = 'copy';
    c.drawImage(sheet, 0, 0);
    c.globalCompositeOperation = 'source-over';
    shown = { content: done.content, at: done.at };
  }

  function follow(at: ZoomTransform): void {
    const from = shown?.at ?? at;
    const scale = at.k / from.k;
    canvas.style.transform = isAt(from, at)
      ? ''
      : `translate(${at.x - from.x * scale}px, ${at.y - from.y * scale}px) scale(${scale})`;
  }

  function frameOfLarge(large: Content, at: ZoomTransform): boolean {
    const c = sheet.getContext('2d', { willReadFrequently: true });
    if (c === null) return false;
    const isWhole = shown !== undefined && shown.content === large && isAt(shown.at, at);
    if (job === undefined && !isWhole) job = { content: large, at, strips, next: 0 };
    if (job !== undefined) work(c, job);
    if (job !== undefined && job.next === job.strips) {
      turn(job);
      job = undefined;
    }
    follow(at);
    return job !== undefined || shown === undefined || shown.content !== large || !isAt(shown.at, at);
  }

  return {
    resize(to) {
      size = to;
      margin = { x: -1, y: -1 };
    },
    show(next) {
      content = next;
    },
    frame(at) {
      if (content === undefined || size.w === 0) return false;
      const isLarge = countOf(content.picture) > MOST_AT_ONCE;
      place(isLarge);
      if (isLarge) return frameOfLarge(content, at);
      drawAtOnce(content, at);
      shown = { content, at };
      follow(at);
      return false;
    },
  };
}
