// What the deriver counts, as `/metrics` tells it.

import type { MetricsRegistry } from '@mosaic/runtime';

export const tally = (registry: MetricsRegistry) => ({
  chunks: registry.counter('mosaic_deriver_chunks_total', 'Chunks derived from'),
  changes: registry.counter('mosaic_deriver_changes_total', 'Changes written'),
  leases: registry.counter('mosaic_deriver_leases_total', 'IP leases written'),
  minutes: registry.counter('mosaic_deriver_edge_minutes_total', 'Minutes of edges derived'),
  edges: registry.counter('mosaic_deriver_edges_total', 'Edges written'),
  edgeLag: registry.histogram('mosaic_deriver_edge_lag_seconds', 'From when a minute could be derived to its edges'),
  rolled: registry.counter('mosaic_deriver_rolled_total', 'Entities whose samples were rolled up'),
  passedOver: registry.counter('mosaic_deriver_passed_over_total', 'Messages nothing was derived from, by fault'),
  troubles: registry.counter('mosaic_deriver_troubles_total', 'Batches to be taken again, by reason'),
  seconds: registry.histogram('mosaic_deriver_seconds', 'Time to derive from a chunk'),
});

export type Tally = ReturnType<typeof tally>;
