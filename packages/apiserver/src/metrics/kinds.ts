// The two kinds of metrics.k8s.io/v1beta1, what `kubectl top` reads: served when the source measures something.
import { kind } from '../kinds/kind.ts';
import type { ObjectSource, ResourceKind } from '../port.ts';

const READ: ResourceKind['verbs'] = ['get', 'list'];

const text = (description: string) => ({ type: 'string', description });
const USAGE = {
  type: 'object',
  description: 'What was used: cpu in cores, memory in bytes of the working set.',
  additionalProperties: { type: 'string' },
};
const measured = (what: string, properties: object) => ({
  type: 'object',
  description: what,
  properties: {
    timestamp: text('When the window ended.'),
    window: text('How long was measured.'),
    ...properties,
  },
});
const CONTAINER = { type: 'object', properties: { name: text('The name of the container.'), usage: USAGE } };

const METRICS_KINDS: readonly ResourceKind[] = [
  {
    ...kind('metrics.k8s.io/v1beta1', 'NodeMetrics', { plural: 'nodes', clusterWide: true, verbs: READ }),
    singular: '',
    schema: measured('What a node used of late.', { usage: USAGE }),
  },
  {
    ...kind('metrics.k8s.io/v1beta1', 'PodMetrics', { plural: 'pods', verbs: READ }),
    singular: '',
    schema: measured('What the containers of a pod used of late.', {
      containers: { type: 'array', description: 'One for each container that runs.', items: CONTAINER },
    }),
  },
];

export const isMetrics = ({ group }: Pick<ResourceKind, 'group'>): boolean => group === 'metrics.k8s.io';

/** The source's own kinds, and those this room makes of what it measures. */
export function servedKinds(source: Pick<ObjectSource, 'kinds' | 'usage'>): readonly ResourceKind[] {
  const own = source.kinds();
  return source.usage === undefined || own.some(isMetrics) ? own : [...own, ...METRICS_KINDS];
}
