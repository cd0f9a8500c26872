// How images behave: scripted by their name, their settings and the faults of the day. README.md lists what a user can do to make one misbehave.

import { hash32 } from '@mosaic/wire';
import { environmentOf, mountedConfig } from './environment.ts';
import type { Fault } from './memory.ts';
import { quantity } from './quantity.ts';
import type { Sim } from './sim.ts';
import type { Container, Pod, Service } from './types.ts';
import { controllerOf } from './world/shelves.ts';

export interface Behaviour {
  readonly pullMs: number;
  readonly bytes: number;
  readonly isMissing: boolean;
  readonly readyAfterMs: number;
  /** Why the readiness probe fails; undefined = it succeeds. */
  readonly unready?: string | undefined;
  readonly ends?: Ending | undefined;
}
/** How and when its process ends. */
export interface Ending {
  readonly afterMs: number;
  readonly exitCode: number;
  readonly reason: 'Error' | 'OOMKilled' | 'Completed';
}

const MEMORY_LEAK_IS_SURVIVED_FROM = 400 * 2 ** 20;
const OOM_AFTER_MS = 75_000;
const CRASH_AFTER_MS = 4_000;

/** Images whose health check asks the services named in their settings: our own. */
const OWN_IMAGE = /^(shop|platform)\//;

export function behaviourOf(sim: Sim, pod: Pod, container: Container): Behaviour {
  const { image } = container;
  const tag = tagOf(image);
  const size = hash32(image.split(':')[0] ?? image);
  const bytes = 20_000_000 + (size % 180_000_000);
  const fault = sim.memory.faults[workloadOf(pod)];
  const slow = tag.includes('slow') ? 90_000 : 0;
  return {
    bytes,
    pullMs: 900 + bytes / 60_000,
    isMissing: tag.includes('missing') || sim.memory.story[`missing ${image}`] !== undefined,
    readyAfterMs: 1_500 + (size % 5) * 900 + slow + (container.readinessProbe?.initialDelaySeconds ?? 0) * 1000,
    unready: container.readinessProbe === undefined ? undefined : whyUnready(sim, pod, container, tag, fault),
    ends: endingOf(pod, container, tag, fault),
  };
}

function endingOf(pod: Pod, container: Container, tag: string, fault: Fault | undefined): Ending | undefined {
  const isJob = pod.spec.restartPolicy === 'Never' || pod.spec.restartPolicy === 'OnFailure';
  const noise = hash32(pod.metadata.uid) % 1000;
  const limit = quantity(container.resources?.limits?.memory);
  const isLeaking = fault?.kind === 'memory' && (limit === 0 || limit < MEMORY_LEAK_IS_SURVIVED_FROM);
  if (tag.includes('oom') || isLeaking)
    return { afterMs: OOM_AFTER_MS + noise * 60, exitCode: 137, reason: 'OOMKilled' };
  if (tag.includes('broken') || fault?.kind === 'crash')
    return { afterMs: CRASH_AFTER_MS + noise, exitCode: 1, reason: 'Error' };
  if (!isJob) return undefined;
  if (fault?.kind === 'fail') return { afterMs: 8_000 + noise * 5, exitCode: 1, reason: 'Error' };
  return { afterMs: runsFor(container) + noise * 10, exitCode: exitCodeOf(container), reason: 'Completed' };
}

/** Jobs run as long as their argument `--takes=30s` says, else a few seconds; `false` and `exit 1` fail. */
function runsFor({ args = [], command = [], image }: Container): number {
  const said = [...command, ...args].join(' ');
  const match = /(?:--takes=|sleep )(\d+)/.exec(said);
  return match === null ? 3_000 + (hash32(image) % 9_000) : Number(match[1]) * 1000;
}
const exitCodeOf = ({ command = [], args = [] }: Container): number =>
  /(^|\s)(false|exit 1)(\s|$)/.test([...command, ...args].join(' ')) ? 1 : 0;

function whyUnready(sim: Sim, pod: Pod, container: Container, tag: string, fault: Fault | undefined) {
  if (tag.includes('unready')) return 'health check: not ready';
  if (fault?.kind === 'unready') return fault.text ?? 'health check: not ready';
  if (!OWN_IMAGE.test(container.image)) return undefined;
  const namespace = pod.metadata.namespace ?? '';
  const settings = { ...mountedConfig(sim, pod), ...environmentOf(sim, namespace, container).values };
  for (const key in settings) {
    const because = key.endsWith('_HOST')
      ? dependencyFails(sim, namespace, settings, key)
      : invalid(key, settings[key]);
    if (because !== undefined) return because;
  }
  return undefined;
}

function dependencyFails(sim: Sim, namespace: string, settings: Readonly<Record<string, string>>, key: string) {
  const host = settings[key] ?? '';
  const service = serviceAt(sim, namespace, host);
  if (service === undefined) return `getaddrinfo ENOTFOUND ${host}`;
  const port = settings[`${key.slice(0, -'_HOST'.length)}_PORT`];
  if (port === undefined || service.spec.ports?.some((one) => String(one.port) === port)) return undefined;
  return `connect ECONNREFUSED ${service.spec.clusterIP === 'None' ? host : service.spec.clusterIP}:${port}`;
}

function serviceAt(sim: Sim, namespace: string, host: string): Service | undefined {
  const [name = '', space = namespace] = host.split('.');
  return sim.world.get('Service', space, name);
}

/** Settings our images read from files: a number must be one, an address must look like one. */
function invalid(key: string, value = ''): string | undefined {
  if (key.endsWith('.timeout_ms') && !/^\d+$/.test(value)) return `invalid configuration: ${key} = "${value}"`;
  if (key.endsWith('.url') && !/^[a-z]+:\/\/[^\s]+$/.test(value)) return `invalid configuration: ${key} = "${value}"`;
  return undefined;
}

export const tagOf = (image: string): string => image.slice(image.lastIndexOf(':') + 1);

/** `shop/checkout`: namespace and the name of the workload, from the pod's owner. Used by faults. */
export function workloadOf(pod: Pod): string {
  const owner = controllerOf(pod);
  const name = owner?.name ?? pod.metadata.name;
  const workload = owner?.kind === 'ReplicaSet' || owner?.kind === 'Job' ? name.replace(/-[a-z0-9]+$/, '') : name;
  return `${pod.metadata.namespace ?? ''}/${workload}`;
}
