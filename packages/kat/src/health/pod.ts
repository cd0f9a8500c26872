// A pod's health, by what its containers and conditions say. Rules of kat: working, broken, terminating, pending.

import { type Json, numberAt, recordAt, recordsAt, textAt } from '../manifest.ts';
import { conditionOf } from './conditions.ts';
import { broken, degraded, unknown, type Verdict, WELL } from './verdict.ts';

/** Waiting reasons that are only the way up. */
const ON_THE_WAY = new Set(['ContainerCreating', 'PullingImage', 'PodInitializing']);
const COMPLETED = 'Completed';

export function podHealth(pod: Json): Verdict {
  const phase = textAt(pod, 'status', 'phase');
  if (phase === 'Succeeded') return WELL;
  if (phase === 'Failed') return broken(failure(pod), ...troubles(pod));
  if (textAt(pod, 'metadata', 'deletionTimestamp') !== undefined) return degraded('Terminating');
  if (phase === 'Unknown') return unknown(textAt(pod, 'status', 'reason') ?? 'phase Unknown');

  const found = troubles(pod);
  if (phase === 'Running') return running(pod, found);
  const unscheduled = conditionOf(pod, 'PodScheduled');
  if (unscheduled?.status === 'False') return broken(unscheduled.reason ?? 'Unschedulable', ...found);
  if (found.length > 0) return broken(...found);
  return degraded(waiting(pod) ?? 'Pending');
}

function running(pod: Json, found: readonly string[]): Verdict {
  if (found.length > 0) return broken(...found);
  const ready = readyOf(pod);
  const wanted = recordsAt(pod, 'spec', 'containers').length;
  if (conditionOf(pod, 'Ready')?.status === 'False' || ready < wanted) {
    return degraded(`${ready} of ${wanted} containers ready`, ...restartedBy(pod));
  }
  return WELL;
}

const failure = (pod: Json): string => textAt(pod, 'status', 'reason') ?? 'Failed';

const readyOf = (pod: Json): number =>
  recordsAt(pod, 'status', 'containerStatuses').filter(
    (status) => status.ready === true || terminatedReason(status) === COMPLETED,
  ).length;

const terminatedReason = (status: Json): string | undefined => textAt(status, 'state', 'terminated', 'reason');

const statusesOf = (pod: Json): readonly Json[] => [
  ...recordsAt(pod, 'status', 'initContainerStatuses'),
  ...recordsAt(pod, 'status', 'containerStatuses'),
];

/** What is wrong with containers, each trouble once, worst known first come. */
function troubles(pod: Json): string[] {
  const initNames = new Set(recordsAt(pod, 'status', 'initContainerStatuses').map(({ name }) => name));
  const found = statusesOf(pod).flatMap((status) => trouble(status, initNames.has(status.name)) ?? []);
  return [...new Set(found)];
}

function trouble(status: Json, isInit: boolean): string | undefined {
  const waitingFor = textAt(status, 'state', 'waiting', 'reason');
  if (waitingFor !== undefined && !ON_THE_WAY.has(waitingFor)) return withLast(waitingFor, status);
  const terminated = recordAt(status, 'state', 'terminated');
  const exitCode = numberAt(terminated, 'exitCode');
  if (exitCode === undefined || exitCode === 0) return undefined;
  const reason = textAt(terminated, 'reason') ?? 'Error';
  return `${isInit ? 'init: ' : ''}${reason} (exit ${exitCode})`;
}

function withLast(waitingFor: string, status: Json): string {
  const last = recordAt(status, 'lastState', 'terminated');
  const reason = textAt(last, 'reason');
  const exitCode = numberAt(last, 'exitCode');
  if (reason === 'OOMKilled') return `${waitingFor} (OOMKilled)`;
  return exitCode === undefined ? waitingFor : `${waitingFor} (exit ${exitCode})`;
}

function waiting(pod: Json): string | undefined {
  for (const status of statusesOf(pod)) {
    const reason = textAt(status, 'state', 'waiting', 'reason');
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** A container that runs again after dying says what it died of. */
function restartedBy(pod: Json): string[] {
  const reasons = recordsAt(pod, 'status', 'containerStatuses').flatMap((status) => {
    const reason = textAt(status, 'lastState', 'terminated', 'reason');
    return reason === undefined || reason === COMPLETED ? [] : [`restarted after ${reason}`];
  });
  return [...new Set(reasons)];
}
