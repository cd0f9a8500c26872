// The edges on the map as rows: names instead of ids, sorted by any column.

import type { TopologyEdge } from '@mosaic/wire';
import { sayBytes } from '../panel/metrics/amounts.ts';
import type { Scene } from './scene.ts';

export const EDGE_COLUMNS = ['from', 'relation', 'to', 'port', 'rate', 'failed', 'bytes'] as const;
export type EdgeColumn = (typeof EDGE_COLUMNS)[number];
export interface EdgeSort {
  readonly by: EdgeColumn;
  readonly descending: boolean;
}
export interface EdgeRow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly volume: string;
  readonly edge: TopologyEdge;
}

export function edgeRows(scene: Scene): EdgeRow[] {
  const names = new Map([...scene.frames, ...scene.nodes].map((n) => [n.id, n.title]));
  return scene.edges.map(({ id, from, to, edge }) => ({
    id,
    from: names.get(from) ?? from,
    to: names.get(to) ?? to,
    volume: edge.bytes === undefined || edge.bytes === 0 ? '' : `${sayBytes(edge.bytes)}/s`,
    edge,
  }));
}

const keyOf = ({ from, to, edge }: EdgeRow, by: EdgeColumn): string | number =>
  ({
    from,
    relation: edge.relation,
    to,
    port: edge.port ?? 0,
    rate: edge.rate ?? -1,
    failed: edge.failed ?? -1,
    bytes: edge.bytes ?? -1,
  })[by];

/** Equal rows keep the order of their names. */
export function sortedEdges(rows: readonly EdgeRow[], { by, descending }: EdgeSort): EdgeRow[] {
  const sign = descending ? -1 : 1;
  const order = (a: string | number, b: string | number): number =>
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).localeCompare(String(b), 'en', { numeric: true });
  return [...rows].sort(
    (a, b) => sign * order(keyOf(a, by), keyOf(b, by)) || a.from.localeCompare(b.from) || a.to.localeCompare(b.to),
  );
}
