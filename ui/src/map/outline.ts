// The map as a tree for eyes and ears that do not use the canvas: namespaces, their things, worst first.

import type { Scene, SceneNode } from './scene.ts';

export interface Branch {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly SceneNode[];
  readonly bad: number;
}

const RANK = { broken: 0, degraded: 1, unknown: 2, well: 3 } as const;
const rank = (n: SceneNode): number => (n.ghost ? 4 : RANK[n.health]);

export function outline(scene: Scene): Branch[] {
  const byGroup = Map.groupBy(scene.nodes, (n) => n.group);
  const branches = [...scene.groups.values()].map((g) => {
    const nodes = [...(byGroup.get(g.id) ?? [])].sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));
    const bad = nodes.filter((n) => n.health === 'broken' || n.health === 'degraded').length;
    return { id: g.id, title: g.title, nodes, bad };
  });
  return branches.sort((a, b) => b.bad - a.bad || a.title.localeCompare(b.title));
}

/** What is read out after its name and second line. */
export const spoken = (n: SceneNode): string => {
  const ready = n.node.counts.wanted > 0 ? `, ${n.node.counts.ready} of ${n.node.counts.wanted} ready` : '';
  const why = n.node.reasons.length > 0 ? `, ${n.node.reasons[0]}` : '';
  return `${n.kind}, ${n.ghost ? 'gone' : n.health}${n.ghost ? '' : ready}${why}`;
};
