// A pod in one word, as `kubectl get pods` says it: the most telling of phase, reasons and container states.
import { at, listAt, numberAt, textAt } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { ageOf } from './age.ts';

export interface PodSummary {
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
}

export function podSummary(pod: KubeObject, now: number): PodSummary {
  const containers = listAt(pod, 'status', 'containerStatuses');
  const sidecars = listAt(pod, 'status', 'initContainerStatuses').filter((status) =>
    isSidecar(pod, textAt(status, 'name')),
  );
  const inits = listAt(pod, 'status', 'initContainerStatuses');
  const unfinished = inits.findIndex((status) => !isThrough(pod, status));
  const isInitializing = unfinished >= 0 && !hasCondition(pod, 'Initialized');
  const initial = unfinished < 0 ? ownWord(pod) : initWord(pod, inits[unfinished], unfinished);
  const counted = isInitializing ? inits.slice(0, unfinished + 1) : [...sidecars, ...containers];
  const isReady = (status: unknown) => at(status, 'ready') === true && at(status, 'state', 'running') !== undefined;
  const total = listAt(pod, 'spec', 'containers').length + sidecars.length;
  return {
    ready: `${[...sidecars, ...containers].filter(isReady).length}/${total}`,
    status: deletedWord(pod, isInitializing ? initial : containerWord(pod, initial, containers)),
    restarts: restartsText(counted, now),
  };
}

function restartsText(statuses: readonly unknown[], now: number): string {
  const restarts = statuses.reduce<number>((sum, status) => sum + numberAt(status, 'restartCount'), 0);
  const last = statuses
    .map((status) => textAt(status, 'lastState', 'terminated', 'finishedAt'))
    .sort()
    .at(-1);
  return restarts === 0 || last === undefined || last === ''
    ? String(restarts)
    : `${restarts} (${ageOf(last, now)} ago)`;
}

const isSidecar = (pod: KubeObject, name: string): boolean =>
  listAt(pod, 'spec', 'initContainers').some(
    (container) => textAt(container, 'name') === name && textAt(container, 'restartPolicy') === 'Always',
  );

/** It ended well, or it is a sidecar that runs. */
const isThrough = (pod: KubeObject, status: unknown): boolean =>
  (at(status, 'state', 'terminated') !== undefined && numberAt(status, 'state', 'terminated', 'exitCode') === 0) ||
  (isSidecar(pod, textAt(status, 'name')) && at(status, 'started') === true);

/** What an unfinished init container is at. */
function initWord(pod: KubeObject, status: unknown, index: number): string {
  const terminated = at(status, 'state', 'terminated');
  if (terminated !== undefined) return `Init:${endWord(terminated)}`;
  const waiting = textAt(status, 'state', 'waiting', 'reason');
  const total = listAt(pod, 'spec', 'initContainers').length;
  return waiting === '' || waiting === 'PodInitializing' ? `Init:${index}/${total}` : `Init:${waiting}`;
}

function ownWord(pod: KubeObject): string {
  const isGated = listAt(pod, 'status', 'conditions').some((each) => textAt(each, 'reason') === 'SchedulingGated');
  if (isGated) return 'SchedulingGated';
  return textAt(pod, 'status', 'reason') || textAt(pod, 'status', 'phase');
}

function containerWord(pod: KubeObject, own: string, statuses: readonly unknown[]): string {
  let word = own;
  let isRunning = false;
  for (const status of [...statuses].reverse()) {
    const waiting = textAt(status, 'state', 'waiting', 'reason');
    const terminated = at(status, 'state', 'terminated');
    if (waiting !== '') word = waiting;
    else if (terminated !== undefined) word = endWord(terminated);
    else if (at(status, 'ready') === true && at(status, 'state', 'running') !== undefined) isRunning = true;
  }
  if (word !== 'Completed' || !isRunning) return word;
  return hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
}

const hasCondition = (pod: KubeObject, type: string): boolean =>
  listAt(pod, 'status', 'conditions').some(
    (each) => textAt(each, 'type') === type && textAt(each, 'status') === 'True',
  );

function endWord(terminated: unknown): string {
  const reason = textAt(terminated, 'reason');
  if (reason !== '') return reason;
  const signal = numberAt(terminated, 'signal');
  return signal === 0 ? `ExitCode:${numberAt(terminated, 'exitCode')}` : `Signal:${signal}`;
}

function deletedWord(pod: KubeObject, word: string): string {
  if (pod.metadata.deletionTimestamp === undefined) return word;
  if (textAt(pod, 'status', 'reason') === 'NodeLost') return 'Unknown';
  const phase = textAt(pod, 'status', 'phase');
  return phase === 'Failed' || phase === 'Succeeded' ? word : 'Terminating';
}
