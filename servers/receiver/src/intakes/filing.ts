// What came by an intake as chunks of our own: filed at once, so that the sender's 200 means kept and found; then published, so that tails see it.

import { createHash } from 'node:crypto';
import { type Log, makeKey, type SigningKey } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import { TOPICS, type Transport } from '@mosaic/transport';
import {
  type Chunk,
  type ChunkHeader,
  type Compression,
  type Connection,
  hourOf,
  type MetricSeries,
  type Patterns,
  patterns,
  type SentLine,
  sealChunk,
  sealLogs,
  writeConnections,
  writeSeries,
} from '@mosaic/wire';

export type { SentLine };

export interface Filing {
  /** `body`: the request as it came, by which a retry is known. Resolves when all is kept. */
  logs(cluster: number, intake: string, body: Uint8Array, lines: readonly SentLine[]): Promise<void>;
  metrics(cluster: number, intake: string, body: Uint8Array, series: readonly MetricSeries[]): Promise<void>;
  connections(cluster: number, intake: string, body: Uint8Array, seen: readonly Connection[]): Promise<void>;
}

interface Parts {
  readonly store: Pick<Store, 'logs' | 'metrics' | 'connections' | 'clusters'>;
  readonly transport: Pick<Transport, 'publish'>;
  readonly compression: Compression;
  readonly log: Log;
  readonly now?: () => number;
  /** Signs what is published. Default a key of this process. */
  readonly key?: SigningKey;
}

const MOST_ENTITIES = 500;
const MOST_SAMPLES = 50_000;
const MOST_CONNECTIONS = 5_000;

export function intakeFiling({ store, transport, compression, log, now = Date.now, key = makeKey() }: Parts): Filing {
  const enrolled = new Map<number, Promise<void>>();
  const known = new Map<number, Patterns>();

  /** Readers of the road believe signed chunks only, also ours. */
  const enrol = (cluster: number): Promise<void> => {
    const done =
      enrolled.get(cluster) ?? store.clusters.addKey(cluster, { keyId: key.keyId, publicKey: key.publicKey });
    enrolled.set(cluster, done);
    done.catch(() => enrolled.delete(cluster));
    return done;
  };

  /** Same body, same ids: a retry doubles nothing. */
  const about = (cluster: number, intake: string, body: Uint8Array) => ({
    ...{ cluster, source: `intake ${intake}`, epoch: 0, sealedAt: now() },
    boot: createHash('sha256').update(`${cluster}\n`).update(body).digest('hex').slice(0, 32),
  });

  const keep = async (
    cluster: number,
    signal: 'logs' | 'metrics' | 'connections',
    chunks: readonly Chunk[],
  ): Promise<void> => {
    await enrol(cluster);
    await Promise.all(chunks.map((chunk) => store[signal].file(chunk, now())));
    const messages = chunks.map(({ bytes }) => ({ key: String(cluster), value: bytes }));
    // Kept already: a broker that is away costs tails their immediacy and nothing else.
    transport
      .publish(TOPICS[signal], messages)
      .catch((error: unknown) => log.debug('intake not published', { signal, error }));
  };

  return {
    async logs(cluster, intake, body, lines) {
      const learnt = known.get(cluster) ?? patterns();
      known.set(cluster, learnt);
      const sealing = { ...about(cluster, intake, body), seq: 0 };
      await keep(cluster, 'logs', sealLogs(lines.toSorted(byInstant), sealing, compression, key, learnt));
    },
    async metrics(cluster, intake, body, series) {
      const head = about(cluster, intake, body);
      const parts = cutSeries(series);
      await keep(
        cluster,
        'metrics',
        parts.map((part, seq) => metricsChunk({ ...head, seq }, part, compression, key)),
      );
    },
    async connections(cluster, intake, body, seen) {
      const head = about(cluster, intake, body);
      const byHour = [...Map.groupBy(seen, ({ at }) => hourOf(at)).values()];
      const parts = byHour.flatMap((one) => sliced(one, MOST_CONNECTIONS));
      const chunks = parts.map((part, seq) => {
        const instants = part.map(({ at }) => at);
        const header = { ...head, signal: 'connections' as const, seq, ...spanOf(instants), count: part.length };
        return sealChunk({ header, body: writeConnections(part) }, compression, key);
      });
      await keep(cluster, 'connections', chunks);
    },
  };
}

const byInstant = (a: SentLine, b: SentLine): number => a.at - b.at || a.nanos - b.nanos;

const spanOf = (instants: readonly number[]): { t0: number; t1: number } => ({
  t0: instants.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  t1: instants.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
});

function sliced<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, (i + 1) * most));
}

type Head = Pick<ChunkHeader, 'cluster' | 'source' | 'boot' | 'epoch' | 'seq' | 'sealedAt'>;

function metricsChunk(head: Head, series: readonly MetricSeries[], compression: Compression, key: SigningKey): Chunk {
  const count = series.reduce((sum, { at }) => sum + at.length, 0);
  const entities = [...new Set(series.map(({ entity }) => entity.slice(0, 600)))];
  const metrics = { shape: 'wide' as const, step: 0, entities };
  const header = { ...head, signal: 'metrics' as const, ...spanOf(series.flatMap(({ at }) => at)), count, metrics };
  return sealChunk({ header, body: writeSeries(series) }, compression, key);
}

/** Parts of one UTC hour each, with a bounded number of entities and samples. */
function cutSeries(series: readonly MetricSeries[]): MetricSeries[][] {
  const hours = new Map<number, MetricSeries[]>();
  for (const one of series) {
    for (const [hour, part] of hourly(one)) hours.set(hour, [...(hours.get(hour) ?? []), part]);
  }
  return [...hours.values()].flatMap((part) => {
    const parts: MetricSeries[][] = [];
    let entities = new Set<string>();
    let samples = Number.POSITIVE_INFINITY;
    for (const one of part) {
      if (samples + one.at.length > MOST_SAMPLES || entities.size >= MOST_ENTITIES) {
        parts.push([]);
        entities = new Set();
        samples = 0;
      }
      parts.at(-1)?.push(one);
      entities.add(one.entity);
      samples += one.at.length;
    }
    return parts;
  });
}

function hourly(series: MetricSeries): [number, MetricSeries][] {
  const { at, values } = series;
  const first = hourOf(at[0] ?? 0);
  if (at.length > 0 && hourOf(at.at(-1) ?? 0) === first) return [[first, series]];
  const places = Map.groupBy(at.keys(), (i) => hourOf(at[i] ?? 0));
  return [...places].map(([hour, of]) => [
    hour,
    { ...series, at: of.map((i) => at[i] ?? 0), values: of.map((i) => values[i] ?? Number.NaN) },
  ]);
}
