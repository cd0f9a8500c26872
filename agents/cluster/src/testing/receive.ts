// The other end of the road, for tests: chunks as published, read back from their bytes, folded and restored as storage.md says.

import { nodeCompression } from '@mosaic/runtime';
import {
  type Chunk,
  type ChunkHeader,
  type ClusterEvent,
  type CoverageRecord,
  type DeltaChunk,
  decodeUtf8,
  foldState,
  inflateBody,
  inflateRows,
  type Revision,
  readChunk,
  readCoverage,
  readDeltas,
  readEvents,
  readRevisions,
  readSlims,
  type Slim,
} from '@mosaic/wire';

export interface Received {
  readonly publish: (topic: string, chunk: Chunk) => Promise<void>;
  readonly chunks: Chunk[];
  headers(signal?: ChunkHeader['signal']): ChunkHeader[];
  revisions(): Revision[];
  events(): ClusterEvent[];
  coverage(): CoverageRecord[];
  /** Live tail: every delta of the objects chunks. */
  tail(): DeltaChunk[];
  stateAt(at: number): Map<string, Slim>;
  /** The cleaned object's JSON at a revision. */
  restore(revision: Revision): string;
}

export function received(): Received {
  const chunks: Chunk[] = [];
  const of = (signal: ChunkHeader['signal']): Chunk[] => chunks.filter(({ header }) => header.signal === signal);
  const revisions = (): Revision[] =>
    of('objects').flatMap((chunk) => readRevisions(orEmpty(inflateRows(chunk, nodeCompression))));
  const bodyOf = (chunk: Chunk): Uint8Array => {
    const { checkpoint } = chunk.header;
    const other = (at: number): Uint8Array => {
      const found = of('state').find(
        ({ header }) =>
          header.checkpoint?.at === at &&
          header.checkpoint.shard === checkpoint?.shard &&
          header.epoch === chunk.header.epoch,
      );
      if (found === undefined) throw new Error(`no checkpoint at ${at}`);
      return bodyOf(found);
    };
    if (checkpoint?.sameAs) return other(checkpoint.sameAs.at);
    return inflateBody(chunk, nodeCompression, checkpoint?.base && other(checkpoint.base.at));
  };
  return {
    chunks,
    async publish(_, chunk) {
      chunks.push(readChunk(chunk.bytes, nodeCompression));
    },
    headers: (signal) => (signal ? of(signal) : chunks).map(({ header }) => header),
    revisions,
    events: () => of('events').flatMap((chunk) => readEvents(inflateRows(chunk, nodeCompression))),
    coverage: () => of('coverage').flatMap((chunk) => readCoverage(inflateRows(chunk, nodeCompression))),
    tail: () =>
      of('objects')
        .filter(({ header }) => header.body)
        .map((chunk) => ({ seq: chunk.header.seq, deltas: readDeltas(inflateBody(chunk, nodeCompression)) })),
    stateAt(at) {
      const shards = of('state').filter(({ header }) => header.checkpoint !== undefined && header.checkpoint.at <= at);
      const byWatermark = Map.groupBy(shards, ({ header }) => header.checkpoint?.watermark ?? 0);
      const whole = [...byWatermark].filter(([, group]) => group.length === group[0]?.header.checkpoint?.shards);
      const [newest, chosen] = whole.sort(([a], [b]) => b - a)[0] ?? [0, []];
      const deltas = of('state')
        .filter(({ header }) => header.checkpoint === undefined)
        .map((chunk) => ({ seq: chunk.header.seq, deltas: readDeltas(bodyOf(chunk)) }));
      return foldState(
        chosen.map((chunk) => readSlims(bodyOf(chunk))),
        newest,
        deltas,
        at,
      );
    },
    restore(revision) {
      const { enc, body, inflated } = revision;
      if (enc === 0) return decodeUtf8(body);
      if (enc === 1) return decodeUtf8(nodeCompression.inflate(2, body, inflated));
      const base = revisions().find(
        ({ uid, at, rv }) => uid === revision.uid && at === revision.baseAt && rv === revision.baseRv,
      );
      if (enc !== 2 || base === undefined) throw new Error('a revision without a body or a base');
      return decodeUtf8(
        nodeCompression.inflate(2, body, inflated, nodeCompression.inflate(2, base.body, base.inflated)),
      );
    },
  };
}

/** A chunk without rows has none; columns begin with their count. */
const orEmpty = (rows: Uint8Array): Uint8Array => (rows.length === 0 ? new Uint8Array([0, 0]) : rows);
