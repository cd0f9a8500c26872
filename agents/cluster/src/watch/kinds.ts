// Which of the served resources are watched: everything that can be, once.

import type { ResourceType } from '@mosaic/kat';

export interface Watched {
  readonly objects: readonly ResourceType[];
  /** events.k8s.io/v1, else core v1; undefined where neither is served. */
  readonly events: ResourceType | undefined;
}

/** Renewed every few seconds and say nothing (Leases), or are no objects at all (metrics). */
const NOT_WATCHED_GROUPS = new Set(['metrics.k8s.io', 'custom.metrics.k8s.io', 'external.metrics.k8s.io']);
const NOT_WATCHED = new Set(['coordination.k8s.io/leases', 'coordination.k8s.io/leasecandidates']);
/** Served twice by old servers; the right-hand one is watched. */
const SAME_AS: Readonly<Record<string, string>> = {
  'extensions/ingresses': 'networking.k8s.io/ingresses',
  'project.openshift.io/projects': '/namespaces',
  'authorization.openshift.io/roles': 'rbac.authorization.k8s.io/roles',
  'authorization.openshift.io/rolebindings': 'rbac.authorization.k8s.io/rolebindings',
  'authorization.openshift.io/clusterroles': 'rbac.authorization.k8s.io/clusterroles',
  'authorization.openshift.io/clusterrolebindings': 'rbac.authorization.k8s.io/clusterrolebindings',
};

/** `apps/deployments`; of the core group `/pods`. */
export const keyOf = ({ group, resource }: Pick<ResourceType, 'group' | 'resource'>): string => `${group}/${resource}`;

export function watchedOf(types: readonly ResourceType[]): Watched {
  const served = new Set(types.map(keyOf));
  const can = types.filter(({ verbs }) => verbs.includes('list') && verbs.includes('watch'));
  const eventTypes = can.filter(({ kind, group }) => kind === 'Event' && (group === '' || group === 'events.k8s.io'));
  const events = eventTypes.find(({ group }) => group === 'events.k8s.io') ?? eventTypes[0];
  const objects = can.filter((type) => {
    if (NOT_WATCHED_GROUPS.has(type.group) || NOT_WATCHED.has(keyOf(type)) || eventTypes.includes(type)) return false;
    const other = SAME_AS[keyOf(type)];
    return other === undefined || !served.has(other);
  });
  return { objects, events };
}
