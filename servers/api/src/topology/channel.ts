// The live graph of one question: steps, numbered, the last ones kept so that a page that lost its line takes up where it was.

import { deltaOf, type Graph } from '@mosaic/topology';
import type { TopologyDelta } from '@mosaic/wire';

export interface Step {
  readonly n: number;
  readonly at: number;
  readonly delta: TopologyDelta;
}

const MOST_STEPS = 200;
const MOST_ELEMENTS = 50_000;

export interface Channel {
  readonly last: number;
  /** Compares with the graph before; undefined when nothing differs. */
  move(graph: Graph, at: number): Step | undefined;
  /** Steps after `n`; undefined when they are no longer all here. */
  after(n: number): readonly Step[] | undefined;
  /** Steps since an instant. */
  since(at: number): readonly Step[];
}

export function channel(first: Graph): Channel {
  let graph = first;
  let last = 0;
  const steps: Step[] = [];
  let elements = 0;
  const weight = ({ delta: { upserted, removed } }: Step): number =>
    upserted.nodes.length + upserted.edges.length + removed.nodes.length + removed.edges.length;
  return {
    get last() {
      return last;
    },
    move(next, at) {
      const delta = deltaOf(graph, next, new Date(at).toISOString());
      graph = next;
      if (delta === undefined) return undefined;
      const step = { n: ++last, at, delta };
      steps.push(step);
      elements += weight(step);
      while (steps.length > MOST_STEPS || (elements > MOST_ELEMENTS && steps.length > 1)) {
        const oldest = steps.shift();
        if (oldest) elements -= weight(oldest);
      }
      return step;
    },
    after(n) {
      const oldest = steps[0]?.n ?? last + 1;
      return n > last || n < oldest - 1 ? undefined : steps.filter((step) => step.n > n);
    },
    since: (at) => steps.filter((step) => step.at >= at),
  };
}
