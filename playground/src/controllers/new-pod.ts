// A pod made from a template by its controller, with what admission adds: service account token, tolerations, quality of service.

import type { ObjectMeta } from '@mosaic/apiserver';
import { firstWritten } from '../fields.ts';
import type { Sim } from '../sim.ts';
import type { Container, Draft, Labels, Pod, PodSpec, PodTemplate, Toleration } from '../types.ts';

export interface NewPod {
  readonly namespace: string;
  readonly name: string;
  readonly generateName?: string;
  readonly owner: NonNullable<ObjectMeta['ownerReferences']>[number];
  readonly labels?: Labels;
  readonly spec?: Partial<PodSpec>;
}

export function createPod(sim: Sim, template: PodTemplate, { namespace, name, owner, ...pod }: NewPod): Pod {
  const labels = pod.labels === undefined ? template.metadata?.labels : { ...template.metadata?.labels, ...pod.labels };
  const draft: Draft = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      ...(pod.generateName !== undefined && { generateName: pod.generateName }),
      ...(labels && { labels }),
      ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
      ownerReferences: [owner],
    },
    spec: pod.spec ? { ...admitted(template.spec), ...pod.spec } : admitted(template.spec),
    status: { phase: 'Pending', qosClass: qualityOf(template.spec) },
  };
  const { managedFields } = writtenOnce(draft, template, sim.world.stamp());
  return sim.world.create({
    ...draft,
    metadata: { ...draft.metadata, ...(managedFields && { managedFields }) },
  }) as Pod; // a draft of kind Pod
}

const fieldSets = new WeakMap<PodTemplate, ObjectMeta>();

/** The field set of all pods of a template is the same but for its time. */
function writtenOnce(draft: Draft, template: PodTemplate, time: string): { managedFields?: readonly unknown[] } {
  let metadata = fieldSets.get(template);
  if (metadata === undefined) {
    ({ metadata } = firstWritten(draft as unknown as Pod, 'kube-controller-manager', time)); // only what the client writes is read
    fieldSets.set(template, metadata);
  }
  const entries = metadata.managedFields as readonly object[]; // made on the lines above
  return { managedFields: entries.map((entry) => ({ ...entry, time })) };
}

const specs = new WeakMap<PodSpec, PodSpec>();

const GRACE: readonly Toleration[] = ['not-ready', 'unreachable'].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** Shared by all pods of a template. */
export function admitted(spec: PodSpec): PodSpec {
  let known = specs.get(spec);
  if (known === undefined) {
    const keys = new Set(
      (spec.tolerations ?? []).map(({ key, operator }) => (key === undefined && operator === 'Exists' ? '*' : key)),
    );
    const added = keys.has('*') ? [] : GRACE.filter(({ key }) => !keys.has(key));
    known = {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'default',
      schedulerName: 'default-scheduler',
      securityContext: {},
      enableServiceLinks: true,
      priority: 0,
      ...spec,
      tolerations: [...(spec.tolerations ?? []), ...added],
    };
    specs.set(spec, known);
  }
  return known;
}

export function qualityOf({ containers }: PodSpec): string {
  const has = (of: Container, what: 'requests' | 'limits', resource: string): boolean =>
    of.resources?.[what]?.[resource] !== undefined;
  const isGuaranteed = containers.every(
    (one) =>
      ['cpu', 'memory'].every((resource) => has(one, 'limits', resource)) &&
      ['cpu', 'memory'].every(
        (resource) =>
          (one.resources?.requests?.[resource] ?? one.resources?.limits?.[resource]) ===
          one.resources?.limits?.[resource],
      ),
  );
  if (isGuaranteed) return 'Guaranteed';
  return containers.some(({ resources }) => resources?.requests ?? resources?.limits) ? 'Burstable' : 'BestEffort';
}
