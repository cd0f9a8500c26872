// The open chunks of every signal the recorder writes, their sequences, and what is on its way.

import { type ChunkWriter, type Covering, chunkWriter, coverageBook, type Told } from '@mosaic/runtime';
import {
  type Chunk,
  type ChunkHeader,
  type ClusterEvent,
  type CoverageRecord,
  hourOf,
  type Revision,
  type Sealing,
  type Signal,
  type SlimDelta,
  sealChunk,
  writeCoverage,
  writeDeltas,
  writeEvents,
  writeRevisions,
} from '@mosaic/wire';
import type { Shard } from './checkpoint.ts';
import type { RecorderLimits, RecorderOptions } from './recorder.ts';
import { weightOfRevision } from './weights.ts';

export interface SeenChange {
  readonly revision?: Revision;
  readonly delta?: SlimDelta;
}

export interface Outbox {
  readonly objects: ChunkWriter<SeenChange>;
  readonly state: ChunkWriter<SlimDelta>;
  readonly events: ChunkWriter<ClusterEvent>;
  checkpoint(shards: readonly Shard[], at: number): void;
  past(rows: readonly Revision[], at: number): void;
  cover(covering: Covering): void;
  due(at: number): void;
  stop(at: number, reason: string): void;
  sealAll(): void;
  /** Resolves when at most `bytes` are in flight; throws what publishing failed with. */
  settled(bytes: number): Promise<void>;
  stats(): {
    readonly chunks: Partial<Record<Signal, number>>;
    readonly chunkBytes: Partial<Record<Signal, number>>;
  };
}

/** Inflated: about 64 KiB compressed. */
const STATE_SEAL_BYTES = 256 * 1024;

