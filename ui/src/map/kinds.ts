// Which kinds are drawn as a matter of course, which on demand.

import type { TopologyNode } from '@mosaic/wire';

const CONFIG = new Set([
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'StorageClass',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'ServiceAccount',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
]);
const SERVICES = new Set(['Service', 'EndpointSlice', 'Endpoints']);
const GROUPS = new Set(['Cluster', 'Namespace']);

export const isConfig = (kind: string): boolean => CONFIG.has(kind);
export const isService = (kind: string): boolean => SERVICES.has(kind);
/** Ends of connections that live in no cluster, or nobody knows where. */
export const isOutside = (kind: string): boolean => kind === 'External' || kind === 'Unknown';
const PASSING = new Set(['Pod', 'Container', 'Job']);
/** Comes and goes by the hour: its ghost is of interest for minutes, its place is given to the next. */
export const isPassing = (kind: string): boolean => PASSING.has(kind);
export const isGroup = (kind: string): boolean => GROUPS.has(kind);

/** The second line of a card: what tells this thing from its neighbours. */
export function subtitle(node: TopologyNode): string {
  const { kind, version, images, counts } = node;
  if (isGroup(kind)) return counts.workloads === undefined ? kind : `${counts.workloads} workloads`;
  if (kind === 'Pod') return node.node ?? node.ip ?? 'Pod';
  if (kind === 'Node') return version ?? 'Node';
  const image = images?.[0];
  if (image === undefined) return kind;
  const bare = image.split('/').at(-1)?.split(/[:@]/)[0] ?? '';
  const said = version ?? 'latest';
  return bare === '' || bare === node.name ? said : `${bare} ${said}`;
}
