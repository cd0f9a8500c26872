// `edges`: 5,000 pods, 10,000 edges a minute, each seen from both its sides in every window: chunks taken, resolved and stored by the deriver; then maps with them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeriver, type Deriver } from '@mosaic/deriver';
import { makeKey, nodeCompression, type SigningKey, silentLog } from '@mosaic/runtime';
import { embeddedStore, type Store } from '@mosaic/store';
import { edgeSpan, graphAt } from '@mosaic/topology';
import { inProcessTransport, TOPICS, type Transport } from '@mosaic/transport';
import {
  CONNECTION_WINDOW_MS,
  type Connection,
  MINUTE_MS,
  SHARDS,
  type Slim,
  sealChunk,
  shardOf,
  writeConnections,
  writeSlims,
} from '@mosaic/wire';
import { type Bench, type BenchContext, quantile, rounded, seeded } from './bench.ts';
import { syntheticCluster } from './synthetic.ts';

/** Two thirds of them are pods. */
const OBJECTS = 8_240;
const EDGES_PER_MIN = 10_000;
const MINUTES = 20;
const QUESTIONS = 200;
const CLOSED_AFTER_MS = 15_000;
const STATE_EVERY_MS = 600_000;

export const edges: Bench = {
  async run(context) {
    const minutes = context.isQuick ? 3 : MINUTES;
    const perMinute = context.isQuick ? EDGES_PER_MIN / 10 : EDGES_PER_MIN;
    const begin = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_000_000;
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-edges-'));
    const store = await embeddedStore({ folder, compression: nodeCompression });
    const { id: cluster } = await store.clusters.enrol({ name: 'bench', kind: 'kubernetes' });
    const transport = inProcessTransport();
    const clock = { now: begin };
    const deriver = createDeriver({
      store,
      transport,
      compression: nodeCompression,
      log: silentLog,
      now: () => clock.now,
    });
    await deriver.start();
    const way = { store, transport, deriver, cluster, key: makeKey(), clock };
    await store.clusters.addKey(cluster, way.key);
    await measure(context, way, begin, minutes, perMinute);
    await deriver.stop();
    await transport.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  },
};

interface Way {
  readonly store: Store;
  readonly transport: Transport;
  readonly deriver: Deriver;
  readonly cluster: number;
  readonly key: SigningKey;
  readonly clock: { now: number };
}

async function measure(
  context: BenchContext,
  way: Way,
  begin: number,
  minutes: number,
  perMinute: number,
): Promise<void> {
  const { tell, row } = context;
  const slims = syntheticCluster(OBJECTS).map(withDoors);
  await keepState(way, slims, begin, begin + minutes * MINUTE_MS);
  const pods = slims.filter(({ kind }) => kind === 'Pod').length;
  const calls = callsOf(slims, perMinute);
  const lags: number[] = [];
  let cpuMs = 0;
  for (let n = 0; n < minutes; n++) {
    const minute = begin + n * MINUTE_MS;
    const chunks = await fileMinute(way, calls, minute);
    way.clock.now = minute + MINUTE_MS;
    const cpu = process.cpuUsage();
    await way.transport.publish(
      TOPICS.connections,
      chunks.map((value) => ({ key: String(way.cluster), value })),
    );
    await taken(way.transport);
    const due = performance.now();
    await way.deriver.due(minute + MINUTE_MS + CLOSED_AFTER_MS);
    lags.push(performance.now() - due);
    const { user, system } = process.cpuUsage(cpu);
    if (n > 0) cpuMs += (user + system) / 1000; // the first compiles the code
    if (n % 5 === 0) tell(`minute ${n}: ${chunks.length} chunks, edges after ${rounded(lags.at(-1) ?? 0, 0)} ms`);
  }
  const found = await way.store.edges.between(way.cluster, { from: begin, to: begin + minutes * MINUTE_MS });
  const kept = found.reduce((sum, one) => sum + one.edges.length, 0) / minutes;
  if (kept !== perMinute) throw new Error(`${kept} edges a minute were kept; ${perMinute} were made`);
  const cold = await askMaps(
    way,
    Array.from({ length: minutes - 1 }, (_, n) => begin + (n + 1.5) * MINUTE_MS),
  );
  const random = seeded(9);
  const questions = context.isQuick ? 20 : QUESTIONS;
  const moments = Array.from({ length: questions }, () => begin + (1 + random() * (minutes - 1)) * MINUTE_MS);
  const maps = await askMaps(way, moments);
  row({
    pods,
    edges_per_min: perMinute,
    observations_per_min: calls.length * 12,
    cores: rounded(cpuMs / (minutes - 1) / MINUTE_MS, 3),
    lag_p50_ms: rounded(quantile(lags, 0.5)),
    lag_p99_ms: rounded(quantile(lags, 0.99)),
    topology_p50_ms: rounded(quantile(maps, 0.5)),
    topology_p99_ms: rounded(quantile(maps, 0.99)),
    topology_new_minute_p50_ms: rounded(quantile(cold, 0.5)),
    topology_new_minute_p99_ms: rounded(quantile(cold, 0.99)),
  });
}

const withDoors = (slim: Slim): Slim =>
  slim.kind === 'Service' ? { ...slim, ports: [{ protocol: 'tcp', port: 80, target: 8080 }] } : slim;

