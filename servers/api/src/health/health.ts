// Whether questions can be answered: by dependency, and how far the past is written.

import { type MetricsRegistry, metricsRegistry, type Probes } from '@mosaic/runtime';
import type { Readiness } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import type { ApiParts } from '../ports.ts';

type Dependency = Readiness['dependencies'][string];

export interface Health extends Probes {
  readonly registry: MetricsRegistry;
}

export function health(
  asking: Pick<Asking, 'store' | 'progress' | 'live'>,
  { transport, metrics: registry = metricsRegistry() }: Pick<ApiParts, 'transport' | 'metrics'>,
  isStarted: () => boolean,
): Health {
  return {
    registry,
    metrics: () => registry.text(),
    async health() {
      const [store, carried] = await Promise.all([told(() => asking.store.health()), told(() => transport.health())]);
      const dependencies: Record<string, Dependency> = {
        store,
        transport: carried,
        api: isStarted() ? { status: 'ok' } : { status: 'starting' },
      };
      const share = asking.progress?.overall() ?? 1;
      if (share < 1)
        dependencies.history = { status: 'starting', detail: 'the past is being written', progress: share };
      return { status: statusOf(dependencies), dependencies };
    },
  };
}

/** The past can be asked while the road is down: only the store and the start decide. A tail in trouble is said, and in every answer's coverage. */
function statusOf({ transport: _, ...needed }: Record<string, Dependency>): Readiness['status'] {
  const all = Object.values(needed);
  if (all.some(({ status }) => status === 'unavailable')) return 'unavailable';
  return all.some(({ status }) => status === 'starting') ? 'starting' : 'ok';
}

async function told(ask: () => Promise<{ readonly ok: boolean; readonly detail?: string }>): Promise<Dependency> {
  try {
    const { ok, detail } = await ask();
    return { status: ok ? 'ok' : 'unavailable', ...(detail !== undefined && { detail }) };
  } catch (error) {
    return { status: 'unavailable', detail: error instanceof Error ? error.message : String(error) };
  }
}
