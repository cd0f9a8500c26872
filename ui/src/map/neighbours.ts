// Who stands within n hops of one thing, over every edge, whichever way it leads.

interface Link {
  readonly from: string;
  readonly to: string;
}

export const MOST_HOPS = 4;

/** Ids within `hops` of `root`, the root included. O(edges + nodes). */
export function within(links: Iterable<Link>, root: string, hops: number): Set<string> {
  const near = new Map<string, string[]>();
  const add = (a: string, b: string): void => {
    const known = near.get(a);
    if (known === undefined) near.set(a, [b]);
    else known.push(b);
  };
  for (const { from, to } of links) {
    add(from, to);
    add(to, from);
  }
  const found = new Set([root]);
  let rim = [root];
  for (let hop = 0; hop < hops && rim.length > 0; hop++) {
    const next = rim.flatMap((id) => near.get(id) ?? []).filter((id) => !found.has(id));
    rim = [...new Set(next)];
    for (const id of rim) found.add(id);
  }
  return found;
}
