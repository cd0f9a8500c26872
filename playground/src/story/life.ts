// Ordinary life: something small happens every few minutes in the past and every minute live, and live a fresh incident comes every twenty to thirty minutes and heals.

import { tagOf } from '../behaviour.ts';
import { shopEstate } from '../catalog/setup.ts';
import { controllerOfWorkload, surroundings } from '../catalog/workload.ts';
import type { Controller, Sim } from '../sim.ts';
import { isBusy, keepOff } from './busy.ts';
import {
  badConfiguration,
  badRelease,
  crashLoop,
  type Incident,
  missingImage,
  nextTag,
  nodeLoss,
  outOfMemory,
  releasable,
  scaledToZero,
} from './incidents.ts';
import { setStep } from './ops.ts';

const MINUTE_MS = 60_000;
const LIVE_MS = [22_000, 45_000] as const;
const PAST_MS = [7 * MINUTE_MS, 16 * MINUTE_MS] as const;
const INCIDENT_EVERY_MS = [20 * MINUTE_MS, 30 * MINUTE_MS] as const;
const INCIDENT_LASTS_MS = [5 * MINUTE_MS, 9 * MINUTE_MS] as const;
/** Whose past is written to the letter: chance keeps off them while it is. */
const SCRIPTED = ['checkout', 'recommender', 'ledger', 'mailer', 'catalog', 'search'];

/** Incidents that began live, for whoever wants to know what was played. */
export type Played = (sim: Sim, incident: Incident) => void;

export function life(played: Played = () => {}): Controller {
  return {
    handle: {
      life: something,
      incident: (sim) => fresh(sim, played),
    },
  };
}

export function beginLife(sim: Sim) {
  sim.after(sim.random.between(...PAST_MS), 'life');
}

/** The past ends: from here on things happen at the pace of a spectator. */
export function beginLive(sim: Sim) {
  if (sim.memory.live) return;
  sim.memory.live = true;
  sim.timers.drop(({ what }) => what === 'life');
  sim.after(sim.random.between(4_000, 12_000), 'life');
  sim.after(sim.random.between(...INCIDENT_EVERY_MS), 'incident');
}

/** Where a cluster's own services live. */
const homeOf = (sim: Sim): string => (sim.world.get('Namespace', '', 'shop') ? 'shop' : 'platform');

function something(sim: Sim) {
  const { live } = sim.memory;
  sim.after(sim.random.between(...(live ? LIVE_MS : PAST_MS)), 'life');
  const choice = sim.random.next();
  if (homeOf(sim) === 'platform' && choice < 0.45) return build(sim);
  if (live && choice < 0.5) return release(sim);
  if (choice < 0.62) return step(sim, 'unhealthy');
  if (choice < 0.75) return step(sim, 'delete pod');
  if (choice < 0.9 && live) return breathe(sim);
  if (live) restore(sim);
}

/** A pod of some whole workload. */
function step(sim: Sim, op: 'unhealthy' | 'delete pod'): void {
  const whole = candidates(sim);
  if (whole.length === 0) return;
  const { metadata } = sim.random.pick(whole);
  setStep(sim, { at: sim.now(), op, namespace: metadata.namespace ?? '', name: metadata.name });
}

function candidates(sim: Sim) {
  const home = homeOf(sim);
  return [...sim.world.inNamespace('Deployment', home)].filter(({ metadata, spec, status }) => {
    const isKeptOff = !sim.memory.live && SCRIPTED.includes(metadata.name);
    const isWhole = spec.replicas > 1 && status.readyReplicas === spec.replicas;
    return !isKeptOff && isWhole && isFree(sim, metadata.name);
  });
}

function release(sim: Sim) {
  const ready = releasable(sim, homeOf(sim)).filter(({ dep }) => isFree(sim, dep.metadata.name));
  if (ready.length === 0) return step(sim, 'delete pod');
  const { dep, tag } = sim.random.pick(ready);
  setStep(sim, {
    at: sim.now(),
    op: 'deploy',
    namespace: homeOf(sim),
    name: dep.metadata.name,
    by: 'argo-cd',
    with: { tag: nextTag(tag) },
  });
}

/** Nobody is in the middle of something with it. */
const isFree = (sim: Sim, name: string): boolean =>
  sim.memory.faults[`${homeOf(sim)}/${name}`] === undefined && !isBusy(sim, name);

