// Which minutes an instant's map draws its connections from, and several minutes' edges as one.

import { type EdgeMinute, MINUTE_MS } from '@mosaic/wire';
import { type Figures, sumOf } from './figures.ts';
import type { LiftedEdge } from './lifted.ts';

/** Long enough that a call made once a minute does not flicker, short enough that the map shows its instant and not the past. */
export const EDGE_WINDOW_MS = 5 * MINUTE_MS;

/** As `edges.between` of the store answers. */
export interface MinuteOfEdges {
  readonly minute: number;
  readonly edges: readonly EdgeMinute[];
}

/** What to ask the store for, so that no minute reaches past `at`: the last five whole ones before it. */
export function edgeSpan(at: number): { readonly from: number; readonly to: number } {
  const end = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  return { from: end - EDGE_WINDOW_MS, to: end - MINUTE_MS };
}

export interface WindowEdge extends LiftedEdge {
  /** Sums over the window. */
  readonly figures: Figures;
}

/** `seconds`: how much of the window is told of; rates are over that. */
export function overWindow(
  minutes: readonly MinuteOfEdges[],
  lift: (edges: readonly EdgeMinute[]) => ReadonlyMap<string, LiftedEdge>,
): { readonly edges: ReadonlyMap<string, WindowEdge>; readonly seconds: number } {
  const edges = new Map<string, WindowEdge>();
  for (const { edges: minute } of minutes)
    for (const [key, edge] of lift(minute)) {
      const known = edges.get(key);
      edges.set(key, known === undefined ? edge : both(known, edge));
    }
  const at = minutes.map(({ minute }) => minute);
  const seconds = at.length === 0 ? 60 : (Math.max(...at) - Math.min(...at) + MINUTE_MS) / 1000;
  return { edges, seconds };
}

const both = (a: WindowEdge, b: LiftedEdge): WindowEdge => ({
  ...a,
  figures: sumOf(a.figures, b.figures),
  confidence: Math.max(a.confidence, b.confidence),
  via: b.via.size === 0 ? a.via : new Set([...a.via, ...b.via]),
});
