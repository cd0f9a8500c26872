// Edges: width by rate, red when calls fail, dotted when only declared; one stroke for all of a style.

import { failedShare } from '../drawn-edges.ts';
import type { Palette } from './palette.ts';
import type { DrawnEdge, Picture } from './picture.ts';

export interface Seen {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

interface Style {
  readonly colour: string;
  readonly dash: readonly number[];
  /** Nearer than this zoom its dots are drawn; from farther away it is a line. */
  readonly dottedFrom: number;
  readonly width: number;
}

export function curve(c: CanvasRenderingContext2D, e: DrawnEdge): void {
  c.moveTo(e.x1, e.y1);
  if (e.vertical) c.bezierCurveTo(e.x1, e.y1 + e.bend, e.x2, e.y2 - e.bend, e.x2, e.y2);
  else c.bezierCurveTo(e.x1 + e.bend, e.y1, e.x2 - e.bend, e.y2, e.x2, e.y2);
}

const HEAD = 7;

/** An arrow head whose tip is the edge's end. */
export function head(c: CanvasRenderingContext2D, e: DrawnEdge, size = HEAD): void {
  const along = e.vertical ? Math.sign(e.y2 - e.y1) || 1 : Math.sign(e.x2 - e.x1) || 1;
  const half = size * 0.5;
  c.moveTo(e.x2, e.y2);
  if (e.vertical) {
    c.lineTo(e.x2 - half, e.y2 - along * size);
    c.lineTo(e.x2 + half, e.y2 - along * size);
  } else {
    c.lineTo(e.x2 - along * size, e.y2 - half);
    c.lineTo(e.x2 - along * size, e.y2 + half);
  }
  c.closePath();
}

export const isFailing = (e: DrawnEdge): boolean => failedShare(e.edge.edge) > 0;

/** 1 without a rate; a call a minute is thin, thousands a second are 5 wide. */
function widthOf(e: DrawnEdge): number {
  const rate = e.edge.edge.rate;
  if (rate === undefined) return e.edge.count > 1 ? Math.min(3, 1 + Math.log10(e.edge.count)) : 1.1;
  return Math.round(Math.min(5, 1.2 + 0.9 * Math.log10(1 + rate * 10)) * 2) / 2;
}

const SOFT = new Set(['mounts', 'protects', 'scales', 'selects', 'owns', 'scheduledOn']);

/** Dots cost the rasteriser dearly, a thousand times more than the line, and cannot be told apart from afar. */
const DOTTED = { from: 0.3, fromAmongMany: 0.8, many: 1_000, longest: 1_500 };

function dottedFrom(e: DrawnEdge, among: number): number {
  if (among < DOTTED.many) return DOTTED.from;
  return lengthOf(e) > DOTTED.longest ? Number.POSITIVE_INFINITY : DOTTED.fromAmongMany;
}

function styleOf(e: DrawnEdge, among: number, p: Palette): Style {
  const { relation } = e.edge.edge;
  const plain = { dash: [], dottedFrom: 0 };
  if (relation === 'connects') return { ...plain, colour: p.unknown, width: widthOf(e) };
  if (relation === 'declared')
    return {
      colour: p['ink-3'],
      dash: [1.5, 4.5],
      dottedFrom: dottedFrom(e, among),
      width: Math.max(1.3, widthOf(e)),
    };
  if (SOFT.has(relation)) return { ...plain, colour: p.line, width: 1.2 };
  return { ...plain, colour: p['line-strong'], width: Math.max(1.6, widthOf(e)) };
}

export function isSeen(e: DrawnEdge, v: Seen): boolean {
  const [left, right] = e.x1 < e.x2 ? [e.x1, e.x2] : [e.x2, e.x1];
  const [top, bottom] = e.y1 < e.y2 ? [e.y1, e.y2] : [e.y2, e.y1];
  return right >= v.x0 && left <= v.x1 && bottom >= v.y0 && top <= v.y1;
}

function stroke(c: CanvasRenderingContext2D, s: Style, all: readonly DrawnEdge[], k: number): void {
  c.strokeStyle = s.colour;
  c.lineWidth = Math.max(s.width, 0.6 / k);
  c.lineCap = s.dash.length > 0 ? 'round' : 'butt';
  c.setLineDash(k < s.dottedFrom ? [] : [...s.dash]);
  c.beginPath();
  for (const e of all) {
    if (k < 0.12) {
      c.moveTo(e.x1, e.y1);
      c.lineTo(e.x2, e.y2);
    } else curve(c, e);
  }
  c.stroke();
  c.setLineDash([]);
}

function heads(c: CanvasRenderingContext2D, s: Style, all: readonly DrawnEdge[]): void {
  c.fillStyle = s.colour;
  c.beginPath();
  for (const e of all) head(c, e);
  c.fill();
}

/** A failing edge is red for the share that fails, from its head on; never so little that it is not seen. */
const LEAST_RED = 0.18;
/** With more of them, or from afar, shares could not be told apart: then they are red as a whole, in one stroke. */
const MOST_SHARES = 400;
/** More red lines than these are let shine through, or they would hide what is broken. */
const MOST_STRONG = 120;

function reversed(c: CanvasRenderingContext2D, e: DrawnEdge): void {
  c.moveTo(e.x2, e.y2);
  if (e.vertical) c.bezierCurveTo(e.x2, e.y2 - e.bend, e.x1, e.y1 + e.bend, e.x1, e.y1);
  else c.bezierCurveTo(e.x2 - e.bend, e.y2, e.x1 + e.bend, e.y1, e.x1, e.y1);
}

/** Long enough for a dash: chord and control polygon, halved. */
export function lengthOf(e: DrawnEdge): number {
  const [dx, dy] = [Math.abs(e.x2 - e.x1), Math.abs(e.y2 - e.y1)];
  return (Math.hypot(dx, dy) + dx + dy) / 2;
}

/** Few fail, so that each may be a stroke of its own. */
export function paintFailing(
  c: CanvasRenderingContext2D,
  edges: readonly DrawnEdge[],
  view: Seen,
  p: Palette,
  k: number,
): void {
  c.strokeStyle = p.bad;
  c.fillStyle = p.bad;
  const seen = edges.filter((e) => isSeen(e, view));
  if (edges.length > MOST_SHARES || k < 0.3) {
    c.globalAlpha = edges.length > MOST_STRONG ? 0.55 : 1;
    stroke(c, { colour: p.bad, dash: [], dottedFrom: 0, width: 1.6 }, seen, k);
    c.globalAlpha = 1;
    return;
  }
  for (const e of seen) {
    const length = lengthOf(e);
    const share = Math.max(LEAST_RED, failedShare(e.edge.edge));
    c.lineWidth = Math.max(widthOf(e) + 0.4, 1.2 / k);
    c.setLineDash(share > 0.9 ? [] : [share * length, length * 2]);
    c.beginPath();
    reversed(c, e);
    c.stroke();
    c.setLineDash([]);
    c.beginPath();
    head(c, e, Math.max(HEAD, 4 / k));
    c.fill();
  }
}

/** Lines across the whole paper that are still told apart. */
const CROSSINGS = 60;

/** How strong edges may be from afar, by how much of the paper they would cover: many would hide the cards they belong to. */
export function densityOf({ edges, box }: Pick<Picture, 'edges' | 'box'>): number {
  const ink = edges.reduce((sum, e) => sum + lengthOf(e), 1);
  return Math.min(1, Math.max(0.05, (CROSSINGS * Math.hypot(box.w, box.h)) / ink));
}

/** Edges by style, once per picture: a frame only culls. */
export function styled(edges: readonly DrawnEdge[], p: Palette): (readonly [Style, readonly DrawnEdge[]])[] {
  const groups = new Map<string, [Style, DrawnEdge[]]>();
  for (const e of edges) {
    const style = styleOf(e, edges.length, p);
    const key = `${style.colour}${style.dash}${style.dottedFrom}${style.width}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [style, [e]]);
    else group[1].push(e);
  }
  return [...groups.values()];
}

export function paintEdges(
  c: CanvasRenderingContext2D,
  groups: readonly (readonly [Style, readonly DrawnEdge[]])[],
  view: Seen,
  k: number,
  density: number,
): void {
  c.globalAlpha = k < 0.32 ? Math.min(0.6, density) : k < 0.5 ? 0.75 : 1;
  for (const [style, all] of groups) {
    const seen = all.filter((e) => isSeen(e, view));
    if (seen.length === 0) continue;
    stroke(c, style, seen, k);
    if (k > 0.4) heads(c, style, seen);
  }
  c.globalAlpha = 1;
}