/** Checkpoints every ten minutes as the agent makes them, and the leases that follow from them. */
async function keepState({ store, cluster }: Way, slims: readonly Slim[], from: number, to: number): Promise<void> {
  const shards = Map.groupBy(slims, ({ namespace }) => shardOf(namespace));
  let seq = 1;
  for (let at = from - MINUTE_MS; at < to + MINUTE_MS; at += STATE_EVERY_MS)
    for (let shard = 0; shard < SHARDS; shard++) {
      const body = writeSlims(shards.get(shard) ?? []);
      const about = { signal: 'state', cluster, source: 'cluster-agent', boot: 'b', epoch: 1, seq: seq++ } as const;
      const checkpoint = { at, shard, shards: SHARDS, watermark: 0 };
      const header = { ...about, t0: at, t1: at, sealedAt: at, count: 1, checkpoint };
      await store.state.file(sealChunk({ header, body }, nodeCompression), at);
    }
  await store.leases.write(
    cluster,
    slims.flatMap(({ uid, kind, ip, addresses, createdAt }) =>
      [...(ip === undefined ? [] : [ip]), ...addresses].map((address) => ({
        ...{ ip: address, uid, from: createdAt, hostNetwork: kind === 'Node' },
      })),
    ),
  );
}

interface Call {
  readonly client: Slim;
  readonly server: Slim;
  readonly vip: string | undefined;
}

/** Each pod calls a few of another workload's; two thirds through its Service. Pairs are distinct. */
function callsOf(slims: readonly Slim[], count: number): Call[] {
  const random = seeded(3);
  const pods = slims.filter(({ kind }) => kind === 'Pod');
  const vips = new Map(
    slims.flatMap((one) =>
      one.kind === 'Service' ? [[one.labels['app.kubernetes.io/instance'], one.addresses[0]]] : [],
    ),
  );
  const ips = new Map<string | undefined, number>();
  for (const { ip } of pods) ips.set(ip, (ips.get(ip) ?? 0) + 1);
  const alone = pods.filter(({ ip }) => ips.get(ip) === 1);
  const calls = new Map<string, Call>();
  for (let n = 0; calls.size < count; n++) {
    const client = alone[n % alone.length];
    const server = alone[Math.floor(random() * alone.length)];
    if (client === undefined || server === undefined || client.owner === server.owner) continue;
    const vip = random() < 0.67 ? vips.get(server.labels['app.kubernetes.io/instance']) : undefined;
    calls.set(`${client.uid} ${server.uid}`, { client, server, vip });
  }
  return [...calls.values()];
}

/** What the nodes saw in a minute, filed as the receiver would; resolves to the chunks. */
async function fileMinute({ store, cluster, key }: Way, calls: readonly Call[], minute: number): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (let at = minute; at < minute + MINUTE_MS; at += CONNECTION_WINDOW_MS) {
    const byNode = Map.groupBy(
      calls.flatMap((call) => bothSides(call, at)),
      ({ node }) => node,
    );
    for (const [node, seen] of byNode) {
      const header = {
        signal: 'connections',
        cluster,
        source: node,
        boot: 'b',
        epoch: 1,
        seq: at / CONNECTION_WINDOW_MS,
      } as const;
      const times = { t0: at, t1: at, sealedAt: at + CONNECTION_WINDOW_MS, count: seen.length };
      const chunk = sealChunk({ header: { ...header, ...times }, body: writeConnections(seen) }, nodeCompression, key);
      await store.connections.file(chunk, at + CONNECTION_WINDOW_MS);
      chunks.push(chunk.bytes);
    }
  }
  return chunks;
}

function bothSides({ client, server, vip }: Call, at: number): Connection[] {
  const figures = { open: 1, opened: 3, closed: 3, failed: 0, bytesOut: 12_000, bytesIn: 80_000 };
  const ends = { client: { ip: client.ip ?? '', port: 0 }, server: { ip: server.ip ?? '', port: 8080 } };
  const about = {
    at,
    until: at + CONNECTION_WINDOW_MS,
    protocol: 'tcp',
    method: 'proc+conntrack',
    ...figures,
  } as const;
  const called =
    vip === undefined ? ({ nat: 'none' } as const) : ({ nat: 'seen', original: { ip: vip, port: 80 } } as const);
  return [
    {
      ...about,
      ...called,
      ...ends,
      node: client.node ?? '',
      side: 'client',
      client: { ...ends.client, podUid: client.uid },
    },
    {
      ...about,
      nat: 'none',
      ...ends,
      node: server.node ?? '',
      side: 'server',
      server: { ...ends.server, podUid: server.uid },
    },
  ];
}

async function taken(transport: Transport): Promise<void> {
  for (;;) {
    const lag = await transport.lag('mosaic-deriver', [TOPICS.connections]);
    if (lag[TOPICS.connections] === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** State, edges and the map of these moments, as the API would read them. */
async function askMaps({ store, cluster }: Way, moments: readonly number[]): Promise<number[]> {
  const times: number[] = [];
  for (const moment of moments) {
    const at = Math.floor(moment);
    const began = performance.now();
    const [{ objects }, found] = await Promise.all([
      store.state.at(cluster, at),
      store.edges.between(cluster, edgeSpan(at)),
    ]);
    const { edges } = graphAt({ clusters: [{ id: cluster, name: 'bench', objects, edges: found }], level: 'workload' });
    times.push(performance.now() - began);
    if (!edges.some(({ relation }) => relation === 'connects')) throw new Error('a map without connections');
  }
  return times;
}
