// Deployments: one ReplicaSet per template, grown and shrunk within maxSurge and maxUnavailable.

import { say } from '../events.ts';
import { type Controller, isLeaving, itself, type Sim, textOf } from '../sim.ts';
import type { Deployment, ReplicaSet } from '../types.ts';
import { createBy, ownerReference, updateBy, withMeta } from '../writing.ts';
import { tellDeployment } from './deployment-status.ts';
import { isReady, podsOf, share, templateHash } from './pods.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';

export const deployment: Controller = {
  reconcile: { deployment: reconcile },
  handle: {
    'deployment-deadline': (sim, about) => sim.touch('deployment', textOf(about, 'namespace'), textOf(about, 'name')),
  },
  react: {
    Deployment: itself('deployment'),
    ReplicaSet: (sim, { object }) => {
      const owner = object.metadata.ownerReferences?.[0];
      if (owner?.kind === 'Deployment') sim.touch('deployment', object.metadata.namespace ?? '', owner.name);
    },
  },
};

function reconcile(sim: Sim, namespace: string, name: string): void {
  const found = sim.world.get('Deployment', namespace, name);
  if (found === undefined || isLeaving(found)) return;
  const current = currentSet(sim, found);
  const whole = sim.world.get('Deployment', namespace, name) ?? found;
  if (current !== undefined && !whole.spec.paused) roll(sim, whole, current);
  if (whole.spec.paused && current !== undefined && setsOf(sim, whole).length === 1)
    scale(sim, whole, current, whole.spec.replicas);
  forget(sim, whole);
  tellDeployment(
    sim,
    whole,
    current && sim.world.get('ReplicaSet', namespace, current.metadata.name),
    setsOf(sim, whole),
  );
}

export const setsOf = (sim: Sim, { metadata }: Deployment): readonly ReplicaSet[] =>
  sim.world.ownedBy(metadata.uid).filter((one): one is ReplicaSet => one.kind === 'ReplicaSet' && !isLeaving(one));

const revisionOf = (object: { metadata: { annotations?: Readonly<Record<string, string>> } }): number =>
  Number(object.metadata.annotations?.[REVISION] ?? 0);

/** The set of today's template, made when there is none; an older one comes back under a new revision. */
function currentSet(sim: Sim, dep: Deployment): ReplicaSet | undefined {
  const sets = setsOf(sim, dep);
  const hash = templateHash(dep.spec.template);
  const known = sets.find(({ metadata }) => metadata.labels?.[HASH] === hash);
  if (known === undefined && dep.spec.paused) return undefined;
  const newest = Math.max(0, ...sets.filter((set) => set !== known).map(revisionOf));
  if (known === undefined) {
    setRevision(sim, dep, newest + 1);
    return newSet(sim, dep, hash, newest + 1);
  }
  const revision = revisionOf(known) > newest ? revisionOf(known) : newest + 1;
  setRevision(sim, dep, revision);
  if (revision === revisionOf(known)) return known;
  const annotations = { ...known.metadata.annotations, [REVISION]: String(revision) };
  return updateBy(sim, 'kube-controller-manager', known, withMeta(known, { annotations }));
}

function setRevision(sim: Sim, dep: Deployment, revision: number): void {
  if (revisionOf(dep) === revision) return;
  const annotations = { ...dep.metadata.annotations, [REVISION]: String(revision) };
  updateBy(sim, 'kube-controller-manager', dep, withMeta(dep, { annotations }));
}

