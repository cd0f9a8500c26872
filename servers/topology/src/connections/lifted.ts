// One minute's edges lifted to what stands at a level. A minute is immutable, so this is done once for it.

import { type EdgeEnd, type EdgeMinute, nodeId } from '@mosaic/wire';
import { type Figures, joined } from './figures.ts';
import { standIn } from './lives.ts';

/** An end as a node of the level; `end` tells what it was. */
export interface LiftedEdge {
  readonly from: string;
  readonly to: string;
  readonly fromEnd: EdgeEnd;
  readonly toEnd: EdgeEnd;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly figures: Figures;
  confidence: number;
  /** Services that were called, `shop/cart`. */
  readonly via: Set<string>;
}

type Lift = (end: EdgeEnd, cluster: number) => string;

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
  const byPlaces = new Map<number, LiftedEdge[]>();
  const froms = places((end) => liftFrom(end, cluster));
  const tos = places((end) => liftTo(end, cluster));
  for (const edge of minute) {
    if (hidesHosts && isOwnOfHost(edge.from)) continue;
    const from = froms(edge.from);
    const to = tos(edge.to);
    if (from.id === to.id) continue;
    const place = from.place * MOST_PLACES + to.place;
    const doors = byPlaces.get(place);
    const known = doors?.find(({ port, protocol }) => port === edge.port && protocol === edge.protocol);
    if (known !== undefined) {
      add(known, edge);
      continue;
    }
    const first = begun(from.id, to.id, edge);
    edges.set(`${first.from}~${first.to}~${first.port}/${first.protocol}`, first);
    if (doors) doors.push(first);
    else byPlaces.set(place, [first]);
  }
  return edges;
}

interface Place {
  readonly id: string;
  readonly place: number;
}

/** More nodes than a map will ever have; two places make one number. */
const MOST_PLACES = 2 ** 26;

/** Nodes by number: ends are shared between the edges of a minute, so a node's name is made and compared once for each. */
function places(lift: (end: EdgeEnd) => string): (end: EdgeEnd) => Place {
  const byEnd = new Map<EdgeEnd, Place>();
  const byId = new Map<string, Place>();
  return (end) => {
    const known = byEnd.get(end);
    if (known !== undefined) return known;
    const id = lift(end);
    const place = byId.get(id) ?? { id, place: byId.size };
    byId.set(id, place);
    byEnd.set(end, place);
    return place;
  };
}

function begun(from: string, to: string, edge: EdgeMinute): LiftedEdge {
  const { port, protocol, confidence } = edge;
  const { open, opened, closed, failed, bytesOut, bytesIn, retransmits, requests } = edge;
  const figures = { open, opened, closed, failed, bytesOut, bytesIn, retransmits, requests } as MutableFigures; // absent ones are undefined
  const via = new Set<string>();
  const lifted = { from, to, fromEnd: edge.from, toEnd: edge.to, port, protocol, figures, confidence, via };
  noteService(lifted, edge);
  return lifted;
}

type MutableFigures = { -readonly [K in keyof Figures]: Figures[K] };

/** In place: ten thousand edges a minute come down to a fifth. */
function add(into: LiftedEdge, edge: EdgeMinute): void {
  const sum: MutableFigures = into.figures;
  sum.open += edge.open;
  sum.opened += edge.opened;
  sum.closed += edge.closed;
  sum.failed += edge.failed;
  if (edge.bytesOut !== undefined) sum.bytesOut = (sum.bytesOut ?? 0) + edge.bytesOut;
  if (edge.bytesIn !== undefined) sum.bytesIn = (sum.bytesIn ?? 0) + edge.bytesIn;
  if (edge.retransmits !== undefined) sum.retransmits = (sum.retransmits ?? 0) + edge.retransmits;
  if (edge.requests !== undefined) sum.requests = sum.requests ? joined(sum.requests, edge.requests) : edge.requests;
  into.confidence = Math.max(into.confidence, edge.confidence);
  noteService(into, edge);
}

function noteService({ via }: LiftedEdge, { service }: EdgeMinute): void {
  if (service !== undefined) via.add(`${service.namespace}/${service.name}`);
}
