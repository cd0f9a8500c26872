// One namespace: layers from left to right along its edges, neighbours at the same height where there is room, the unconnected in rows beneath.

import { ranks, withoutCycles } from './ranks.ts';
import { GAP_X, type Link, type Point } from './types.ts';

export interface Block {
  readonly id: string;
  readonly w: number;
  readonly h: number;
}
export interface Arranged {
  /** Centres, from a top left corner at 0, 0. */
  readonly places: Map<string, Point>;
  readonly w: number;
  readonly h: number;
}
interface Column {
  readonly blocks: Block[];
}

const SWEEPS = 6;
const mean = (all: readonly number[]): number | undefined =>
  all.length === 0 ? undefined : all.reduce((s, n) => s + n, 0) / all.length;

/** No column much taller than the others need: long ones are cut into several side by side. */
function columnsOf(blocks: readonly Block[], rank: ReadonlyMap<string, number>): Column[] {
  const most = Math.max(5, Math.ceil(Math.sqrt(blocks.length) * 1.15));
  const byRank = Map.groupBy(blocks, (b) => rank.get(b.id) ?? 0);
  return [...byRank.keys()]
    .sort((a, b) => a - b)
    .flatMap((r) => {
      const all = byRank.get(r) ?? [];
      const cuts = Math.ceil(all.length / most);
      const size = Math.ceil(all.length / cuts);
      return Array.from({ length: cuts }, (_, i) => ({ blocks: all.slice(i * size, (i + 1) * size) }));
    });
}

function neighbours(links: readonly Link[]): Map<string, string[]> {
  const near = new Map<string, string[]>();
  const add = (a: string, b: string) => {
    const list = near.get(a);
    if (list === undefined) near.set(a, [b]);
    else list.push(b);
  };
  for (const { from, to } of links) {
    add(from, to);
    add(to, from);
  }
  return near;
}

const heightOf = (c: Column, gap: number): number => c.blocks.reduce((s, b) => s + b.h + gap, -gap);

/** Stacks a column around its wished middles without changing its order. */
function stack(column: Column, wish: (b: Block) => number, y: Map<string, number>, gap: number): void {
  let floor = Number.NEGATIVE_INFINITY;
  const tops = column.blocks.map((b) => {
    const top = Math.max(wish(b) - b.h / 2, floor);
    floor = top + b.h + gap;
    return top;
  });
  const off = mean(column.blocks.map((b, i) => wish(b) - ((tops[i] ?? 0) + b.h / 2))) ?? 0;
  column.blocks.forEach((b, i) => {
    y.set(b.id, (tops[i] ?? 0) + b.h / 2 + off);
  });
}