function newSet(sim: Sim, dep: Deployment, hash: string, revision: number): ReplicaSet {
  const { template, selector, replicas } = dep.spec;
  const labels = { ...template.metadata?.labels, [HASH]: hash };
  return createBy(sim, 'kube-controller-manager', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${dep.metadata.name}-${hash}`,
      namespace: dep.metadata.namespace ?? '',
      labels,
      annotations: {
        [REVISION]: String(revision),
        'deployment.kubernetes.io/desired-replicas': String(replicas),
        ...Object.fromEntries(
          Object.entries(dep.metadata.annotations ?? {}).filter(([key]) => key.startsWith('mosaic.dev/')),
        ),
      },
      ownerReferences: [ownerReference(dep)],
    },
    spec: {
      replicas: 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  }) as ReplicaSet; // a draft of kind ReplicaSet
}

function scale(sim: Sim, dep: Deployment, set: ReplicaSet, to: number) {
  const from = set.spec.replicas;
  if (to === from) return;
  sim.world.update({ ...set, spec: { ...set.spec, replicas: to } });
  const way = to > from ? 'up' : 'down';
  const message = `Scaled ${way} replica set ${set.metadata.name} from ${from} to ${to}`;
  say(sim, { about: dep, reason: 'ScalingReplicaSet', message, from: 'deployment-controller' });
}

const count = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, { spec }) => sum + spec.replicas, 0);
const readyIn = (sim: Sim, { metadata }: ReplicaSet): number =>
  podsOf(sim, metadata.uid).filter((pod) => isReady(pod) && !isLeaving(pod)).length;

function roll(sim: Sim, dep: Deployment, current: ReplicaSet) {
  const old = setsOf(sim, dep).filter(({ metadata }) => metadata.uid !== current.metadata.uid);
  const { replicas: wanted, strategy } = dep.spec;
  if (strategy.type === 'Recreate') return recreate(sim, dep, current, old);
  if (count(old) === 0) return scale(sim, dep, current, wanted);
  const surge = share(strategy.rollingUpdate?.maxSurge ?? '25%', wanted, Math.ceil);
  const missing = share(strategy.rollingUpdate?.maxUnavailable ?? '25%', wanted, Math.floor);
  const unavailable = surge === 0 && missing === 0 ? 1 : missing;
  const room = wanted + surge - count(old) - current.spec.replicas;
  const next = current.spec.replicas > wanted ? wanted : Math.min(wanted, current.spec.replicas + Math.max(0, room));
  scale(sim, dep, current, next);
  shrinkOld(
    sim,
    dep,
    sim.world.get('ReplicaSet', dep.metadata.namespace ?? '', current.metadata.name) ?? current,
    old,
    wanted - unavailable,
  );
}

/** Broken pods of old sets go first, then ready ones as long as `least` stay available. */
function shrinkOld(sim: Sim, dep: Deployment, current: ReplicaSet, old: readonly ReplicaSet[], least: number): void {
  const total = count(old) + current.spec.replicas;
  const newUnready = current.spec.replicas - readyIn(sim, current);
  let spare = total - least - newUnready;
  for (const set of [...old].sort(byAge)) {
    const broken = Math.min(set.spec.replicas - readyIn(sim, set), Math.max(0, spare));
    if (broken <= 0) continue;
    scale(sim, dep, set, set.spec.replicas - broken);
    spare -= broken;
  }
  const sets = setsOf(sim, dep).filter(({ metadata }) => metadata.uid !== current.metadata.uid);
  let free = [current, ...sets].reduce((sum, set) => sum + Math.min(readyIn(sim, set), set.spec.replicas), 0) - least;
  for (const set of [...sets].sort(byAge)) {
    const fewer = Math.min(set.spec.replicas, Math.max(0, free));
    scale(sim, dep, set, set.spec.replicas - fewer);
    free -= fewer;
  }
}

const byAge = (a: ReplicaSet, b: ReplicaSet): number => revisionOf(a) - revisionOf(b);

function recreate(sim: Sim, dep: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): void {
  for (const set of old) scale(sim, dep, set, 0);
  const areGone = old.every((set) => podsOf(sim, set.metadata.uid).length === 0);
  if (areGone) scale(sim, dep, current, dep.spec.replicas);
  else sim.after(1_000, 'deployment-deadline', { namespace: dep.metadata.namespace ?? '', name: dep.metadata.name });
}

/** Only so many empty sets are kept for rolling back. */
function forget(sim: Sim, dep: Deployment): void {
  const empty = setsOf(sim, dep).filter(
    ({ spec, status, metadata }) =>
      spec.replicas === 0 && status.replicas === 0 && metadata.labels?.[HASH] !== templateHash(dep.spec.template),
  );
  const excess = empty.length - (dep.spec.revisionHistoryLimit ?? 10);
  for (const set of [...empty].sort(byAge).slice(0, Math.max(0, excess))) sim.world.remove(set);
}
