// Who stands left of whom: layers by the longest path from the sources, cycles broken in a fixed order (Sugiyama's first step).

import type { Link } from './types.ts';

/** Links without those that would close a cycle, walked in order of id so that the same graph is cut the same way. */
export function withoutCycles(ids: readonly string[], links: readonly Link[]): Link[] {
  const out = Map.groupBy(links, (l) => l.from);
  const state = new Map<string, 'open' | 'done'>();
  const kept: Link[] = [];
  for (const root of ids) {
    if (state.has(root)) continue;
    const stack: { id: string; next: number }[] = [{ id: root, next: 0 }];
    state.set(root, 'open');
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { id: string; next: number }; // the stack is not empty
      const link = out.get(top.id)?.[top.next++];
      if (link === undefined) {
        state.set(top.id, 'done');
        stack.pop();
      } else if (state.get(link.to) !== 'open') {
        kept.push(link);
        if (!state.has(link.to)) {
          state.set(link.to, 'open');
          stack.push({ id: link.to, next: 0 });
        }
      }
    }
  }
  return kept;
}

/** Layer of each id, 0 is leftmost. Sources are drawn up to their nearest target. */
export function ranks(ids: readonly string[], acyclic: readonly Link[]): Map<string, number> {
  const into = Map.groupBy(acyclic, (l) => l.to);
  const out = Map.groupBy(acyclic, (l) => l.from);
  const waiting = new Map(ids.map((id) => [id, into.get(id)?.length ?? 0]));
  const rank = new Map(ids.map((id) => [id, 0]));
  const ready = ids.filter((id) => waiting.get(id) === 0);
  for (let i = 0; i < ready.length; i++) {
    const id = ready[i] as string; // i is inside
    for (const { to } of out.get(id) ?? []) {
      rank.set(to, Math.max(rank.get(to) ?? 0, (rank.get(id) ?? 0) + 1));
      const left = (waiting.get(to) ?? 1) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  for (const id of [...ready].reverse()) {
    if ((into.get(id)?.length ?? 0) > 0) continue;
    const nearest = Math.min(...(out.get(id) ?? []).map((l) => rank.get(l.to) ?? 0));
    if (Number.isFinite(nearest)) rank.set(id, Math.max(0, nearest - 1));
  }
  return rank;
}
