// What a person would say of how an object came to be. Most of it is routine; what broke is not.

import type { SlimDynamic } from '@mosaic/wire';
import { moved, sayable, textIn } from './telling.ts';
import type { Phrase, Rule } from './wishes.ts';

const routine = (text: string): Phrase => ({ text, severity: 0 });
const notable = (text: string): Phrase => ({ text, severity: 1 });
const broken = (text: string): Phrase => ({ text, severity: 3 });

const STATE = String.raw`^status\.(?:init|ephemeral)?[cC]ontainerStatuses\[([^\]]+)\]`;
const ofContainer = (rest: string): RegExp => new RegExp(`${STATE}${rest}$`);

export type Standing = Pick<SlimDynamic, 'wanted' | 'ready'>;

export const statuses = (standing: Standing | undefined): readonly Rule[] => [
  [
    /^status\.(?:readyReplicas|numberReady)$/,
    (_, { before, after }) => readiness(Number(before ?? 0), Number(after ?? 0), standing),
  ],
  [
    /^status\.conditions\[Ready\]\.status$/,
    (_, diff, { kind }) => (kind === 'Node' ? nodeReady(diff.after) : undefined),
  ],
  [/^status\.conditions\[(\w+Pressure)\]\.status$/, ([what], { after }) => pressure(what ?? '', after)],
  [
    /^status\.conditions\[Progressing\]\.reason$/,
    (_, { after }) => (after === 'ProgressDeadlineExceeded' ? notable('roll-out does not progress') : undefined),
  ],
  [
    ofContainer(String.raw`\.restartCount`),
    ([container], { after }) => notable(`${container} restarted${times(after)}`),
  ],
  [
    ofContainer(String.raw`\.(?:state|lastState)\.(?:waiting|terminated)(?:\.reason)?`),
    ([container], { op, after }) => (op === 'remove' ? undefined : stopped(container ?? '', after)),
  ],
  [/^status\.phase$/, (_, diff, { kind }) => phase(kind, moved('phase', diff), diff.after)],
  [
    /^status\.(succeeded|failed)$/,
    ([what], { after }) => (what === 'failed' ? notable(`${sayable(after) ?? 0} failed`) : routine('completed')),
  ],
  [/^status\.loadBalancer\b/, () => notable('address of the load balancer changed')],
];

/** `status 3 → 0 of 3 ready`. Falling below half of several is an outage; the only one gone may be a restart. */
function readiness(before: number, after: number, standing: Standing | undefined): Phrase {
  const wanted = standing?.wanted;
  const text = `status ${before} → ${after}${wanted === undefined ? '' : ` of ${wanted}`} ready`;
  if (wanted === undefined || wanted === 0 || after >= before) return routine(text);
  if (wanted === 1) return notable(text);
  return before * 2 >= wanted && after * 2 < wanted ? broken(text) : routine(text);
}

const nodeReady = (status: unknown): Phrase => (status === 'True' ? notable('ready again') : broken('not ready'));

/** A node that is silent says nothing of its pressures. */
function pressure(what: string, status: unknown): Phrase | undefined {
  if (status === 'True') return notable(what);
  return status === 'False' ? routine(`${what} over`) : undefined;
}

const times = (count: unknown): string => (typeof count === 'number' && count > 1 ? ` (${count} times)` : '');

/** Completing is routine; being killed or waiting for anything but a start is worth knowing. */
function stopped(container: string, state: unknown): Phrase | undefined {
  const reason = typeof state === 'string' ? state : textIn(state, 'reason');
  if (reason === undefined) return undefined;
  const exit = textIn(state, 'exitCode');
  const text = `${container} ${reason}${exit === undefined || exit === '0' ? '' : ` (exit ${exit})`}`;
  return ['Completed', 'ContainerCreating', 'PodInitializing'].includes(reason) ? routine(text) : notable(text);
}

function phase(kind: string, text: string, now: unknown): Phrase {
  if (now === 'Lost' || (kind === 'PersistentVolume' && now === 'Failed')) return broken(text);
  return now === 'Failed' || now === 'Unknown' ? notable(text) : routine(text);
}
