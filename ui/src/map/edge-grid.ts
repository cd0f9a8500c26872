// Which edges pass near a place: the paper in squares, each with the edges whose curve comes through it.

import type { DrawnEdge } from './draw/picture.ts';

export interface EdgeGrid {
  /** Edges that may pass within `reach`; others of the same squares are among them. */
  around(x: number, y: number, reach: number): ReadonlySet<DrawnEdge>;
}

const SQUARE = 320;
/** Samples lie closer together than a square is wide. */
const SAMPLE_PX = SQUARE * 0.7;

const keyOf = (column: number, row: number): number => column * 0x40_0000 + row;

/** A place on an edge's curve, 0 at its beginning and 1 at its end. */
export function pointOn(e: DrawnEdge, t: number): readonly [x: number, y: number] {
  const u = 1 - t;
  const [cx1, cy1] = e.vertical ? [e.x1, e.y1 + e.bend] : [e.x1 + e.bend, e.y1];
  const [cx2, cy2] = e.vertical ? [e.x2, e.y2 - e.bend] : [e.x2 - e.bend, e.y2];
  const [a, b, c, d] = [u ** 3, 3 * u * u * t, 3 * u * t * t, t ** 3];
  return [a * e.x1 + b * cx1 + c * cx2 + d * e.x2, a * e.y1 + b * cy1 + c * cy2 + d * e.y2];
}

/** O(edges and their length). */
export function edgeGrid(edges: readonly DrawnEdge[]): EdgeGrid {
  const squares = new Map<number, DrawnEdge[]>();
  for (const e of edges) {
    // the curve never turns back, so that it is not longer than both its sides together
    const steps = Math.ceil((Math.abs(e.x2 - e.x1) + Math.abs(e.y2 - e.y1)) / SAMPLE_PX) * 1.5 + 1;
    for (let i = 0; i <= steps; i++) {
      const [x, y] = pointOn(e, i / steps);
      const key = keyOf(Math.floor(x / SQUARE), Math.floor(y / SQUARE));
      const square = squares.get(key);
      if (square === undefined) squares.set(key, [e]);
      else if (square.at(-1) !== e) square.push(e);
    }
  }
  return {
    around(x, y, reach) {
      const found = new Set<DrawnEdge>();
      // a curve may cut the corner of a square between two samples: one square further is looked at too
      const wide = reach + SQUARE * 0.5;
      for (let column = Math.floor((x - wide) / SQUARE); column <= Math.floor((x + wide) / SQUARE); column++) {
        for (let row = Math.floor((y - wide) / SQUARE); row <= Math.floor((y + wide) / SQUARE); row++) {
          for (const e of squares.get(keyOf(column, row)) ?? []) found.add(e);
        }
      }
      return found;
    },
  };
}
