// What the receiver counts, as `/metrics` tells it.

import type { MetricsRegistry } from '@mosaic/runtime';

export const tally = (registry: MetricsRegistry) => ({
  chunks: registry.counter('mosaic_receiver_chunks_total', 'Chunks written, by signal'),
  records: registry.counter('mosaic_receiver_records_total', 'Records written, by signal'),
  bytes: registry.counter('mosaic_receiver_bytes_total', 'Bytes of messages taken, by signal'),
  badRecords: registry.counter('mosaic_receiver_bad_records_total', 'Records left out of good chunks, by signal'),
  quarantined: registry.counter('mosaic_receiver_quarantined_total', 'Messages set aside, by fault'),
  troubles: registry.counter('mosaic_receiver_troubles_total', 'Batches to be taken again, by reason'),
  skewed: registry.counter('mosaic_receiver_skewed_total', 'Chunks sealed by a clock too far ahead, by cluster'),
  seconds: registry.histogram('mosaic_receiver_write_seconds', 'Time to write a chunk'),
  delay: registry.histogram(
    'mosaic_receiver_delay_seconds',
    'From sealed at the agent to written',
    [0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 600, 3600],
  ),
});

export type Tally = ReturnType<typeof tally>;
