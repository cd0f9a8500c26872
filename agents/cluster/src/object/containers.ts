// A pod's containers and their states, init containers first, each in the order of the spec.

import { type Json, numberAt, recordAt, recordsAt, textAt } from '@mosaic/kat';
import type { ContainerState } from '@mosaic/wire';

export function containersOf(pod: Json): ContainerState[] {
  const states = new Map<unknown, Json>();
  for (const status of recordsAt(pod, 'status', 'initContainerStatuses')) states.set(status.name, status);
  for (const status of recordsAt(pod, 'status', 'containerStatuses')) states.set(status.name, status);
  return [
    ...recordsAt(pod, 'spec', 'initContainers').map((container) =>
      stateOf(container, states.get(container.name), true),
    ),
    ...recordsAt(pod, 'spec', 'containers').map((container) => stateOf(container, states.get(container.name), false)),
  ];
}

function stateOf(container: Json, status: Json | undefined, init: boolean): ContainerState {
  const now = recordAt(status, 'state');
  const state =
    'running' in now ? 'running' : 'terminated' in now ? 'terminated' : 'waiting' in now ? 'waiting' : 'unknown';
  const about = recordAt(now, state);
  const reason = textAt(about, 'reason');
  const exitCode = numberAt(about, 'exitCode');
  const last = recordAt(status, 'lastState', 'terminated');
  const lastReason = textAt(last, 'reason');
  const lastExitCode = numberAt(last, 'exitCode');
  return {
    name: textAt(container, 'name') ?? '',
    ...(init && { init }),
    state,
    ready: status?.ready === true,
    restarts: numberAt(status, 'restartCount') ?? 0,
    ...(reason !== undefined && { reason }),
    ...(exitCode !== undefined && { exitCode }),
    ...(lastReason !== undefined && { lastReason }),
    ...(lastExitCode !== undefined && { lastExitCode }),
  };
}
