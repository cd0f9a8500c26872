// Two instants on one picture: what a comparison marks, and what lives at the other instant only and is drawn beside what lives at this one.

import type { TopologyDiffAnswer, TopologyEdge, TopologyNode } from '@mosaic/wire';

export type Change = 'added' | 'removed' | 'changed';

export interface Compared {
  readonly nodes: ReadonlyMap<string, Change>;
  readonly edges: ReadonlyMap<string, Change>;
  /** Living at the other instant only. */
  readonly absent: readonly TopologyNode[];
  readonly absentEdges: readonly TopologyEdge[];
}

/** An address nobody is named for: what is said of it is different at every moment. */
const isNamed = ({ kind }: TopologyNode): boolean => kind !== 'Unknown';
const isNamedEnd = (id: string): boolean => !/^\d+:Unknown:/.test(id);

/** The difference without what tells nothing. */
export function telling(diff: TopologyDiffAnswer): TopologyDiffAnswer {
  const { nodes, edges } = diff;
  const ofNamed = ({ from, to }: TopologyEdge): boolean => isNamedEnd(from) && isNamedEnd(to);
  return {
    ...diff,
    nodes: {
      added: nodes.added.filter(isNamed),
      removed: nodes.removed.filter(isNamed),
      changed: nodes.changed.filter(({ before, after }) => isNamed(after) || before.health !== after.health),
    },
    edges: { ...edges, added: edges.added.filter(ofNamed), removed: edges.removed.filter(ofNamed) },
  };
}

const marked = (all: readonly { readonly id: string }[], as: Change) => all.map(({ id }) => [id, as] as const);

/** `drawn`: which of the two instants the map shows. */
export function comparedOf({ nodes, edges }: TopologyDiffAnswer, drawn: 'earlier' | 'later'): Compared {
  const changed = nodes.changed.map(({ after }) => after);
  return {
    nodes: new Map([
      ...marked(changed, 'changed'),
      ...marked(nodes.removed, 'removed'),
      ...marked(nodes.added, 'added'),
    ]),
    edges: new Map([...marked(edges.removed, 'removed'), ...marked(edges.added, 'added')]),
    absent: drawn === 'later' ? nodes.removed : nodes.added,
    absentEdges: drawn === 'later' ? edges.removed : edges.added,
  };
}
