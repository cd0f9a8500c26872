// Ends that are no objects of the cluster: externals, the unknown, hosts, and other clusters' things. Nodes of their own, grouped where they are many.

import { type EdgeEnd, nodeId, parseNodeId, type TopologyNode } from '@mosaic/wire';
import type { ClusterObjects } from '../scene.ts';
import { clusterNodeId, namespaceId } from '../workload.ts';
import { OTHERS } from './bounded-ends.ts';

/** So many externals of one namespace stand by themselves; of more first the bare addresses, then the names of one domain, then all are one. */
export const MOST_EXTERNALS = 12;
const MOST_REASONS = 5;
/** Nodes that are made here: no object of a namespace. */
export const isOuter = ({ kind, uid, namespace }: TopologyNode): boolean =>
  uid === undefined && (kind === 'External' || kind === 'Unknown' || (kind === 'Node' && namespace === ''));

const NOTHING = { pods: 0, ready: 0, wanted: 0, restarts: 0 };

export interface Outside {
  /** The node an end outside stands in; `inner`: the namespace of the end inside. */
  standsIn(id: string, end: EdgeEnd, inner: string): string;
  /** Of all that were asked for. */
  nodes(): TopologyNode[];
}

/** `pairs`: every external with the namespace that it is seen from. */
export function outside(
  cluster: ClusterObjects,
  names: ReadonlyMap<number, string>,
  pairs: Iterable<{ readonly end: EdgeEnd; readonly inner: string }>,
): Outside {
  const seenFrom = new Map<string, Set<string>>();
  for (const { end, inner } of pairs) {
    if (end.kind !== 'External' || end.cluster !== undefined) continue;
    const names = seenFrom.get(inner) ?? new Set<string>();
    seenFrom.set(inner, names.add(end.name));
  }
  const groupings = new Map([...seenFrom].map(([inner, names]) => [inner, groupingOf(names)]));
  const members = new Map<string, { readonly end: EdgeEnd; readonly all: Map<string, Set<string>> }>();
  const note = (id: string, end: EdgeEnd): string => {
    const group = members.get(id) ?? { end, all: new Map<string, Set<string>>() };
    members.set(id, group);
    const because =
      end.kind === 'Unknown' ? (end.because ?? 'not known') : end.kind === 'Pod' ? (end.because ?? '') : '';
    group.all.set(because, (group.all.get(because) ?? new Set<string>()).add(end.name));
    return id;
  };
  return {
    standsIn(id, end, inner) {
      if (end.kind === 'Unknown' && end.cluster === undefined)
        return note(nodeId(cluster.id, 'Unknown', '', 'unknown'), end);
      if (end.kind !== 'External' || end.cluster !== undefined) return note(id, end);
      return note(nodeId(cluster.id, 'External', '', groupings.get(inner)?.(end.name) ?? end.name), end);
    },
    nodes: () => [...members].map(([id, { end, all }]) => nodeOf(cluster, names, id, end, all)),
  };
}

export const ADDRESSES = 'addresses outside';
export const NAMES = 'names outside';
export const isBare = (name: string): boolean => name === OTHERS || name.includes(':') || /^[\d.]+$/.test(name);

function groupingOf(names: ReadonlySet<string>): (name: string) => string {
  if (names.size <= MOST_EXTERNALS) return (name) => (name === OTHERS ? ADDRESSES : name);
  const named = [...names].filter((name) => !isBare(name));
  const domains = new Set(named.map(domainOf));
  return (name) => {
    if (isBare(name)) return ADDRESSES;
    if (named.length < MOST_EXTERNALS) return name;
    return domains.size < MOST_EXTERNALS ? `*.${domainOf(name)}` : NAMES;
  };
}

export const domainOf = (name: string): string => name.split('.').slice(-2).join('.');

function nodeOf(
  cluster: ClusterObjects,
  names: ReadonlyMap<number, string>,
  id: string,
  end: EdgeEnd,
  all: ReadonlyMap<string, ReadonlySet<string>>,
): TopologyNode {
  const named = parseNodeId(id) ?? { cluster: cluster.id, kind: end.kind, namespace: '', name: end.name };
  const isElsewhere = named.cluster !== cluster.id;
  return {
    id,
    ...{ kind: named.kind, name: named.name, namespace: named.namespace, cluster: named.cluster },
    clusterName: names.get(named.cluster) ?? `cluster ${named.cluster}`,
    ...(!isElsewhere && {
      parent: named.namespace === '' ? clusterNodeId(cluster) : namespaceId(cluster.id, named.namespace),
    }),
    health: end.kind === 'External' && !isElsewhere ? 'well' : 'unknown',
    reasons: reasonsOf(named.name, isElsewhere, all),
    counts: NOTHING,
  };
}

function reasonsOf(name: string, isElsewhere: boolean, all: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  if (isElsewhere) return ['in another cluster'];
  const told = [...all].flatMap(([because, names]) => {
    if (because === '' && names.size === 1 && names.has(name)) return [];
    const some = [...names].sort();
    const few = some.length > 3 ? `${some.slice(0, 3).join(', ')} and ${some.length - 3} more` : some.join(', ');
    return [{ text: because === '' ? few : `${because}: ${few}`, count: names.size }];
  });
  return told
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
    .slice(0, MOST_REASONS)
    .map(({ text }) => text);
}
