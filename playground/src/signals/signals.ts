// What the node agents of a simulated cluster would see: lines, connections, samples. Made from how the world stands, the same ones for the same seed.

import type { Connection, MetricSeries, SentLine } from '@mosaic/wire';
import type { Engine } from '../sim.ts';
import { callsWithin } from './calls.ts';
import { lineTeller } from './lines.ts';
import { sampler } from './samples.ts';

/** [from, to), both in the cluster's own time; `to` is about now. */
export interface SignalSpan {
  readonly from: number;
  readonly to: number;
  /** Of ordinary log lines every how many-th: a past told in seconds says less. Default all. */
  readonly stride?: number;
  /** One window of connections in so many ms. Default all, ten seconds each. */
  readonly callsEveryMs?: number;
}

/** Each made when it is asked for: of thousands of pods all three at once would hold up whatever else the process does. */
export interface Signals {
  lines(): readonly SentLine[];
  connections(): readonly Connection[];
  /** One sample each, at the end of the span. */
  series(): readonly MetricSeries[];
}

export function signalsOf(sim: Engine): (span: SignalSpan) => Signals {
  const tellLines = lineTeller(sim);
  const sample = sampler(sim);
  return (span) => ({
    lines: () => tellLines(span),
    connections: () => callsWithin(sim, span),
    series: () => sample(span.to),
  });
}
