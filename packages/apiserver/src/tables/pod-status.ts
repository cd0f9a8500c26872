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
  const started = initWord(pod);
  const counted =
    started === undefined ? [...sidecars, ...containers] : [...listAt(pod, 'status', 'initContainerStatuses')];
  const isReady = (status: unknown) => at(status, 'ready') === true && at(status, 'state', 'running') !== undefined;
  const total = listAt(pod, 'spec', 'containers').length + sidecars.length;
  return {
    ready: `${[...sidecars, ...containers].filter(isReady).length}/${total}`,
    status: deletedWord(pod, started ?? containerWord(pod, containers)),
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

/** What an unfinished init container is at; nothing once all are through. */
function initWord(pod: KubeObject): string | undefined {
  const total = listAt(pod, 'spec', 'initContainers').length;
  for (const [i, status] of listAt(pod, 'status', 'initContainerStatuses').entries()) {
    const terminated = at(status, 'state', 'terminated');
    if (terminated !== undefined && numberAt(terminated, 'exitCode') === 0) continue;
    if (isSidecar(pod, textAt(status, 'name')) && at(status, 'started') === true) continue;
    if (terminated !== undefined) return `Init:${endWord(terminated)}`;
    const waiting = textAt(status, 'state', 'waiting', 'reason');
    return waiting === '' || waiting === 'PodInitializing' ? `Init:${i}/${total}` : `Init:${waiting}`;
  }
  return undefined;
}

function containerWord(pod: KubeObject, statuses: readonly unknown[]): string {
  const isGated = listAt(pod, 'status', 'conditions').some((each) => textAt(each, 'reason') === 'SchedulingGated');
  const own = textAt(pod, 'status', 'reason') || (isGated ? 'SchedulingGated' : textAt(pod, 'status', 'phase'));
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
  return isPodReady(pod) ? 'Running' : 'NotReady';
}

const isPodReady = (pod: KubeObject): boolean =>
  listAt(pod, 'status', 'conditions').some(
    (each) => textAt(each, 'type') === 'Ready' && textAt(each, 'status') === 'True',
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
