// Incidents a person would recognise, each as a few steps from its beginning to its end. The same ones happen in the past and, with other names, live.

import { tagOf } from '../behaviour.ts';
import type { Sim } from '../sim.ts';
import type { Deployment } from '../types.ts';
import type { Step } from './ops.ts';

export type Family =
  | 'bad release'
  | 'out of memory'
  | 'bad configuration'
  | 'node loss'
  | 'scaled to zero'
  | 'missing image'
  | 'failed job'
  | 'certificate'
  | 'crash loop'
  | 'deleted by hand';

export interface Incident {
  readonly family: Family;
  readonly title: string;
  readonly cluster: string;
  readonly namespace: string;
  /** `Deployment/checkout`. */
  readonly workload: string;
  /** Epoch ms. */
  readonly from: number;
  /** When its remedy is applied; it heals within minutes after. */
  readonly to: number;
  readonly steps: readonly Step[];
}

type Place = Pick<Incident, 'cluster' | 'from' | 'to'>;
const MINUTE_MS = 60_000;

/** The next port: nobody listens there. */
export function badRelease(
  place: Place,
  namespace: string,
  name: string,
  tag: string,
  env: string,
  value: string,
  was: { tag: string; value: string },
): Incident {
  const { from, to } = place;
  return {
    ...place,
    family: 'bad release',
    title: `${name} ${was.tag} → ${tag} with ${env} ${was.value} → ${value}`,
    namespace,
    workload: `Deployment/${name}`,
    steps: [
      { at: from, op: 'deploy', namespace, name, by: 'argo-cd', with: { tag, env, value } },
      { at: to, op: 'deploy', namespace, name, by: 'argo-cd', with: { tag: was.tag, env, value: was.value } },
    ],
  };
}

export const outOfMemory = (place: Place, namespace: string, name: string, memory: string): Incident => ({
  ...place,
  family: 'out of memory',
  title: `${name} is killed for its memory`,
  namespace,
  workload: `Deployment/${name}`,
  steps: [
    { at: place.from, op: 'fault', namespace, name, with: { fault: 'memory' } },
    { at: place.to, op: 'deploy', namespace, name, by: 'argo-cd', with: { memory } },
    { at: place.to + 45 * MINUTE_MS, op: 'calm', namespace, name },
  ],
});

export const badConfiguration = (
  place: Place,
  namespace: string,
  name: string,
  config: { map: string; key: string; bad: string; good: string; by: string },
): Incident => ({
  ...place,
  family: 'bad configuration',
  title: `${config.by} sets ${config.key} of ${config.map} to "${config.bad}"`,
  namespace,
  workload: `Deployment/${name}`,
  steps: [
    {
      at: place.from,
      op: 'configure',
      namespace,
      name: config.map,
      by: config.by,
      with: { key: config.key, value: config.bad },
    },
    {
      at: place.to,
      op: 'configure',
      namespace,
      name: config.map,
      by: config.by,
      with: { key: config.key, value: config.good },
    },
  ],
});

export const nodeLoss = (place: Place, name: string): Incident => ({
  ...place,
  family: 'node loss',
  title: `${name} stops answering`,
  namespace: '',
  workload: `Node/${name}`,
  steps: [
    { at: place.from, op: 'lose node', name },
    { at: place.to, op: 'return node', name },
  ],
});

export const scaledToZero = (
  place: Place,
  namespace: string,
  name: string,
  replicas: number,
  by: string,
): Incident => ({
  ...place,
  family: 'scaled to zero',
  title: `${by} scales ${name} to zero`,
  namespace,
  workload: `Deployment/${name}`,
  steps: [
    { at: place.from, op: 'scale', namespace, name, by, with: { replicas: 0 } },
    { at: place.to, op: 'scale', namespace, name, by, with: { replicas } },
  ],
});

export const missingImage = (
  place: Place,
  namespace: string,
  name: string,
  image: string,
  tag: string,
  good: string,
): Incident => ({
  ...place,
  family: 'missing image',
  title: `${name} ${tag} was never pushed`,
  namespace,
  workload: `Deployment/${name}`,
  steps: [
    { at: place.from, op: 'unpushed', name: `${image}:${tag}` },
    { at: place.from, op: 'deploy', namespace, name, by: 'argo-cd', with: { tag } },
    { at: place.to, op: 'deploy', namespace, name, by: 'argo-cd', with: { tag: good } },
  ],
});

export const failedJob = (place: Place, namespace: string, name: string): Incident => ({
  ...place,
  family: 'failed job',
  title: `${name} fails`,
  namespace,
  workload: `CronJob/${name}`,
  steps: [
    { at: place.from, op: 'fault', namespace, name, with: { fault: 'fail' } },
    { at: place.to, op: 'calm', namespace, name },
  ],
});

export const badCertificate = (place: Place, namespace: string, name: string): Incident => ({
  ...place,
  family: 'certificate',
  title: `certificate ${name} is not issued`,
  namespace,
  workload: `Certificate/${name}`,
  steps: [
    { at: place.from, op: 'certify', namespace, name },
    { at: place.to, op: 'certify', namespace, name, with: { good: true } },
  ],
});

export const crashLoop = (place: Place, namespace: string, name: string): Incident => ({
  ...place,
  family: 'crash loop',
  title: `${name} crashes again and again`,
  namespace,
  workload: `Deployment/${name}`,
  steps: [
    { at: place.from, op: 'fault', namespace, name, with: { fault: 'crash' } },
    { at: place.to, op: 'calm', namespace, name },
    { at: place.to + 1_000, op: 'restart', namespace, name, by: 'jonas' },
  ],
});

/** A whole Deployment of ours that names another service by host and port, and which setting that is. */
export function releasable(
  sim: Sim,
  namespace: string,
): readonly { dep: Deployment; env: string; value: string; tag: string }[] {
  return [...sim.world.inNamespace('Deployment', namespace)].flatMap((dep) => {
    const container = dep.spec.template.spec.containers[0];
    const port = container?.env?.find(({ name }) => name.endsWith('_PORT'));
    const isOurs =
      container !== undefined && /^(shop|platform)\//.test(container.image) && container.readinessProbe !== undefined;
    const isWhole =
      dep.spec.replicas > 0 &&
      dep.status.readyReplicas === dep.spec.replicas &&
      dep.status.updatedReplicas === dep.spec.replicas;
    if (!isOurs || !isWhole || port?.value === undefined) return [];
    return [{ dep, env: port.name, value: port.value, tag: tagOf(container.image) }];
  });
}

/** `1.8.2` → `1.8.3`, or with `minor` `1.9.0`. */
export function nextTag(tag: string, minor = false): string {
  const match = /^(v?)(\d+)\.(\d+)(?:\.(\d+))?/.exec(tag);
  if (match === null) return `${tag}.1`;
  const [, v = '', major = '0', second = '0', patch = '0'] = match;
  return minor ? `${v}${major}.${Number(second) + 1}.0` : `${v}${major}.${second}.${Number(patch) + 1}`;
}
