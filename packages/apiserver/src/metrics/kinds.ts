// The two kinds of metrics.k8s.io/v1beta1, what `kubectl top` reads: served when the source measures something.
import { kind } from '../kinds/kind.ts';
import type { ObjectSource, ResourceKind } from '../port.ts';

const READ: ResourceKind['verbs'] = ['get', 'list'];

const METRICS_KINDS: readonly ResourceKind[] = [
  {
    ...kind('metrics.k8s.io/v1beta1', 'NodeMetrics', { plural: 'nodes', clusterWide: true, verbs: READ }),
    singular: '',
  },
  { ...kind('metrics.k8s.io/v1beta1', 'PodMetrics', { plural: 'pods', verbs: READ }), singular: '' },
];

export const isMetrics = ({ group }: Pick<ResourceKind, 'group'>): boolean => group === 'metrics.k8s.io';

/** The source's own kinds, and those this room makes of what it measures. */
export function servedKinds(source: Pick<ObjectSource, 'kinds' | 'usage'>): readonly ResourceKind[] {
  const own = source.kinds();
  return source.usage === undefined || own.some(isMetrics) ? own : [...own, ...METRICS_KINDS];
}
