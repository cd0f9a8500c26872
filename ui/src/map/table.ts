// The map as rows: sorted by any column.

import type { SceneNode } from './scene.ts';

export const COLUMNS = [
  'health',
  'name',
  'kind',
  'namespace',
  'cluster',
  'ready',
  'restarts',
  'version',
  'reasons',
] as const;
export type Column = (typeof COLUMNS)[number];
export interface Sort {
  readonly by: Column;
  readonly descending: boolean;
}

const RANK = { broken: 0, degraded: 1, unknown: 2, well: 3 } as const;

function keyOf(n: SceneNode, by: Column): string | number {
  const { counts } = n.node;
  switch (by) {
    case 'health':
      return n.ghost ? 4 : RANK[n.health];
    case 'name':
      return n.title;
    case 'kind':
      return n.kind;
    case 'namespace':
      return n.node.namespace;
    case 'cluster':
      return n.node.clusterName;
    case 'ready':
      return counts.wanted === 0 ? 2 : counts.ready / counts.wanted;
    case 'restarts':
      return counts.restarts;
    case 'version':
      return n.node.version ?? '';
    case 'reasons':
      return n.node.reasons[0] ?? '';
  }
}

/** Equal rows keep the order of their names. */
export function sorted(nodes: readonly SceneNode[], { by, descending }: Sort): SceneNode[] {
  const sign = descending ? -1 : 1;
  return nodes
    .map((n) => ({ n, key: keyOf(n, by) }))
    .sort((a, b) => {
      const order =
        typeof a.key === 'number' && typeof b.key === 'number'
          ? a.key - b.key
          : String(a.key).localeCompare(String(b.key), 'en', { numeric: true });
      return sign * order || a.n.title.localeCompare(b.n.title);
    })
    .map(({ n }) => n);
}
