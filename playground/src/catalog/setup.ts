// A cluster's first day: everything is created, settles, and is then made to look as old as it should.

import type { KubeObject } from '@mosaic/apiserver';
import { hash32 } from '@mosaic/wire';
import { admit } from '../admission.ts';
import type { Engine, Sim } from '../sim.ts';
import type { Deployment, Draft } from '../types.ts';
import { isoSecond } from '../world/instants.ts';
import { createBy, updateBy } from '../writing.ts';
import { FOUNDATION, MONITORING, node, SYSTEM, staticPods } from './machines.ts';
import { DEFINITIONS, PLATFORM, PLATFORM_CRONS, platformExtras } from './platform.ts';
import { SHARED_PLATFORM, SHOP } from './shop.ts';
import { SHOP_CRONS, SHOP_EXTRAS } from './shop-extras.ts';
import {
  annotationsOf,
  type Cron,
  commitOf,
  controllerOfWorkload,
  cronJob,
  surroundings,
  type Workload,
} from './workload.ts';

export interface Estate {
  readonly workers: number;
  readonly extras: readonly Draft[];
  readonly workloads: readonly Workload[];
  readonly crons: readonly Cron[];
}

export const SETTLING_MS = 30 * 60_000;
const DAY_MS = 24 * 3_600_000;

export const shopEstate: Estate = {
  workers: 5,
  extras: SHOP_EXTRAS,
  workloads: [...SYSTEM, ...MONITORING, ...SHARED_PLATFORM, ...SHOP],
  crons: SHOP_CRONS,
};
export const platformEstate = (time: string): Estate => ({
  workers: 4,
  extras: [...DEFINITIONS, ...platformExtras(time)],
  workloads: [...SYSTEM, ...MONITORING, ...PLATFORM],
  crons: PLATFORM_CRONS,
});

/** Builds it at the engine's instant and lets half an hour pass. */
export function settleIn(engine: Engine, estate: Estate): void {
  const begun = engine.now();
  const create = (draft: Draft, manager = 'argo-cd'): KubeObject => createBy(engine, manager, admit(engine, draft));
  for (const draft of FOUNDATION) create(draft, 'kubeadm');
  const machines = [0, ...Array.from({ length: estate.workers }, (_, i) => i + 1)].map((index) => {
    const name = index === 0 ? `${engine.name}-control-plane` : `${engine.name}-worker-${index}`;
    return create(node(name, index, isoSecond(begun), index === 0), 'kubelet');
  });
  const control = machines[0];
  if (control) for (const draft of staticPods(control.metadata.name, control.metadata.uid)) create(draft, 'kubelet');
  for (const draft of estate.extras) create(draft);
  for (const workload of estate.workloads) for (const draft of surroundings(workload)) create(draft);
  for (const workload of estate.workloads) create(controllerOfWorkload(firstVersion(workload)));
  for (const cron of estate.crons) create(cronJob(cron));
  engine.settle();
  for (let step = 0; step < 3; step++) {
    engine.advance(begun + (step + 1) * 6 * 60_000);
    for (const workload of estate.workloads) nextVersion(engine, workload, step + 1);
  }
  engine.advance(begun + SETTLING_MS);
  age(engine, begun);
}

const tagged = (image: string, tag: string): string => `${image.slice(0, image.lastIndexOf(':'))}:${tag}`;

const firstVersion = (workload: Workload): Workload => {
  const tag = workload.before?.[0];
  return tag === undefined ? workload : { ...workload, image: tagged(workload.image, tag) };
};

function nextVersion(sim: Sim, workload: Workload, step: number): void {
  const tags = workload.before ?? [];
  if (step > tags.length) return;
  const tag = tags[step];
  const next = tag === undefined ? workload : { ...workload, image: tagged(workload.image, tag) };
  const dep = sim.world.get('Deployment', workload.namespace, workload.name);
  const wanted = controllerOfWorkload(next);
  if (dep === undefined || wanted.kind !== 'Deployment') return;
  const whole = admit(sim, wanted) as unknown as Deployment; // a draft of kind Deployment
  const annotations = {
    ...dep.metadata.annotations,
    ...annotationsOf(next),
    'mosaic.dev/commit-sha': commitOf(next.image),
  };
  updateBy(sim, 'argo-cd', dep, {
    ...dep,
    metadata: { ...dep.metadata, annotations, ...(wanted.metadata.labels && { labels: wanted.metadata.labels }) },
    spec: { ...whole.spec, replicas: dep.spec.replicas },
  });
}

