// Graphs of moments, the last ones kept: scrubbing comes back to where it was.

import { type Graph, graphAt } from '@mosaic/topology';
import type { Level } from '@mosaic/wire';
import type { Moment } from '../asking/moments.ts';

/** Nodes and edges kept in all: a dozen maps of 15,000 objects by workload, or one by pod. */
const MOST_PARTS = 100_000;

export interface GraphWish {
  readonly level: Level;
  readonly namespace?: string | undefined;
  readonly q?: string | undefined;
}

export type Graphs = (moments: readonly Moment[], wish: GraphWish) => Graph;

export function graphs(): Graphs {
  const kept = keptGraphs();
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

/** The least recently asked for go first. One larger than all that is kept is not kept. */
function keptGraphs() {
  const kept = new Map<string, Graph>();
  let parts = 0;
  const remove = (key: string, graph: Graph): void => {
    if (kept.delete(key)) parts -= partsOf(graph);
  };
  return {
    get(key: string): Graph | undefined {
      const graph = kept.get(key);
      if (graph === undefined) return undefined;
      kept.delete(key);
      kept.set(key, graph);
      return graph;
    },
    set(key: string, graph: Graph): void {
      const known = kept.get(key);
      if (known) remove(key, known);
      kept.set(key, graph);
      parts += partsOf(graph);
      for (const [oldest, its] of kept) {
        if (parts <= MOST_PARTS) break;
        remove(oldest, its);
      }
    },
  };
}

const partsOf = ({ nodes, edges }: Graph): number => nodes.length + edges.length;
