// Samples: from chunks of one entity where there are any, from those of whole nodes for the rest; each sample once.

import {
  type Compression,
  DAY_MS,
  decodeUtf8,
  encodeUtf8,
  entityMark,
  HOUR_MS,
  Malformed,
  type MetricIndex,
  type MetricSeries,
  readSeries,
  type Span,
} from '@mosaic/wire';
import { headOf, inflatedBody, seenNames } from '../chunk-room.ts';
import type { Keeping } from '../keeping.ts';
import type { FiledChunk, Metrics, RolledSeries } from '../port-signals.ts';
import type { ChunkHead, Rows } from '../rows.ts';

const ZSTD = 1;
const BATCH = 64;

/** As `file` writes it: names of the entities. */
interface HeadIndex {
  readonly e: readonly string[];
}

export function metrics(rows: Pick<Rows, 'chunks' | 'seen'>, keep: Keeping, compression: Compression): Metrics {
  const seen = seenNames(rows.seen, 'metrics');

  /** Names of entities, those under a prefix found among what was met. */
  const expand = async (cluster: number, names: readonly string[], span: Span): Promise<ReadonlySet<string>> => {
    const plain = names.filter((name) => !name.endsWith('*'));
    const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
    if (prefixes.length === 0) return new Set(plain);
    const met = await seen.between(cluster, span.from, span.to);
    const under = met.map(({ key }) => key).filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
    return new Set([...plain, ...under]);
  };

  const read = async (
    cluster: number,
    {
      from,
      to,
      entities,
      metrics: wished,
    }: Span & { readonly entities: readonly string[]; readonly metrics?: readonly string[] },
  ): Promise<MetricSeries[]> => {
    const span = { from: Math.max(from, keep.from('metrics')), to };
    const names = await expand(cluster, entities, span);
    const heads = (await rows.chunks.heads('metrics', cluster, span)).filter(
      ({ index }) => (JSON.parse(index) as HeadIndex).e.some((name) => names.has(name)), // file wrote it
    );
    const isWanted = ({ entity, metric }: { readonly entity: string; readonly metric: string }): boolean =>
      names.has(entity) && (wished === undefined || wished.includes(metric));
    const gathered = gathering(span);
    for (let i = 0; i < heads.length; i += BATCH) {
      const batch = heads.slice(i, i + BATCH);
      const bodies = await rows.chunks.bodies('metrics', cluster, batch);
      for (const [n, head] of batch.entries()) gathered.add(seriesIn(head, bodies[n], compression, isWanted));
    }
    return gathered.series();
  };

  return {
    async file(chunk, receivedAt) {
      const { entities } = indexOf(chunk);
      const { cluster, t0, t1 } = chunk.header;
      const head = headOf(chunk, receivedAt, { index: { e: entities } satisfies HeadIndex });
      await rows.chunks.put('metrics', cluster, head, chunk.body);
      await seen.note(
        cluster,
        entities.map((key) => ({ key, about: '', firstAt: t0, lastAt: t1 })),
      );
    },
    async series(cluster, { from, to, entity, metric }) {
      keep.check('metrics', to);
      const found = await read(cluster, {
        from,
        to,
        entities: [entity],
        ...(metric !== undefined && { metrics: [metric] }),
      });
      return found.map(({ at: _, values: __, ...head }) => head);
    },
    async samples(cluster, query) {
      keep.check('metrics', query.to);
      return read(cluster, query);
    },
    async putRolled(cluster, resolution, start, entity, series) {
      const inflated = encodeUtf8(JSON.stringify(series));
      const body = compression.compress(ZSTD, inflated);
      const head: ChunkHead = {
        ...{ t0: start, t1: start + HOUR_MS - 1, id: `${resolution}/${entityMark(entity)}`, group: 0, codec: ZSTD },
        ...{ inflated: inflated.length, count: series.length, bytes: body.length, receivedAt: keep.now() },
        ...{ index: '{}', bloom: new Uint8Array(0) },
      };
      await rows.chunks.put('rolled', cluster, head, body);
    },
    async rolled(cluster, resolution, { from, to, entities, metrics: wished }) {
      keep.check('rolled', to);
      const reach = resolution === '1h' ? DAY_MS : HOUR_MS;
      const span = { from: Math.max(Math.floor(from / reach) * reach, keep.from('rolled')), to };
      const names = await expand(cluster, entities, span);
      const ids = new Set([...names].map((name) => `${resolution}/${entityMark(name)}`));
      const heads = (await rows.chunks.heads('rolled', cluster, span)).filter(({ id }) => ids.has(id));
      const bodies = await rows.chunks.bodies('rolled', cluster, heads);
      const all = heads.flatMap((head, i) => rolledIn(head, bodies[i], compression));
      return joinedRolled(all, { from, to }).filter(({ metric }) => wished === undefined || wished.includes(metric));
    },
    async entities(cluster, { from, to }) {
      return (await seen.between(cluster, from, to)).map(({ key }) => key);
    },
  };
}

/** Throws `Malformed` for what is no chunk of metrics. */
function indexOf({ header }: FiledChunk): MetricIndex {
  if (header.signal !== 'metrics' || header.metrics === undefined)
    throw new Malformed(`a chunk of ${header.signal} without an index of metrics`);
  return header.metrics;
}

function seriesIn(
  head: ChunkHead,
  body: Uint8Array | undefined,
  compression: Compression,
  isWanted: (head: { readonly entity: string; readonly metric: string }) => boolean,
): MetricSeries[] {
  if (body === undefined) return [];
  try {
    return readSeries(inflatedBody(head, body, compression), isWanted);
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

const keyOf = ({ entity, metric, labels }: Omit<MetricSeries, 'at' | 'values'>): string =>
  JSON.stringify([entity, metric, Object.entries(labels).sort()]);

/** Samples of many chunks as one series each, ascending, every instant once. */
function gathering({ from, to }: Span) {
  const all = new Map<string, { head: Omit<MetricSeries, 'at' | 'values'>; samples: Map<number, number> }>();
  return {
    add(series: readonly MetricSeries[]): void {
      for (const { at, values, ...head } of series) {
        const key = keyOf(head);
        const known = all.get(key) ?? { head, samples: new Map<number, number>() };
        all.set(key, known);
        at.forEach((instant, i) => {
          if (instant >= from && instant <= to) known.samples.set(instant, values[i] ?? Number.NaN);
        });
      }
    },
    series: (): MetricSeries[] =>
      [...all.values()]
        .filter(({ samples }) => samples.size > 0)
        .map(({ head, samples }) => {
          const sorted = [...samples].sort(([a], [b]) => a - b);
          return { ...head, at: sorted.map(([at]) => at), values: sorted.map(([, value]) => value) };
        }),
  };
}

function rolledIn(head: ChunkHead, body: Uint8Array | undefined, compression: Compression): RolledSeries[] {
  return body === undefined ? [] : (JSON.parse(decodeUtf8(inflatedBody(head, body, compression))) as RolledSeries[]); // putRolled wrote it
}

function joinedRolled(all: readonly RolledSeries[], { from, to }: Span): RolledSeries[] {
  const groups = Map.groupBy(all, keyOf);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const steps = group.flatMap((one) => one.steps).filter(({ at }) => at >= from && at <= to);
    return first === undefined || steps.length === 0 ? [] : [{ ...first, steps: steps.sort((a, b) => a.at - b.at) }];
  });
}