function order(
  columns: readonly Column[],
  near: ReadonlyMap<string, string[]>,
  y: Map<string, number>,
  gap: number,
): void {
  const sweep = (list: readonly Column[]) => {
    for (const column of list) {
      const wish = new Map(
        column.blocks.map((b) => {
          const around = (near.get(b.id) ?? []).flatMap((n) => y.get(n) ?? []);
          return [b.id, mean(around) ?? y.get(b.id) ?? 0];
        }),
      );
      column.blocks.sort((a, b) => (wish.get(a.id) ?? 0) - (wish.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
      stack(column, (b) => wish.get(b.id) ?? 0, y, gap);
    }
  };
  for (let i = 0; i < SWEEPS; i++) sweep(i % 2 === 0 ? columns : [...columns].reverse());
}

function layered(blocks: readonly Block[], links: readonly Link[], gap: number): Arranged {
  const ids = blocks.map((b) => b.id).sort();
  const columns = columnsOf(blocks, ranks(ids, withoutCycles(ids, links)));
  const y = new Map<string, number>();
  for (const c of columns) {
    let top = -heightOf(c, gap) / 2;
    for (const b of c.blocks) {
      y.set(b.id, top + b.h / 2);
      top += b.h + gap;
    }
  }
  order(columns, neighbours(links), y, gap);
  return settle(columns, y);
}

function settle(columns: readonly Column[], y: ReadonlyMap<string, number>): Arranged {
  const places = new Map<string, Point>();
  let x = 0;
  let top = Number.POSITIVE_INFINITY;
  let bottom = 0;
  for (const c of columns) for (const b of c.blocks) top = Math.min(top, (y.get(b.id) ?? 0) - b.h / 2);
  for (const c of columns) {
    const w = c.blocks.reduce((m, b) => Math.max(m, b.w), 0);
    for (const b of c.blocks) {
      const at = { x: Math.round(x + w / 2), y: Math.round((y.get(b.id) ?? 0) - top) };
      places.set(b.id, at);
      bottom = Math.max(bottom, at.y + b.h / 2);
    }
    x += w + GAP_X;
  }
  return { places, w: Math.max(0, x - GAP_X), h: bottom };
}

/** The unconnected, in rows not wider than `wide`. */
function rows(blocks: readonly Block[], wide: number, top: number, gap: number): Arranged {
  const places = new Map<string, Point>();
  let [x, y, line, right] = [0, top, 0, 0];
  for (const b of blocks) {
    if (x > 0 && x + b.w > wide) {
      x = 0;
      y += line + gap;
      line = 0;
    }
    places.set(b.id, { x: x + b.w / 2, y: y + b.h / 2 });
    x += b.w + gap;
    right = Math.max(right, x - gap);
    line = Math.max(line, b.h);
  }
  return { places, w: right, h: y + line };
}

const NOTHING: Arranged = { places: new Map(), w: 0, h: 0 };
/** How small it becomes when it is fitted into the wanted shape. */
const costOf = ({ w, h }: Arranged, aspect: number): number => Math.max(w / aspect, h);
/** Beneath is calmer: beside only where that makes everything clearly larger. */
const WORTH_BESIDE = 0.9;
/** Where nearly everything calls everything, layers are one long chain: so much smaller than rows that they tell nothing. */
const TOO_LONG = 3;

const areaOf = (blocks: readonly Block[], gap: number): number =>
  blocks.reduce((sum, b) => sum + (b.w + gap) * (b.h + gap), 0);
const wideFor = (blocks: readonly Block[], aspect: number, gap: number): number =>
  Math.sqrt(areaOf(blocks, gap) * aspect);

const beneath = (upper: Arranged, alone: readonly Block[], aspect: number, gap: number): Arranged => {
  const wide = Math.max(upper.w, wideFor(alone, aspect, gap), (alone[0]?.w ?? 0) * Math.min(2, alone.length) + gap);
  const lower = rows(alone, wide, upper.h === 0 ? 0 : upper.h + Math.min(gap, 34) * 1.3, Math.min(gap, 24));
  return { places: new Map([...upper.places, ...lower.places]), w: Math.max(upper.w, lower.w), h: lower.h };
};

const beside = (upper: Arranged, alone: readonly Block[], aspect: number, gap: number): Arranged => {
  const area = areaOf(alone, gap);
  const tall = Math.max(upper.h, Math.sqrt((upper.w * upper.h + area) / aspect));
  const right = rows(alone, Math.max((area / tall) * 1.1, alone[0]?.w ?? 0), 0, Math.min(gap, 24));
  const moved = [...right.places].map(([id, p]) => [id, { x: p.x + upper.w + GAP_X, y: p.y }] as const);
  return {
    places: new Map([...upper.places, ...moved]),
    w: upper.w + GAP_X + right.w,
    h: Math.max(upper.h, right.h),
  };
};

/** One namespace arranged. Deterministic in its blocks and links. O((blocks + links) · sweeps · log). */
export function arrangeGroup(blocks: readonly Block[], links: readonly Link[], aspect: number, gap: number): Arranged {
  const sorted = [...blocks].sort((a, b) => (a.id < b.id ? -1 : 1));
  const linked = new Set(links.flatMap((l) => [l.from, l.to]));
  const joined = sorted.filter((b) => linked.has(b.id));
  const alone = sorted.filter((b) => !linked.has(b.id));
  const upper = joined.length === 0 ? NOTHING : layered(joined, links, gap);
  const below = alone.length === 0 ? upper : beneath(upper, alone, aspect, gap);
  if (joined.length === 0) return below;
  const side = alone.length === 0 ? upper : beside(upper, alone, aspect, gap);
  const best = costOf(side, aspect) < costOf(below, aspect) * WORTH_BESIDE ? side : below;
  const plain = rows(sorted, wideFor(sorted, aspect, gap), 0, gap);
  return costOf(best, aspect) > costOf(plain, aspect) * TOO_LONG ? plain : best;
}
