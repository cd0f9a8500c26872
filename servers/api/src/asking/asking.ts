// What every question is answered from.

import type { Log } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import type { LiveState } from '../live/live-state.ts';
import type { ApiParts, BackfillProgress, LiveReader } from '../ports.ts';
import type { Graphs } from '../topology/graphs.ts';
import { graphs } from '../topology/graphs.ts';
import { type CoverageOf, coverageOf } from './coverage-of.ts';
import { type KnownClusters, knownClusters } from './known-clusters.ts';
import { type Moments, moments } from './moments.ts';

export interface Asking {
  readonly store: Store;
  readonly clusters: KnownClusters;
  readonly moments: Moments;
  readonly coverage: CoverageOf;
  readonly graphs: Graphs;
  readonly live: LiveState;
  readonly reader: LiveReader | undefined;
  readonly progress: BackfillProgress | undefined;
  readonly now: () => number;
  readonly log: Log;
}

export function asking(parts: ApiParts, live: LiveState, now: () => number): Asking {
  const { store, log } = parts;
  const coverage = coverageOf(store, now);
  return {
    store,
    clusters: knownClusters(store, now),
    moments: moments({ store, live, coverage, now }),
    coverage,
    graphs: graphs(),
    live,
    reader: parts.live,
    progress: parts.progress,
    now,
    log,
  };
}
