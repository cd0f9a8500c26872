// A short road for tests: a memory store, an in-process transport, one cluster with one key, and derivers on it.

import { makeKey, nodeCompression, silentLog } from '@mosaic/runtime';
import { memoryStore, type Store } from '@mosaic/store';
import { inProcessTransport, TOPICS, type Transport } from '@mosaic/transport';
import {
  type ChunkHeader,
  type Connection,
  type MetricSeries,
  type Revision,
  type Sealing,
  type Slim,
  type SlimDelta,
  sealChunk,
  writeConnections,
  writeDeltas,
  writeRevisions,
  writeSeries,
  writeSlims,
} from '@mosaic/wire';
import { vi } from 'vitest';
import { createDeriver, DERIVER_GROUP, type Deriver } from '../deriver.ts';
import { AT } from './seen.ts';

export interface Road {
  readonly store: Store;
  readonly cluster: number;
  /** Over what stands between it and the store in this test. */
  deriver(wrap?: (store: Store) => Store): Promise<Deriver>;
  /** A chunk of `objects` as the agent would seal it; its sequence counts on unless told. */
  chunk(
    seen: { readonly revisions?: readonly Revision[]; readonly deltas?: readonly SlimDelta[] },
    change?: Partial<ChunkHeader>,
  ): Uint8Array;
  send(...chunks: readonly Uint8Array[]): Promise<void>;
  /** Files what a node saw, as the receiver would, and sends it. One chunk per call. */
  saw(connections: readonly Connection[], node?: string): Promise<void>;
  /** The same of samples. */
  measured(series: readonly MetricSeries[], source?: string): Promise<void>;
  /** Files a whole checkpoint, as the receiver would. */
  checkpoint(slims: readonly Slim[], at: number, epoch?: number): Promise<void>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** `now`: the clock of its derivers and its store. */
export async function road(now = () => AT): Promise<Road> {
  const store = memoryStore({ compression: nodeCompression, now });
  const transport = inProcessTransport();
  const { id: cluster } = await store.clusters.enrol({ name: 'shop', kind: 'playground' });
  const key = makeKey();
  await store.clusters.addKey(cluster, key);
  const derivers: Deriver[] = [];
  let seq = 0;
  let nodeSeq = 0;
  const seal = (change: Partial<ChunkHeader>, sections: Omit<Sealing, 'header'>) => {
    const who = { signal: 'objects', cluster, source: 'cluster-agent', boot: 'b1', epoch: 1, seq } as const;
    const header = { ...who, t0: AT, t1: AT, sealedAt: AT, count: 1, ...change };
    return sealChunk({ header, ...sections }, nodeCompression, key);
  };
  return {
    store,
    cluster,
    async deriver(wrap = (each) => each) {
      const made = createDeriver({
        store: wrap(store),
        transport,
        compression: nodeCompression,
        log: silentLog,
        now,
      });
      derivers.push(made);
      await made.start();
      return made;
    },
    chunk({ revisions = [], deltas = [] }, change = {}) {
      seq = change.seq ?? seq + 1;
      const instants = [...revisions, ...deltas].map(({ at }) => at);
      const times = { t0: Math.min(...instants), t1: Math.max(...instants), sealedAt: Math.max(...instants) };
      const rows = revisions.length > 0 && { rows: writeRevisions(revisions) };
      return seal({ ...times, seq, ...change }, { ...rows, ...(deltas.length > 0 && { body: writeDeltas(deltas) }) })
        .bytes;
    },
    send: (...chunks) =>
      transport.publish(
        TOPICS.objects,
        chunks.map((value) => ({ key: String(cluster), value })),
      ),
    async saw(connections, node = 'node-1') {
      const at = connections.map((one) => one.at);
      const span = { t0: Math.min(...at), t1: Math.max(...at), sealedAt: Math.max(...at), count: at.length };
      const of = { signal: 'connections', source: node, seq: ++nodeSeq, ...span } as const;
      const { header, body, bytes } = seal(of, { body: writeConnections(connections) });
      await store.connections.file({ header, body }, span.t1);
      await transport.publish(TOPICS.connections, [{ key: String(cluster), value: bytes }]);
    },
    async measured(series, source = 'node-1') {
      const at = series.flatMap((one) => one.at);
      const entities = [...new Set(series.map(({ entity }) => entity))];
      const metrics = { shape: 'wide' as const, step: 15_000, entities };
      const span = { t0: Math.min(...at), t1: Math.max(...at), sealedAt: Math.max(...at), count: at.length };
      const of = { signal: 'metrics', source, seq: ++nodeSeq, metrics, ...span } as const;
      const { header, body, bytes } = seal(of, { body: writeSeries(series) });
      await store.metrics.file({ header, body }, span.t1);
      await transport.publish(TOPICS.metrics, [{ key: String(cluster), value: bytes }]);
    },
    async checkpoint(slims, at, epoch = 1) {
      const checkpoint = { at, shard: 0, shards: 1, watermark: 0 };
      const { header, body } = seal(
        { signal: 'state', t0: at, t1: at, sealedAt: at, epoch, seq: 0, checkpoint },
        { body: writeSlims(slims) },
      );
      await store.state.file({ header, body }, at);
    },
    settled: () => vi.waitFor(() => drained(transport), { timeout: 10_000, interval: 5 }),
    async close() {
      await Promise.all(derivers.map((each) => each.stop()));
      await transport.close();
      await store.close();
    },
  };
}

async function drained(transport: Transport): Promise<void> {
  const lag = await transport.lag(DERIVER_GROUP, [TOPICS.objects, TOPICS.connections, TOPICS.metrics]);
  const left = Object.values(lag).reduce((sum, each) => sum + each, 0);
  if (left > 0) throw new Error(`${left} messages left`);
}