/** One replica more, and one less a few minutes later. */
function breathe(sim: Sim) {
  const fixed = candidates(sim).filter(
    ({ metadata }) =>
      sim.world.get('HorizontalPodAutoscaler', homeOf(sim), metadata.name) === undefined && isFree(sim, metadata.name),
  );
  if (fixed.length === 0) return step(sim, 'unhealthy');
  const { metadata, spec } = sim.random.pick(fixed);
  const common = { op: 'scale', namespace: homeOf(sim), name: metadata.name, by: 'kubectl-scale' } as const;
  const backMs = sim.random.between(2 * MINUTE_MS, 4 * MINUTE_MS);
  keepOff(sim, metadata.name, sim.now() + backMs + MINUTE_MS);
  setStep(sim, { ...common, at: sim.now(), with: { replicas: spec.replicas + 1 } });
  setStep(sim, { ...common, at: sim.now() + backMs, with: { replicas: spec.replicas } });
}

const BUILT = ['checkout', 'cart', 'catalog', 'payments', 'orders', 'ledger', 'gateway', 'search'];

function build(sim: Sim): void {
  const app = sim.random.pick(BUILT);
  const name = `build-${app}-${sim.random.suffix(5)}`;
  const takesS = sim.random.between(35, 140);
  const more = { app: `build-${app}`, image: 'platform/builder:5', takesS, fails: sim.random.chance(0.08) };
  setStep(sim, { at: sim.now(), op: 'run job', namespace: 'ci', name, by: 'ci-controller', with: more });
}

/** The deleted recommender comes back after a while, and a workload forgotten at zero is noticed. */
function restore(sim: Sim) {
  const gone = shopEstate.workloads.find((one) => one.namespace === homeOf(sim) && one.name === 'recommender');
  const isHere = sim.world.get('Deployment', 'shop', 'recommender') !== undefined;
  if (gone === undefined || isHere || homeOf(sim) !== 'shop' || sim.random.chance(0.8)) return release(sim);
  for (const draft of [...surroundings(gone), controllerOfWorkload(gone)])
    setStep(sim, {
      at: sim.now(),
      op: 'create',
      name: draft.metadata.name,
      by: 'argo-cd',
      with: { manifest: JSON.stringify(draft) },
    });
}

function fresh(sim: Sim, played: Played): void {
  sim.after(sim.random.between(...INCIDENT_EVERY_MS), 'incident');
  const incident = invent(sim);
  if (incident === undefined) return;
  const [, name = ''] = incident.workload.split('/');
  keepOff(sim, name, incident.to + 5 * MINUTE_MS);
  for (const one of incident.steps) setStep(sim, one);
  played(sim, incident);
}

function invent(sim: Sim): Incident | undefined {
  const from = sim.now();
  const place = { cluster: sim.name, from, to: from + sim.random.between(...INCIDENT_LASTS_MS) };
  const home = homeOf(sim);
  const whole = releasable(sim, home).filter(({ dep }) => isFree(sim, dep.metadata.name));
  if (whole.length === 0) return undefined;
  const { dep, env, value, tag } = sim.random.pick(whole);
  const { name } = dep.metadata;
  const image = dep.spec.template.spec.containers[0]?.image ?? '';
  const makers: (() => Incident)[] = [
    () => badRelease(place, home, name, nextTag(tag, true), env, String(Number(value) + 1), { tag, value }),
    () => outOfMemory(place, home, name, '512Mi'),
    () =>
      missingImage(
        place,
        home,
        name,
        image.slice(0, image.lastIndexOf(':')),
        `${nextTag(tagOf(image))}-rc1`,
        nextTag(tag),
      ),
    () => scaledToZero(place, home, name, dep.spec.replicas, 'jonas'),
    () => crashLoop(place, home, name),
    () => nodeLoss({ ...place, to: from + 8 * MINUTE_MS }, `${sim.name}-worker-${sim.random.between(1, 4)}`),
    ...(home === 'shop'
      ? [
          () =>
            badConfiguration(place, home, 'search', {
              map: 'search-config',
              key: 'index.url',
              bad: 'catalog:8080/export',
              good: 'http://catalog:8080/export',
              by: 'maria',
            }),
        ]
      : []),
  ];
  const turn = Number(sim.memory.story.turn ?? sim.random.between(0, 6));
  sim.memory.story.turn = turn + 1;
  return makers[turn % makers.length]?.();
}
