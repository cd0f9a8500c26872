// Graphs of moments, the last ones kept: scrubbing comes back to where it was.

import { type Graph, graphAt } from '@mosaic/topology';
import type { Level } from '@mosaic/wire';
import { boundedMap } from '../asking/bounded-map.ts';
import type { Moment } from '../asking/moments.ts';

const MOST_GRAPHS = 24;

export interface GraphWish {
  readonly level: Level;
  readonly namespace?: string | undefined;
  readonly q?: string | undefined;
}

export type Graphs = (moments: readonly Moment[], wish: GraphWish) => Graph;

export function graphs(): Graphs {
  const kept = boundedMap<Graph>(MOST_GRAPHS);
  return (moments, { level, namespace, q }) => {
    const isKept = moments.every(({ key }) => key !== undefined);
    const key = JSON.stringify([moments.map((moment) => moment.key), level, namespace, q]);
    const known = isKept ? kept.get(key) : undefined;
    if (known !== undefined) return known;
    const graph = graphAt({
      clusters: moments,
      level,
      ...(namespace !== undefined && { namespace }),
      ...(q !== undefined && { q }),
    });
    if (isKept) kept.set(key, graph);
    return graph;
  };
}
