// The map as a tree for eyes and ears that do not use the canvas: namespaces, their things, worst first.

import type { Scene, SceneGroup, SceneNode } from './scene.ts';

export interface Branch {
  readonly id: string;
  readonly title: string;
  /** Worst first; put in order when it is first asked for, which is when the branch is open. */
  readonly nodes: readonly SceneNode[];
  readonly count: number;
  readonly bad: number;
}

const RANK = { broken: 0, degraded: 1, unknown: 2, well: 3 } as const;
const rank = (n: SceneNode): number => (n.ghost ? 4 : RANK[n.health]);

const byName = new Intl.Collator();
const worstFirst = (a: SceneNode, b: SceneNode): number => rank(a) - rank(b) || byName.compare(a.title, b.title);

/** O(nodes), and sorting for what is open. */
export function outline(scene: Scene): Branch[] {
  const byGroup = Map.groupBy(scene.nodes, (n) => n.group);
  const branches = [...scene.groups.values()].map((g) => branch(g, byGroup.get(g.id) ?? []));
  return branches.sort((a, b) => b.bad - a.bad || byName.compare(a.title, b.title));
}

function branch({ id, title }: SceneGroup, members: readonly SceneNode[]): Branch {
  let sorted: readonly SceneNode[] | undefined;
  return {
    id,
    title,
    get nodes() {
      sorted ??= members.toSorted(worstFirst);
      return sorted;
    },
    count: members.length,
    bad: members.filter((n) => n.health === 'broken' || n.health === 'degraded').length,
  };
}

/** What is read out after its name and second line. */
export const spoken = (n: SceneNode): string => {
  const ready = n.node.counts.wanted > 0 ? `, ${n.node.counts.ready} of ${n.node.counts.wanted} ready` : '';
  const why = n.node.reasons.length > 0 ? `, ${n.node.reasons[0]}` : '';
  return `${n.kind}, ${n.ghost ? 'gone' : n.health}${n.ghost ? '' : ready}${why}`;
};
