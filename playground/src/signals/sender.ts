// Signals as chunks, as a node agent seals and publishes them. One sender stands for all nodes of a simulated cluster.

import { TOPICS } from '@mosaic/transport';
import {
  type Chunk,
  type ChunkHeader,
  COVERAGE_EVERY_MS,
  type Compression,
  type Connection,
  hourOf,
  type MetricSeries,
  patterns,
  type SentLine,
  type Signer,
  sealChunk,
  sealLogs,
  writeConnections,
  writeCoverage,
  writeSeries,
} from '@mosaic/wire';
import type { SignalSpan, Signals } from './signals.ts';

export interface SignalLimits {
  readonly everyMs: number;
  readonly stride: number;
  readonly callsEveryMs: number;
  /** Samples of so long travel together. */
  readonly metricsEveryMs: number;
}

interface Parts {
  readonly cluster: number;
  readonly source: string;
  readonly boot: string;
  readonly epoch: number;
  readonly compression: Compression;
  readonly signer: Signer;
  readonly signals: (span: SignalSpan) => Signals;
  publish(topic: string, chunk: Chunk): Promise<void>;
  /** By the wall: what skew is measured against. */
  readonly sealedAt: () => number;
}

export interface SignalSender {
  /** Tells everything since the last time, when enough time has passed. */
  tick(at: number, limits: SignalLimits): Promise<void>;
  /** Tells what is left. */
  flush(at: number): Promise<void>;
}

/** Others come first. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const SIGNALS = ['logs', 'connections', 'metrics'] as const;
const MOST_ENTITIES = 1_000;
const SAMPLE_EVERY_MS = 15_000;

/** `from`: since when there is something to tell, epoch ms. */
export function signalSender(parts: Parts, from: number): SignalSender {
  const { signals, publish, compression, signer } = parts;
  const known = patterns();
  let told = from;
  let seq = 0;
  let samples: MetricSeries[] = [];
  let sampledSince = from;
  let sampledAt = 0;
  let coverage = 0;

  const about = (): Omit<ChunkHeader, 'signal' | 't0' | 't1' | 'count'> => {
    const { cluster, source, boot, epoch, sealedAt } = parts;
    return { cluster, source, boot, epoch, seq: seq++, sealedAt: sealedAt() };
  };
  const send = (signal: keyof typeof TOPICS, chunk: Chunk): Promise<void> => publish(TOPICS[signal], chunk);

  const tellLines = async (lines: readonly SentLine[]): Promise<void> => {
    const sorted = lines.toSorted((a, b) => a.at - b.at || a.nanos - b.nanos);
    const chunks = sealLogs(sorted, about(), compression, signer, known);
    seq += Math.max(0, chunks.length - 1);
    for (const chunk of chunks) await send('logs', chunk);
  };

  const tellConnections = async (seen: readonly Connection[]): Promise<void> => {
    for (const part of Map.groupBy(seen, ({ at }) => hourOf(at)).values()) {
      const instants = part.map(({ at }) => at);
      const span = { t0: Math.min(...instants), t1: Math.max(...instants) };
      const header = { ...about(), signal: 'connections' as const, ...span, count: part.length };
      await send('connections', sealChunk({ header, body: writeConnections(part) }, compression, signer));
    }
  };

  const tellSamples = async (): Promise<void> => {
    const joined = joinedSeries(samples);
    samples = [];
    for (let i = 0; i < joined.length; ) {
      const part: MetricSeries[] = [];
      const entities = new Set<string>();
      for (; i < joined.length && entities.size < MOST_ENTITIES; i++) {
        const series = joined[i] as MetricSeries; // within the list
        entities.add(series.entity);
        part.push(series);
      }
      const at = part.flatMap((series) => series.at);
      const span = { t0: least(at), t1: -least(at.map((instant) => -instant)) };
      const header = {
        ...about(),
        ...{ signal: 'metrics' as const, ...span, count: at.length },
        metrics: { shape: 'wide' as const, step: 15_000, entities: [...entities] },
      };
      await send('metrics', sealChunk({ header, body: writeSeries(part) }, compression, signer));
    }
  };

  const tellCoverage = async (to: number): Promise<void> => {
    const { source, boot, epoch } = parts;
    for (const { from: start, to: end } of hoursOf(told, to)) {
      const records = SIGNALS.map((signal) => ({
        ...{
          source,
          boot,
          epoch,
          sequence: coverage,
          signal,
          kind: '',
          from: start,
          coveredTo: end,
          state: 'watching' as const,
        },
      }));
      coverage++;
      const header = { ...about(), signal: 'coverage' as const, t0: start, t1: end, count: records.length };
      await send('coverage', sealChunk({ header, rows: writeCoverage(records) }, compression, signer));
    }
  };

  const tell = async (at: number, { stride, callsEveryMs, metricsEveryMs }: SignalLimits): Promise<void> => {
    if (at <= told) return;
    const seen = signals({ from: told, to: at, stride, callsEveryMs });
    await tellLines(seen.lines());
    await breath();
    await tellConnections(seen.connections());
    await breath();
    const crossesHour = samples.length > 0 && hourOf(sampledSince) !== hourOf(at);
    if (samples.length > 0 && (crossesHour || at - sampledSince >= metricsEveryMs)) await tellSamples();
    if (at - sampledAt >= SAMPLE_EVERY_MS) {
      if (samples.length === 0) sampledSince = at;
      for (const one of seen.series()) samples.push(one);
      sampledAt = at;
    }
    await tellCoverage(at);
    told = at;
  };

  return {
    async tick(at, limits) {
      if (at - told >= limits.everyMs) await tell(at, limits);
    },
    async flush(at) {
      await tell(at, { everyMs: 0, stride: 1, callsEveryMs: COVERAGE_EVERY_MS, metricsEveryMs: 0 });
      if (samples.length > 0) await tellSamples();
    },
  };
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));

/** A span cut at whole hours: no chunk crosses one. */
function hoursOf(from: number, to: number): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, (hourOf(start) + 1) * 3_600_000 - 1);
    parts.push({ from: start, to: Math.max(start, end) });
    start = end + 1;
  }
  return parts;
}

/** Single samples of one series in a row. */
function joinedSeries(samples: readonly MetricSeries[]): MetricSeries[] {
  const groups = Map.groupBy(samples, ({ entity, metric }) => `${entity}\n${metric}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ ...first, at: group.flatMap(({ at }) => at), values: group.flatMap(({ values }) => values) }];
  });
}
