// One minute's edges lifted to what stands at a level. A minute is immutable, so this is done once for it.

import { type EdgeEnd, type EdgeMinute, nodeId } from '@mosaic/wire';
import { type Figures, sumOf } from './figures.ts';
import { standIn } from './lives.ts';

/** An end as a node of the level; `end` tells what it was. */
export interface LiftedEdge {
  readonly from: string;
  readonly to: string;
  readonly fromEnd: EdgeEnd;
  readonly toEnd: EdgeEnd;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  figures: Figures;
  confidence: number;
  /** Services that were called, `shop/cart`. */
  readonly via: Set<string>;
}

type Lift = (end: EdgeEnd, cluster: number) => string | undefined;

const kept = new WeakMap<readonly EdgeMinute[], Map<string, ReadonlyMap<string, LiftedEdge>>>();

/** By level: workload (and what leads up to it), or pod. */
export function lifted(
  minute: readonly EdgeMinute[],
  cluster: number,
  level: 'workload' | 'pod' | 'container',
): ReadonlyMap<string, LiftedEdge> {
  const levels = kept.get(minute) ?? new Map<string, ReadonlyMap<string, LiftedEdge>>();
  kept.set(minute, levels);
  const key = `${cluster} ${level}`;
  const known = levels.get(key) ?? lift(minute, cluster, LIFTS[level]);
  levels.set(key, known);
  return known;
}

/** Whether hosts' own calls are drawn: a kubelet's probes reach every pod, so not above the level of pods. */
const isOwnOfHost = ({ kind, workload }: EdgeEnd): boolean => kind === 'Node' && workload === undefined;

/** The unknown stay apart by their reason until they are drawn. */
const workloadLift: Lift = (end, cluster) =>
  end.kind === 'Unknown' && end.cluster === undefined
    ? nodeId(cluster, 'Unknown', '', end.because ?? 'not known')
    : end.cluster === undefined
      ? `${cluster}:${standIn(end)}`
      : standIn(end);

const podLift: Lift = (end, cluster) =>
  end.kind === 'Pod' ? nodeId(end.cluster ?? cluster, 'Pod', end.namespace, end.name) : workloadLift(end, cluster);

const containerLift: Lift = (end, cluster) => {
  const pod = podLift(end, cluster);
  return end.kind === 'Pod' && end.container !== undefined ? `${pod}/${end.container}` : pod;
};

const LIFTS = {
  workload: { from: workloadLift, to: workloadLift, hidesHosts: true },
  pod: { from: podLift, to: podLift, hidesHosts: false },
  container: { from: containerLift, to: podLift, hidesHosts: false },
} as const;

function lift(
  minute: readonly EdgeMinute[],
  cluster: number,
  { from: liftFrom, to: liftTo, hidesHosts }: (typeof LIFTS)[keyof typeof LIFTS],
): ReadonlyMap<string, LiftedEdge> {
  const edges = new Map<string, LiftedEdge>();
  const fromIds = new Map<EdgeEnd, string | undefined>();
  const toIds = new Map<EdgeEnd, string | undefined>();
  for (const edge of minute) {
    if (hidesHosts && isOwnOfHost(edge.from)) continue;
    const from = remembered(fromIds, edge.from, () => liftFrom(edge.from, cluster));
    const to = remembered(toIds, edge.to, () => liftTo(edge.to, cluster));
    if (from !== undefined && to !== undefined && from !== to) add(edges, from, to, edge);
  }
  return edges;
}

function remembered<K, V>(ids: Map<K, V>, key: K, make: () => V): V {
  const known = ids.get(key);
  if (known !== undefined) return known;
  const made = make();
  ids.set(key, made);
  return made;
}

function add(edges: Map<string, LiftedEdge>, from: string, to: string, edge: EdgeMinute): void {
  const { port, protocol, service, confidence } = edge;
  const key = `${from}~${to}~${port}/${protocol}`;
  const known = edges.get(key);
  const via = service === undefined ? undefined : `${service.namespace}/${service.name}`;
  if (known === undefined) {
    const ends = { from, to, fromEnd: edge.from, toEnd: edge.to, port, protocol };
    edges.set(key, { ...ends, figures: edge, confidence, via: new Set(via === undefined ? [] : [via]) });
    return;
  }
  known.figures = sumOf(known.figures, edge);
  known.confidence = Math.max(known.confidence, confidence);
  if (via !== undefined) known.via.add(via);
}
