// The graph as it is at the looked-at instant, and everything seen in the visible time: the union that positions are computed over, and the gone.

import type { TopologyAnswer, TopologyDelta, TopologyEdge, TopologyNode } from '@mosaic/wire';

interface Sighting {
  node: TopologyNode;
  /** Newest instant at which it was seen living, epoch ms. */
  at: number;
}
export interface Seen extends Readonly<Sighting> {
  /** When it is known to have gone. */
  readonly goneAt: number | undefined;
}

/** Beyond this many remembered things the longest unseen are forgotten, so that a day of pod churn does not fill the page's memory. */
const MOST_REMEMBERED = 4000;

/** Only what differs is written: of thousands of things a step of the playhead changes a few, and a map made anew is garbage soon after. */
function turnInto<T extends { readonly id: string }>(held: Map<string, T>, things: readonly T[]): void {
  for (const one of things) if (held.get(one.id) !== one) held.set(one.id, one);
  if (held.size === things.length) return;
  const there = new Set(things.map(({ id }) => id));
  for (const id of held.keys()) if (!there.has(id)) held.delete(id);
}

export class Graph {
  readonly nodes = new Map<string, TopologyNode>();
  readonly edges = new Map<string, TopologyEdge>();
  readonly seen = new Map<string, Sighting>();
  /** Every known going of an id, ascending. */
  readonly #goings = new Map<string, readonly number[]>();
  readonly seenEdges = new Map<string, TopologyEdge>();

  replace(answer: TopologyAnswer): void {
    const at = Date.parse(answer.at);
    turnInto(this.nodes, answer.nodes);
    turnInto(this.edges, answer.edges);
    for (const node of answer.nodes) this.#see(node, at);
    for (const edge of answer.edges) if (this.seenEdges.get(edge.id) !== edge) this.seenEdges.set(edge.id, edge);
    this.#forget();
  }

  patch(delta: TopologyDelta): void {
    const at = Date.parse(delta.at);
    for (const node of delta.upserted.nodes) {
      this.nodes.set(node.id, node);
      this.#see(node, at);
    }
    for (const edge of delta.upserted.edges) {
      this.edges.set(edge.id, edge);
      this.seenEdges.set(edge.id, edge);
    }
    for (const id of delta.removed.nodes) this.#remove(id, at);
    for (const id of delta.removed.edges) this.edges.delete(id);
    this.#forget();
  }

  /** Things that lived earlier and are not living now, from a diff. */
  remember(gone: readonly TopologyNode[], at: number): void {
    for (const node of gone) if (!this.seen.has(node.id)) this.seen.set(node.id, { node, at });
  }

  /** Marks when things went, from the timeline. */
  wentAt(id: string, at: number): void {
    const known = this.#goings.get(id) ?? [];
    if (!known.includes(at)) this.#goings.set(id, [...known, at].sort((a, b) => a - b).slice(-8));
  }

  /** The newest going at or before an instant. */
  goneAt(id: string, at: number): number | undefined {
    return this.#goings.get(id)?.findLast((t) => t <= at);
  }

  /** What lived before `at` (not before `since`) and does not live now. */
  gone(at: number, since: number): Seen[] {
    const ghosts: Seen[] = [];
    for (const seen of this.seen.values()) {
      if (this.nodes.has(seen.node.id)) continue;
      // it lived on beyond `at`: what is drawn is not yet the answer for that instant
      if (this.#goings.get(seen.node.id)?.some((t) => t > seen.at && t > at)) continue;
      const goneAt = this.goneAt(seen.node.id, at);
      const last = goneAt ?? seen.at;
      if (last <= at && last >= since) ghosts.push({ ...seen, goneAt });
    }
    return ghosts;
  }

  clear(): void {
    this.nodes.clear();
    this.edges.clear();
    this.seen.clear();
    this.#goings.clear();
    this.seenEdges.clear();
  }

  #see(node: TopologyNode, at: number): void {
    const known = this.seen.get(node.id);
    if (known === undefined) this.seen.set(node.id, { node, at });
    else {
      known.node = node;
      known.at = Math.max(at, known.at);
    }
  }

  #remove(id: string, at: number): void {
    this.nodes.delete(id);
    this.wentAt(id, at);
  }

  #forget(): void {
    const spare = this.seen.size - Math.max(MOST_REMEMBERED, this.nodes.size + 1000);
    if (spare <= 0) return;
    const oldest = [...this.seen.values()].filter((s) => !this.nodes.has(s.node.id)).sort((a, b) => a.at - b.at);
    for (const { node } of oldest.slice(0, spare)) this.seen.delete(node.id);
    for (const [id, e] of this.seenEdges) if (!this.seen.has(e.from) || !this.seen.has(e.to)) this.seenEdges.delete(id);
  }
}
