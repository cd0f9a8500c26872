// When edges were there: between workloads, or what stands for them.

import { type EdgeEnd, type EdgeLife, type EdgeMinute, MINUTE_MS, nodeId } from '@mosaic/wire';

/** `Deployment:shop:cart`, `External::pay.example.com`; of another cluster with its id in front. Unknown ends are one. */
export function standIn(end: EdgeEnd): string {
  const name = nameOf(end);
  return end.cluster === undefined ? name.slice(name.indexOf(':') + 1) : name;
}

function nameOf({ kind, cluster = 0, namespace, name, workload }: EdgeEnd): string {
  if (kind === 'Unknown') return nodeId(cluster, 'Unknown', '', 'unknown');
  if (workload === undefined) return nodeId(cluster, kind, namespace, name);
  const slash = workload.indexOf('/');
  return nodeId(cluster, workload.slice(0, slash), namespace, workload.slice(slash + 1));
}

/** Of one minute's edges, each pair and door once. */
export function livesOf(edges: readonly EdgeMinute[]): EdgeLife[] {
  const lives = new Map<string, EdgeLife>();
  for (const { minute, from, to, port, protocol } of edges) {
    const ends = { from: standIn(from), to: standIn(to), port, protocol };
    lives.set(`${ends.from}\n${ends.to}\n${port}/${protocol}`, {
      ...ends,
      firstAt: minute,
      lastAt: minute + MINUTE_MS - 1,
    });
  }
  return [...lives.values()];
}
