// DaemonSets: one pod on every node that tolerates it.

import { remove } from '../deleting.ts';
import { say } from '../events.ts';
import { type Controller, isLeaving, itself, type Sim } from '../sim.ts';
import type { DaemonSet, Node, Pod, Toleration } from '../types.ts';
import { ownerReference, statusBy } from '../writing.ts';
import { createPod } from './new-pod.ts';
import { hasEnded, isActive, isReady, podsOf, templateHash } from './pods.ts';
import { keepRevisions } from './revisions.ts';
import { fitsLabels, toleratesAll } from './scheduler.ts';

const REVISION = 'controller-revision-hash';

export const daemonSet: Controller = {
  reconcile: { daemonset: reconcile },
  react: {
    DaemonSet: itself('daemonset'),
    Node: (sim, { type, object, before }) => {
      if (type === 'MODIFIED' && object.spec === before?.spec && object.metadata.labels === before?.metadata.labels)
        return;
      for (const { metadata } of sim.world.all('DaemonSet'))
        sim.touch('daemonset', metadata.namespace ?? '', metadata.name);
    },
  },
};

/** A daemon's pod stays on a node that is cordoned or in trouble. */
const DAEMON_TOLERATIONS: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];

const hashOf = (set: DaemonSet): string => templateHash(set.spec.template);
const nodeOf = (pod: Pod): string => pod.spec.nodeName ?? wantedNode(pod) ?? '';

/** The node a daemon's pod is made for, from its affinity. */
export const wantedNode = ({ spec }: Pod): string | undefined => matchField(spec.affinity);

interface NodeAffinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms?: readonly {
        readonly matchFields?: readonly { readonly values?: readonly string[] }[];
      }[];
    };
  };
}
const matchField = (affinity: unknown): string | undefined =>
  (affinity as NodeAffinity | undefined)?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution // as Kubernetes writes it
    ?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values?.[0];

const affinityTo = (node: string) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
    },
  },
});

function eligible(sim: Sim, set: DaemonSet): readonly Node[] {
  const { spec } = set.spec.template;
  const tolerations = [...(spec.tolerations ?? []), ...DAEMON_TOLERATIONS];
  return [...sim.world.all('Node')].filter((node) => fitsLabels(spec, node) && toleratesAll(tolerations, node));
}

function reconcile(sim: Sim, namespace: string, name: string): void {
  const set = sim.world.get('DaemonSet', namespace, name);
  if (set === undefined || isLeaving(set)) return;
  keepRevisions(sim, set);
  const nodes = eligible(sim, set);
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  const pods = podsOf(sim, set.metadata.uid);
  for (const pod of pods) if (!isLeaving(pod) && (hasEnded(pod) || !names.has(nodeOf(pod)))) shrink(sim, set, pod);
  const held = new Set(podsOf(sim, set.metadata.uid).map(nodeOf));
  for (const node of names) if (!held.has(node)) grow(sim, set, node);
  replace(sim, set);
  tellStatus(sim, set, nodes.length);
}

function grow(sim: Sim, set: DaemonSet, node: string): void {
  const pod = createPod(sim, set.spec.template, {
    namespace: set.metadata.namespace ?? '',
    name: `${set.metadata.name}-${sim.random.suffix(5)}`,
    generateName: `${set.metadata.name}-`,
    owner: ownerReference(set),
    labels: { [REVISION]: hashOf(set), 'pod-template-generation': String(set.metadata.generation ?? 1) },
    spec: {
      affinity: affinityTo(node),
      tolerations: [...(set.spec.template.spec.tolerations ?? []), ...DAEMON_TOLERATIONS],
    },
  });
  say(sim, {
    about: set,
    reason: 'SuccessfulCreate',
    message: `Created pod: ${pod.metadata.name}`,
    from: 'daemonset-controller',
  });
}

function shrink(sim: Sim, set: DaemonSet, pod: Pod): void {
  remove(sim, pod);
  say(sim, {
    about: set,
    reason: 'SuccessfulDelete',
    message: `Deleted pod: ${pod.metadata.name}`,
    from: 'daemonset-controller',
  });
}

/** One pod of an old template at a time, when all others stand. */
function replace(sim: Sim, set: DaemonSet): void {
  const pods = podsOf(sim, set.metadata.uid);
  const isOnLostNode = (pod: Pod): boolean => sim.memory.lost[nodeOf(pod)] !== undefined;
  const old = pods.filter(
    (pod) => pod.metadata.labels?.[REVISION] !== hashOf(set) && isActive(pod) && !isOnLostNode(pod),
  );
  const unready = pods.some((pod) => !isOnLostNode(pod) && (isLeaving(pod) || !isReady(pod)) && !old.includes(pod));
  const next = old.find((pod) => !isReady(pod)) ?? old[0];
  if (next !== undefined && !unready) shrink(sim, set, next);
}

function tellStatus(sim: Sim, set: DaemonSet, desired: number): void {
  const active = podsOf(sim, set.metadata.uid).filter(isActive);
  const ready = active.filter(isReady).length;
  statusBy(sim, 'kube-controller-manager', set, {
    observedGeneration: set.metadata.generation,
    desiredNumberScheduled: desired,
    currentNumberScheduled: active.filter(({ spec }) => spec.nodeName !== undefined).length,
    numberMisscheduled: 0,
    numberReady: ready,
    ...(ready > 0 && { numberAvailable: ready }),
    ...(desired > ready && { numberUnavailable: desired - ready }),
    updatedNumberScheduled: active.filter((pod) => pod.metadata.labels?.[REVISION] === hashOf(set)).length,
  });
}
