// StatefulSets: numbered pods, made in order, replaced from the highest number down, each with its own claims.

import { remove } from '../deleting.ts';
import { say } from '../events.ts';
import { type Controller, isLeaving, itself, type Sim } from '../sim.ts';
import type { Claim, Pod, StatefulSet, Volume } from '../types.ts';
import { createBy, ownerReference, statusBy } from '../writing.ts';
import { createPod } from './new-pod.ts';
import { hasEnded, isActive, isReady, podsOf } from './pods.ts';
import { keepRevisions, revisionName } from './revisions.ts';

const REVISION = 'controller-revision-hash';

export const statefulSet: Controller = {
  reconcile: { statefulset: reconcile },
  react: { StatefulSet: itself('statefulset') },
};

const ordinalOf = ({ metadata }: Pod): number => Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));

function reconcile(sim: Sim, namespace: string, name: string): void {
  const set = sim.world.get('StatefulSet', namespace, name);
  if (set === undefined || isLeaving(set)) return;
  keepRevisions(sim, set);
  const pods = [...podsOf(sim, set.metadata.uid)].sort((a, b) => ordinalOf(a) - ordinalOf(b));
  if (fill(sim, set, pods)) replace(sim, set, pods);
  tellStatus(sim, set);
}

/** Makes what is missing and deletes what is too much, one at a time unless Parallel; true when all stand ready. */
function fill(sim: Sim, set: StatefulSet, pods: readonly Pod[]): boolean {
  const isOrdered = set.spec.podManagementPolicy !== 'Parallel';
  let isWhole = true;
  for (let ordinal = 0; ordinal < set.spec.replicas; ordinal++) {
    const pod = pods.find((one) => ordinalOf(one) === ordinal);
    if (pod === undefined) grow(sim, set, ordinal);
    else if (hasEnded(pod) && !isLeaving(pod)) remove(sim, pod);
    else if (isReady(pod) && !isLeaving(pod)) continue;
    isWhole = false;
    if (isOrdered && !canSkip(sim, set, pod)) return false;
  }
  const excess = pods.filter((pod) => ordinalOf(pod) >= set.spec.replicas).reverse();
  const next = excess[0];
  if (next === undefined) return isWhole;
  if (isWhole && !isLeaving(next)) shrink(sim, set, next);
  return false;
}

/** A broken pod of an old revision must not hold back its own repair. */
function canSkip(sim: Sim, set: StatefulSet, pod: Pod | undefined): boolean {
  if (pod === undefined || isLeaving(pod) || pod.metadata.labels?.[REVISION] === revisionName(set)) return false;
  shrink(sim, set, pod);
  return false;
}

function grow(sim: Sim, set: StatefulSet, ordinal: number): void {
  const name = `${set.metadata.name}-${ordinal}`;
  const namespace = set.metadata.namespace ?? '';
  const claims = (set.spec.volumeClaimTemplates ?? []).map((template) => claim(sim, set, template as Claim, name)); // claims by their field's type
  const pod = createPod(sim, set.spec.template, {
    namespace,
    name,
    owner: ownerReference(set),
    labels: {
      [REVISION]: revisionName(set),
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(ordinal),
    },
    spec: {
      hostname: name,
      subdomain: set.spec.serviceName,
      volumes: [...(set.spec.template.spec.volumes ?? []), ...claims],
    },
  });
  const message = `create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  say(sim, { about: set, reason: 'SuccessfulCreate', message, from: 'statefulset-controller' });
}

function claim(sim: Sim, set: StatefulSet, template: Claim, pod: string): Volume {
  const name = `${template.metadata.name}-${pod}`;
  const namespace = set.metadata.namespace ?? '';
  if (sim.world.get('PersistentVolumeClaim', namespace, name) === undefined)
    createBy(sim, 'kube-controller-manager', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, ...(set.spec.selector.matchLabels && { labels: set.spec.selector.matchLabels }) },
      spec: template.spec,
      status: { phase: 'Pending' },
    });
  return { name: template.metadata.name, persistentVolumeClaim: { claimName: name } };
}

function shrink(sim: Sim, set: StatefulSet, pod: Pod): void {
  remove(sim, pod);
  const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  say(sim, { about: set, reason: 'SuccessfulDelete', message, from: 'statefulset-controller' });
}

/** All stand: the highest pod of an old revision makes room for its successor. */
function replace(sim: Sim, set: StatefulSet, pods: readonly Pod[]): void {
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const old = pods.filter(
    (pod) => ordinalOf(pod) >= partition && pod.metadata.labels?.[REVISION] !== revisionName(set),
  );
  const last = old.at(-1);
  if (last !== undefined) shrink(sim, set, last);
}

function tellStatus(sim: Sim, set: StatefulSet): void {
  const active = podsOf(sim, set.metadata.uid).filter(isActive);
  const ready = active.filter(isReady).length;
  const update = revisionName(set);
  const updated = active.filter((pod) => pod.metadata.labels?.[REVISION] === update).length;
  const isWhole = updated === set.spec.replicas && active.length === set.spec.replicas && ready === set.spec.replicas;
  statusBy(sim, 'kube-controller-manager', set, {
    observedGeneration: set.metadata.generation,
    replicas: active.length,
    ...(ready > 0 && { readyReplicas: ready }),
    availableReplicas: ready,
    ...(updated > 0 && { updatedReplicas: updated, currentReplicas: isWhole ? updated : active.length - updated }),
    currentRevision: isWhole ? update : (set.status.currentRevision ?? update),
    updateRevision: update,
    collisionCount: 0,
  });
}