/** How long ago, by what it is: machines before namespaces before releases before pods. */
function age(engine: Engine, begun: number): void {
  const { world } = engine;
  for (const event of [...world.all('Event')]) world.remove(event);
  for (const key of Object.keys(engine.memory.repeats)) delete engine.memory.repeats[key];
  engine.timers.drop(({ what }) => what === 'forget-event');
  for (const table of [...world.tables()])
    for (const object of [...world.all(table)]) {
      const old = older(engine, object, begun);
      if (old !== object) world.update(old);
    }
  engine.settle();
  world.compact(world.version);
}

function older(sim: Sim, object: KubeObject, begun: number): KubeObject {
  if (object.kind === 'Event' || object.kind === 'Lease' || isOfJob(object)) return object;
  const metaMs = bornAgo(sim, object);
  const bodyMs = lastChangeAgo(sim, object);
  const managed = object.metadata.managedFields;
  const metadata = {
    ...object.metadata,
    creationTimestamp: isoSecond(begun - metaMs),
    ...(managed && { managedFields: shifted(managed, bodyMs) as readonly unknown[] }), // a list stays a list
    ...numbered(object),
  };
  const isStill = object.status === undefined || object.kind === 'CronJob' || object.kind === 'HorizontalPodAutoscaler';
  return { ...object, metadata, ...(!isStill && { status: shifted(object.status, bodyMs) }) };
}

/** Runs of the last half hour are as old as they are. */
const isOfJob = (object: KubeObject): boolean =>
  object.kind === 'Job' || object.metadata.ownerReferences?.[0]?.kind === 'Job';

const spread = (text: string, least: number, most: number): number =>
  (least + ((hash32(text) % 1000) / 1000) * (most - least)) * DAY_MS;

const APP_KINDS = ['ReplicaSet', 'Pod'];

function bornAgo(sim: Sim, object: KubeObject): number {
  if (object.kind === 'Node' || object.apiVersion.startsWith('rbac') || object.kind === 'Namespace')
    return spread(`${sim.name}${object.metadata.namespace ?? ''}`, 180, 260);
  if (APP_KINDS.includes(object.kind)) return lastChangeAgo(sim, object);
  return spread(`${object.metadata.namespace}${object.metadata.name}`, 40, 170);
}

const REVISION = 'deployment.kubernetes.io/revision';

/** Pods and the set they belong to are as old as the release; older sets older still. */
function lastChangeAgo(sim: Sim, object: KubeObject): number {
  const owner = object.metadata.ownerReferences?.[0];
  const isReleased = object.kind === 'Pod' && owner?.kind === 'ReplicaSet';
  const set = isReleased ? sim.world.get('ReplicaSet', object.metadata.namespace ?? '', owner.name) : object;
  const dep = set?.kind === 'ReplicaSet' ? (set.metadata.ownerReferences?.[0]?.name ?? '') : object.metadata.name;
  const release = spread(`${sim.name}${object.metadata.namespace}${dep}`, 1.2, 9);
  if (set?.kind !== 'ReplicaSet') return release;
  const current = sim.world.get('Deployment', object.metadata.namespace ?? '', dep);
  const behind =
    Number(current?.metadata.annotations?.[REVISION] ?? 1) - Number(set.metadata.annotations?.[REVISION] ?? 1);
  return release + behind * spread(dep, 2, 8);
}

/** checkout has been released 41 times when its bad release comes. */
const RELEASES: Readonly<Record<string, number>> = { checkout: 41 };

function numbered(object: KubeObject): { annotations?: Readonly<Record<string, string>> } {
  const { annotations } = object.metadata;
  if (annotations?.[REVISION] === undefined) return {};
  const name = object.kind === 'Deployment' ? object.metadata.name : (object.metadata.ownerReferences?.[0]?.name ?? '');
  const before = RELEASES[name] === undefined ? hash32(name) % 30 : RELEASES[name] - 3;
  return { annotations: { ...annotations, [REVISION]: String(Number(annotations[REVISION]) + before) } };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function shifted(value: unknown, byMs: number): unknown {
  if (typeof value === 'string') return INSTANT.test(value) ? isoSecond(Date.parse(value) - byMs) : value;
  if (Array.isArray(value)) return value.map((one) => shifted(one, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shifted(one, byMs)]));
}