export function outbox(options: RecorderOptions, limits: RecorderLimits): Outbox {
  const { cluster, source, boot, epoch, compression, signer } = options;
  const sequences = new Map<Signal, number>();
  const chunks: Partial<Record<Signal, number>> = {};
  const chunkBytes: Partial<Record<Signal, number>> = {};
  const sending = sender(options.publish);
  const book = coverageBook();
  let latest = 0;
  let coverageAt: number | undefined;

  const nextOf = (signal: Signal): number => {
    const seq = (sequences.get(signal) ?? 0) + 1;
    sequences.set(signal, seq);
    return seq;
  };
  type Parts = Pick<ChunkHeader, 'signal' | 't0' | 't1' | 'count'> & Pick<Partial<ChunkHeader>, 'checkpoint' | 'agent'>;
  const send = (parts: Parts, sections: Omit<Sealing, 'header'>): void => {
    latest = Math.max(latest, parts.t1);
    const sealedAt = options.sealedAt?.(latest) ?? latest;
    const header = { cluster, source, boot, epoch, seq: nextOf(parts.signal), sealedAt, ...parts };
    const chunk = sealChunk({ header, ...sections }, compression, signer);
    chunks[parts.signal] = (chunks[parts.signal] ?? 0) + 1;
    chunkBytes[parts.signal] = (chunkBytes[parts.signal] ?? 0) + chunk.bytes.length;
    sending.send(`mosaic.${parts.signal}`, chunk);
  };

  const objects = chunkWriter<SeenChange>({
    ageMs: limits.objectsEveryMs,
    seal(records, t0, t1) {
      const rows = records.flatMap(({ revision }) => revision ?? []);
      const deltas = records.flatMap(({ delta }) => delta ?? []);
      send(
        { signal: 'objects', t0, t1, count: rows.length },
        {
          ...(rows.length > 0 && { rows: writeRevisions(rows) }),
          ...(deltas.length > 0 && { body: writeDeltas(deltas) }),
        },
      );
    },
  });
  const state = chunkWriter<SlimDelta>({
    ageMs: limits.stateEveryMs,
    sealAtBytes: STATE_SEAL_BYTES,
    seal: (deltas, t0, t1) => send({ signal: 'state', t0, t1, count: deltas.length }, { body: writeDeltas(deltas) }),
  });
  const events = chunkWriter<ClusterEvent>({
    ageMs: limits.eventsEveryMs,
    seal: (rows, t0, t1) => send({ signal: 'events', t0, t1, count: rows.length }, { rows: writeEvents(rows) }),
  });
  const tell = (told: readonly Told[], at: number): void => {
    if (told.length === 0) return;
    const sequence = (sequences.get('coverage') ?? 0) + 1;
    const records: CoverageRecord[] = told.map((record) => ({ source, boot, epoch, sequence, ...record }));
    const agent = options.note?.();
    send(
      { signal: 'coverage', t0: at, t1: at, count: records.length, ...(agent && { agent }) },
      { rows: writeCoverage(records) },
    );
  };
  const writers = [objects, state, events];

  return {
    objects,
    state,
    events,
    checkpoint(shards, at) {
      const watermark = (sequences.get('state') ?? 0) + shards.length; // its own shards included: the next delta is watermark + 1
      for (const { index, count, body, dictionary } of shards) {
        send(
          { signal: 'state', t0: at, t1: at, count, checkpoint: { at, shards: shards.length, watermark, ...index } },
          { ...(body && { body }), ...(dictionary && { bodyDictionary: dictionary }) },
        );
      }
    },
    past(rows, at) {
      latest = Math.max(latest, at);
      for (const part of byHour(rows)) {
        const instants = part.map((row) => row.at);
        const [t0, t1] = [Math.min(...instants), Math.max(...instants)];
        send({ signal: 'objects', t0, t1, count: part.length }, { rows: writeRevisions(part) });
      }
    },
    cover(covering) {
      const ended = book.cover(covering);
      if (ended) tell([ended], covering.to);
    },
    due(at) {
      latest = Math.max(latest, at);
      for (const writer of writers) writer.due(at);
      coverageAt ??= at;
      if (at - coverageAt < limits.coverageEveryMs) return;
      coverageAt = at;
      tell(book.told(), at);
    },
    stop: (at, reason) => tell(book.stop(at, reason), at),
    sealAll() {
      for (const writer of writers) writer.seal();
      tell(book.told(), latest);
    },
    settled: sending.settled,
    stats: () => ({ chunks: { ...chunks }, chunkBytes: { ...chunkBytes } }),
  };
}

/** Rows in order of time, cut where the UTC hour turns and where a chunk would grow too big. */
function byHour(rows: readonly Revision[]): Revision[][] {
  const parts: Revision[][] = [];
  let weight = 0;
  let hour: number | undefined;
  for (const row of [...rows].sort((a, b) => a.at - b.at)) {
    const part = parts.at(-1);
    weight += weightOfRevision(row);
    if (part === undefined || hour !== hourOf(row.at) || weight > PAST_BYTES) {
      parts.push([row]);
      weight = weightOfRevision(row);
      hour = hourOf(row.at);
    } else part.push(row);
  }
  return parts;
}
const PAST_BYTES = 512 * 1024;

interface Sender {
  send(topic: string, chunk: Chunk): void;
  settled(bytes: number): Promise<void>;
}

/** Publishes in order; remembers how much is not answered yet and the first failure. */
function sender(publish: RecorderOptions['publish']): Sender {
  const pending = new Set<Promise<void>>();
  let inFlight = 0;
  let failure: { readonly error: unknown } | undefined;
  return {
    send(topic, chunk) {
      inFlight += chunk.bytes.length;
      const done: Promise<void> = publish(topic, chunk)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => {
          inFlight -= chunk.bytes.length;
          pending.delete(done);
        });
      pending.add(done);
    },
    async settled(bytes) {
      while (inFlight > bytes && pending.size > 0) await Promise.race(pending);
      if (bytes === 0) await Promise.all(pending);
      if (failure === undefined) return;
      const { error } = failure;
      failure = undefined;
      throw error;
    },
  };
}
