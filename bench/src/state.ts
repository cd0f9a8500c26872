// `state`: a day of a cluster of 15 k objects at 20 changes/s, written by the agent's own state writer, then asked for at random moments with nothing decoded in memory.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpoints, living, outbox } from '@mosaic/agent-cluster';
import { startCassandra } from '@mosaic/dev';
import { nodeCompression } from '@mosaic/runtime';
import { cassandraStore, embeddedStore, type StateAt, type StateChunk, type Store } from '@mosaic/store';
import { graphAt } from '@mosaic/topology';
import { type Slim, Unavailable } from '@mosaic/wire';
import { type Bench, type BenchContext, quantile, rounded, seeded } from './bench.ts';
import { nextDynamic, syntheticCluster } from './synthetic.ts';

const OBJECTS = 15_000;
const CHANGES_PER_S = 20;
const HOURS = 24;
const QUESTIONS = 200;
const DELTA_EVERY_MS = 10_000;
const CHECKPOINT_EVERY_MS = 600_000;
const MOST_TRIES = 20;
const BYTES_IN_FLIGHT = 2 << 20;
const CLUSTER = { name: 'bench', kind: 'kubernetes' } as const;

export const state: Bench = {
  async run(context) {
    const hours = context.isQuick ? 2 : HOURS;
    const to = Date.now();
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-state-'));
    const options = { compression: nodeCompression, cache: false };
    const embedded = await embeddedStore({ folder, ...options });
    await measure(context, 'embedded', embedded, to, hours);
    await embedded.close();
    rmSync(folder, { recursive: true, force: true });

    const server = await startCassandra({ told: context.tell });
    const [host = '127.0.0.1'] = server.hosts.split(',');
    const cassandra = await cassandraStore({
      hosts: [host],
      port: server.port,
      datacenter: server.datacenter,
      keyspace: `bench_${process.pid}`,
      ...options,
    });
    await measure(context, 'cassandra', cassandra, to, hours);
    await cassandra.close();
    await server.stop();
  },
};

async function measure(
  { tell, row, isQuick }: BenchContext,
  name: string,
  store: Store,
  to: number,
  hours: number,
): Promise<void> {
  const { id } = await store.clusters.enrol(CLUSTER);
  const from = to - hours * 3_600_000;
  const began = performance.now();
  const { bytes, objects } = await liveThrough(store, id, from, to, tell);
  tell(`${name}: ${hours} h written in ${rounded((performance.now() - began) / 1000)} s, ${rounded(bytes / 1e6)} MB`);
  const questions = isQuick ? 20 : QUESTIONS;
  const times = await ask(store, id, from, to, questions);
  const read = await ask(store, id, from, to, questions, readAll);
  const graphs = await ask(store, id, from, to, questions, drawAll);
  row({
    store: name,
    objects,
    changes_per_s: CHANGES_PER_S,
    hours,
    questions: times.length,
    p50_ms: rounded(quantile(times, 0.5)),
    p99_ms: rounded(quantile(times, 0.99)),
    read_p50_ms: rounded(quantile(read, 0.5)),
    read_p99_ms: rounded(quantile(read, 0.99)),
    graph_p50_ms: rounded(quantile(graphs, 0.5)),
    graph_p99_ms: rounded(quantile(graphs, 0.99)),
    bytes_per_cluster_day: Math.round((bytes * 24) / hours),
  });
}

/** The agent's own writer, driven through the hours; checkpoints and deltas are filed as they are sealed. */
async function liveThrough(
  store: Store,
  cluster: number,
  from: number,
  to: number,
  tell: (line: string) => void,
): Promise<{ bytes: number; objects: number }> {
  const random = seeded(11);
  const slims = syntheticCluster(OBJECTS);
  const alive = living();
  const shardsAt = checkpoints(alive);
  let bytes = 0;
  const file = async (chunk: StateChunk): Promise<void> => {
    bytes += chunk.body.length + JSON.stringify(chunk.header).length;
    await filed(store, chunk);
  };
  const limits = {
    versionBytes: 0,
    parsedVersions: 0,
    objectsEveryMs: 1_000,
    stateEveryMs: DELTA_EVERY_MS,
    eventsEveryMs: 5_000,
    coverageEveryMs: 10_000,
    checkpointEveryMs: CHECKPOINT_EVERY_MS,
    bytesInFlight: BYTES_IN_FLIGHT,
  };
  const out = outbox(
    {
      cluster,
      source: 'cluster-agent',
      boot: 'bench',
      epoch: 1,
      compression: nodeCompression,
      redactKey: 'bench',
      publish: (_, chunk) => file(chunk),
    },
    limits,
  );
  for (const slim of slims) alive.put(slim, from, true);
  let nextCheckpoint = from;
  let rv = 1_000_000;
  for (let at = from; at < to; at += 1000 / CHANGES_PER_S) {
    if (at >= nextCheckpoint) {
      out.state.seal();
      out.checkpoint(shardsAt(at), at);
      nextCheckpoint = (Math.floor(at / CHECKPOINT_EVERY_MS) + 1) * CHECKPOINT_EVERY_MS;
      await out.settled(limits.bytesInFlight);
      if (at % 3_600_000 < CHECKPOINT_EVERY_MS)
        tell(`${rounded((at - from) / 3_600_000, 0)} h of ${(to - from) / 3_600_000}`);
    }
    const slim = slims[Math.floor(random() * slims.length)] as Slim; // never empty
    const delta = alive.put({ ...slim, ...nextDynamic(alive.get(slim.uid) ?? slim, rv++, random) }, at, true);
    if (delta) out.state.add(delta, at, 84);
    out.due(at);
  }
  out.sealAll();
  await out.settled(0);
  return { bytes, objects: slims.length };
}

/** As the receiver does: a store that is not there for a moment is asked again. */
async function filed(store: Store, chunk: StateChunk): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await store.state.file(chunk, chunk.header.t1);
    } catch (error) {
      if (!(error instanceof Unavailable) || tries >= MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * (tries + 1)));
    }
  }
}

/** Objects are made when they are read: what a reader of all of them waits for. */
function readAll({ objects }: StateAt): void {
  let read = 0;
  for (const { kind, namespace, name, health } of objects.values())
    if (kind !== '' && name !== '' && namespace !== undefined && health !== undefined) read++;
  if (read !== OBJECTS) throw new Error(`${read} objects were read; ${OBJECTS} are there`);
}

/** What a page waits for before its map is drawn. */
function drawAll({ objects }: StateAt): void {
  const { nodes } = graphAt({ clusters: [{ id: 1, name: CLUSTER.name, objects }], level: 'workload' });
  if (nodes.length === 0) throw new Error('a map without nodes');
}

/** Times of state at random moments, with what is then done with it. */
async function ask(
  store: Store,
  cluster: number,
  from: number,
  to: number,
  questions: number,
  then: (state: StateAt) => void = () => {},
): Promise<number[]> {
  const random = seeded(5);
  const times: number[] = [];
  for (let i = 0; i < questions + 5; i++) {
    const at = Math.floor(from + 1_000 + random() * (to - from - 2_000));
    const began = performance.now();
    const state = await store.state.at(cluster, at);
    then(state);
    if (i >= 5) times.push(performance.now() - began); // the first few compile the code; the decoded cache is off throughout
    if (state.objects.size !== OBJECTS)
      throw new Error(`${state.objects.size} objects at ${new Date(at).toISOString()}; ${OBJECTS} were there`);
  }
  return times;
}
