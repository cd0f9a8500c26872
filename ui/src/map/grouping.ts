// Which labels are worth grouping by: on many things, of several values, but not another for each.

import type { TopologyNode } from '@mosaic/wire';

const MOST = 8;
const LEAST_SHARE = 0.25;

interface Spread {
  count: number;
  readonly values: Set<string>;
}

/** Label keys, the most widespread first; O(labels). */
export function groupingLabels(nodes: readonly TopologyNode[]): string[] {
  const found = new Map<string, Spread>();
  for (const { labels = {} } of nodes) {
    for (const [key, value] of Object.entries(labels)) {
      const one = found.get(key) ?? { count: 0, values: new Set() };
      one.count++;
      one.values.add(value);
      found.set(key, one);
    }
  }
  const isTelling = ({ count, values }: Spread): boolean =>
    count >= nodes.length * LEAST_SHARE && values.size > 1 && values.size <= count / 2;
  return [...found]
    .filter(([, one]) => isTelling(one))
    .sort(([a, x], [b, y]) => y.count - x.count || a.localeCompare(b))
    .slice(0, MOST)
    .map(([key]) => key);
}
