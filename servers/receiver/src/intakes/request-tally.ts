// `total_requests`, `sum_response_time` (milliseconds) and `avg_response_time` by method, path and statusCode, as the contract of /write names them.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MetricsRegistry } from '@mosaic/runtime';

export interface RequestTally {
  /** Counts when the answer has gone. `path`: its shape, not what somebody typed. */
  time(request: IncomingMessage, response: ServerResponse, path: string): void;
}

export function requestTally(metrics: MetricsRegistry): RequestTally {
  const total = metrics.counter('total_requests', 'Requests answered');
  const sum = metrics.counter('sum_response_time', 'Milliseconds from request to answer, in all');
  const average = metrics.gauge('avg_response_time', 'Milliseconds from request to answer, on average');
  const kept = new Map<string, { count: number; ms: number }>();
  return {
    time({ method = '' }, response, path) {
      const began = performance.now();
      response.once('close', () => {
        const labels = { method, path, statusCode: String(response.statusCode) };
        const key = JSON.stringify(labels);
        const known = kept.get(key) ?? { count: 0, ms: 0 };
        const ms = performance.now() - began;
        const now = { count: known.count + 1, ms: known.ms + ms };
        kept.set(key, now);
        total.add(1, labels);
        sum.add(ms, labels);
        average.set(now.ms / now.count, labels);
      });
    },
  };
}
