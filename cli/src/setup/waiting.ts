// Waiting for what was applied: each change of progress is told, and why a pod waits.

import { healthOf, type LiveSource, type Manifest, type ResourceType, recordsAt, textAt } from '@mosaic/kat';
import { Unanswered } from '../exit.ts';
import { progressOf } from '../install/restart.ts';
import { EVENTS, PODS, shownName } from './kinds.ts';
import type { Step } from './plan.ts';

const LOOK_EVERY_MS = 1_000;
const ROLLED_OUT = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

export interface Patience {
  readonly withinMs: number;
  readonly now: () => number;
  readonly told: (line: string) => void;
}

type Looks = Pick<LiveSource, 'get' | 'list'>;
interface Progress {
  readonly isDone: boolean;
  readonly said: string;
}

export const isWaitedFor = ({ type }: Pick<Step, 'type'>): boolean => ROLLED_OUT.has(type.kind) || type.kind === 'Job';

/** Resolves when all its pods are new and ready, or its Job is done. Throws `Unanswered` with the reason when it is not in time. */
export async function untilWhole(
  source: Looks,
  type: ResourceType,
  object: Manifest,
  { withinMs, now, told }: Patience,
): Promise<void> {
  const { namespace, name } = object.metadata;
  const shown = shownName(object);
  const until = now() + withinMs;
  for (let last = ''; ; ) {
    const found = await source.get(type, namespace, name);
    if (found === undefined && type.kind === 'Job') return; // it was done, and has gone (ttlSecondsAfterFinished)
    const { isDone, said } = found === undefined ? { isDone: false, said: 'it has gone' } : progress(found);
    const why = isDone || found === undefined ? '' : await whyItWaits(source, found);
    const line = `${said}${why === '' ? '' : `; ${why}`}`;
    if (line !== last) told(`  ${shown}: ${line}`);
    last = line;
    if (isDone) return;
    if (now() > until)
      throw new Unanswered(
        `${shown} is not whole within ${Math.round(withinMs / 1000)} s: ${line}. Look: kubectl -n ${namespace} describe ${type.kind.toLowerCase()}/${name}. What was applied stays; run the same command again to go on.`,
      );
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

export function progress(found: Manifest): Progress {
  if (ROLLED_OUT.has(found.kind)) {
    const { isNew, said } = progressOf(found);
    return { isDone: isNew, said };
  }
  const conditions = recordsAt(found, 'status', 'conditions').filter(({ status }) => status === 'True');
  const failed = conditions.find(({ type }) => type === 'Failed');
  if (failed !== undefined)
    throw new Unanswered(`${shownName(found)} failed: ${textAt(failed, 'message') ?? 'no reason given'}`);
  const isDone = conditions.some(({ type }) => type === 'Complete');
  return { isDone, said: isDone ? 'done' : 'running' };
}

/** Of the first pod that is not well: image pull, scheduling, crash, a probe that fails. Empty when none says. */
export async function whyItWaits(source: Looks, workload: Manifest): Promise<string> {
  const labels = Object.entries(
    (workload.spec as { selector?: { matchLabels?: object } })?.selector?.matchLabels ?? {},
  );
  const { namespace } = workload.metadata;
  if (labels.length === 0 || namespace === undefined) return '';
  const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(',');
  const { items } = await source.list(PODS, { namespace, labelSelector });
  const staying = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  for (const pod of staying.length > 0 ? staying : items) {
    const { health, reasons } = healthOf(pod);
    if (health === 'well') continue;
    const said = await saidOf(source, pod);
    return `${pod.metadata.name}: ${reasons.join(', ')}${said === '' ? '' : ` (${said})`}`;
  }
  return '';
}

/** The message behind the reason: of the scheduler, the image's registry, the probe. */
async function saidOf(source: Looks, pod: Manifest): Promise<string> {
  const unscheduled = recordsAt(pod, 'status', 'conditions').find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  const waiting = recordsAt(pod, 'status', 'containerStatuses').map((one) =>
    textAt(one, 'state', 'waiting', 'message'),
  );
  const own = textAt(unscheduled, 'message') ?? waiting.find((message) => message !== undefined);
  return own ?? (await lastWarning(source, pod));
}

async function lastWarning(source: Looks, { metadata: { namespace, name } }: Manifest): Promise<string> {
  if (namespace === undefined) return '';
  const fieldSelector = `involvedObject.name=${name},type=Warning`;
  const { items } = await source.list(EVENTS, { namespace, fieldSelector });
  return textAt(items.at(-1), 'message')?.replaceAll(/\s+/g, ' ').slice(0, 300) ?? '';
}
