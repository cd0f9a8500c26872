// Whether an agent is ready: it watches, or stands by for the one that does; and what it sends is taken.

import type { Readiness } from '@mosaic/wire';
import type { AgentStatus } from './agent.ts';

export function healthOfAgent(status: AgentStatus | undefined): Readiness {
  if (status === undefined) return { status: 'starting', dependencies: { cluster: { status: 'starting' } } };
  const isWatching = status.state === 'watching' || status.state === 'waiting to lead';
  const gaps = status.kinds.filter(({ state }) => state !== 'watching');
  const cluster = isWatching
    ? ({
        status: 'ok',
        detail:
          gaps.length === 0 ? status.state : `${status.state}; not watched: ${gaps.map(({ kind }) => kind).join(', ')}`,
      } as const)
    : ({ status: 'starting', detail: status.state } as const);
  const broker =
    status.trouble.length === 0
      ? ({ status: 'ok' } as const)
      : ({
          status: 'unavailable',
          detail: `${status.trouble.join('; ')}; ${status.spool.chunks} chunks wait in the spool`,
        } as const);
  return {
    status: isWatching ? (broker.status === 'ok' ? 'ok' : 'unavailable') : 'starting',
    dependencies: { cluster, broker },
  };
}
