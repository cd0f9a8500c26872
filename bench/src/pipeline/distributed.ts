// `pipeline`, third row, by the one-run protocol: A raw Kafka, B raw Cassandra, C ours; A B C A B C; then C once more, with `kill -9` of the receiver, the broker and the agent.
// On shared cores C cannot pass 1/(1/A + 1/B): that is the bound it is held against.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Services, startServices } from '@mosaic/dev';
import { kafkaTransport, type Transport } from '@mosaic/transport';
import { enrol } from '../../../dev/src/enrol.ts';
import { openSession } from '../../../servers/store/src/adapters/cassandra/session.ts';
import { type BenchContext, rounded } from '../bench.ts';
import { childNamed } from '../process-cost.ts';
import { keptOf, type Sent } from './kept.ts';
import { live, prepareProbe, searchable } from './latency.ts';
import type { PhaseOptions } from './phase.worker.ts';
import { type Costs, ours, type Phase, raw, type Stage } from './phases.ts';
import { keepSealed, makeSealed } from './sealed-set.ts';
import { type Shipped, shipped } from './shipped.ts';
import { underKills } from './under-kills.ts';

const KEYSPACE = 'bench_pipeline';
const SET_BYTES = 16 * 2 ** 20;
const REPEATS = 12;
const MIB = 2 ** 20;

export async function distributedRow(context: BenchContext): Promise<void> {
  const { tell } = context;
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-distributed-'));
  const services = await startServices({ kafka: { told: tell }, cassandra: { told: tell } });
  const transport = kafkaTransport({ brokers: services.kafka.brokers, clientId: 'bench' });
  const running: Shipped[] = [];
  try {
    const [cluster] = await enrol(services, join(folder, 'agents'), [{ name: 'bench', kind: 'kubernetes' }], KEYSPACE);
    if (cluster === undefined) throw new Error('the cluster was not enrolled');
    const env = { ...services.env, CASSANDRA_KEYSPACE: KEYSPACE, STORE: 'cassandra', TRANSPORT: 'kafka' };
    // As many as B has under way.
    const receiver = await shipped('receiver', { ...env, RECEIVER_AT_ONCE: '64' });
    running.push(receiver);
    const place = {
      services,
      transport,
      receiver,
      folder,
      cluster: cluster.id,
      keyFile: join(cluster.folder, 'key.pem'),
    };
    const flow = await throughput(context, place);
    const latencies = await latency(context, place, env, running);
    context.row({ shape: 'distributed', ...flow, ...latencies });
  } finally {
    for (const one of running.reverse()) await one.stop();
    await transport.close();
    await services.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Place {
  readonly services: Services;
  readonly transport: Transport;
  readonly receiver: Shipped;
  readonly folder: string;
  readonly cluster: number;
  readonly keyFile: string;
}

async function throughput(context: BenchContext, place: Place) {
  const { isQuick, tell } = context;
  const { services, receiver, transport, folder, cluster } = place;
  const stage: Stage = {
    transport,
    receiver,
    engines: { kafka: childNamed('kafka.Kafka'), cassandra: childNamed('CassandraDaemon') },
  };
  const sealed = join(folder, 'sealed');
  keepSealed(sealed, makeSealed(isQuick ? SET_BYTES / 4 : SET_BYTES));
  tell('chunks are sealed');
  const rates: Record<'a' | 'b' | 'c', Phase[]> = { a: [], b: [], c: [] };
  const costs: Costs[] = [];
  const sent: Sent[] = [];
  const optionsOf = (phase: PhaseOptions['phase'], name: string): PhaseOptions =>
    phaseOptions(place, phase, name, isQuick);
  for (const round of [1, 2])
    for (const phase of ['a', 'b', 'c'] as const) {
      const options = optionsOf(phase, `${phase}${round}`);
      if (phase === 'c') {
        const done = await ours(stage, options);
        rates.c.push(done.phase);
        if (done.costs) costs.push(done.costs);
        tell(
          `all acknowledged after ${rounded(done.sentSeconds)} s, all committed after ${rounded(done.phase.seconds)} s`,
        );
        sent.push(done.sent);
      } else rates[phase].push(await raw(options));
      tell(`${phase}${round}: ${rateOf(rates[phase].slice(-1))} MiB/s`);
    }
  const began = performance.now();
  sent.push(...(await underKills(stage, services.kafka, optionsOf('c', 'c-killed'), tell)));
  const killedSeconds = (performance.now() - began) / 1000;
  const session = await openSession({
    hosts: services.cassandra.hosts.split(','),
    port: services.cassandra.port,
    datacenter: services.cassandra.datacenter,
    keyspace: KEYSPACE,
  });
  const kept = await keptOf(session, cluster, sent);
  await session.close();
  const [a, b, c] = [rateOf(rates.a), rateOf(rates.b), rateOf(rates.c)];
  const seconds = sumOf(rates.c, 'seconds');
  const cores = (of: keyof Costs): number => rounded(costs.reduce((sum, one) => sum + one[of], 0) / seconds, 2);
  const [kafka, cassandra, own, agent] = [cores('kafka'), cores('cassandra'), cores('receiver'), cores('agent')];
  return {
    ...{ a_mib_s: a, b_mib_s: b, c_mib_s: c },
    ratio_to_bound: rounded(c / (1 / (1 / a + 1 / b)), 2),
    lines_per_s: Math.round(sumOf(rates.c, 'lines') / seconds),
    cpu_share_engines: rounded((kafka + cassandra) / (kafka + cassandra + own + agent), 2),
    ...{ cores_kafka: kafka, cores_cassandra: cassandra, cores_receiver: own, cores_agent: agent },
    ...{ kills: 'receiver, broker, agent', seconds_with_kills: rounded(killedSeconds) },
    chunks: sent.reduce((sum, { chunks }) => sum + chunks, 0),
    ...kept,
  };
}

function phaseOptions(
  { services, folder, cluster, keyFile }: Place,
  phase: PhaseOptions['phase'],
  name: string,
  isQuick: boolean,
): PhaseOptions {
  const { hosts, port, datacenter } = services.cassandra;
  const [host = '127.0.0.1'] = hosts.split(',');
  return {
    ...{ phase, name, cluster, keyFile, brokers: services.kafka.brokers, sealed: join(folder, 'sealed') },
    repeats: isQuick ? 2 : REPEATS,
    cassandra: { host, port, datacenter, keyspace: KEYSPACE },
    folder: join(folder, 'spool', name),
  };
}

async function latency(
  context: BenchContext,
  { services, folder, cluster, keyFile }: Place,
  env: Readonly<Record<string, string>>,
  running: Shipped[],
) {
  const root = join(folder, 'machine');
  mkdirSync(join(root, 'proc'), { recursive: true });
  prepareProbe(root);
  running.push(
    await shipped('agent-node', {
      ...{ KAFKA_BROKERS: services.kafka.brokers, HOST_ROOT: root, MOSAIC_DATA: join(folder, 'agent') },
      ...{ MOSAIC_CLUSTERS: 'none', MOSAIC_CLUSTER_ID: String(cluster), MOSAIC_NODE_NAME: 'probe-node' },
      ...{ MOSAIC_AGENT_KEY: keyFile, MOSAIC_NODE_CONNECTIONS: 'false', MOSAIC_NODE_USAGE: 'false' },
    }),
  );
  const api = await shipped('api', env);
  running.push(api);
  const probing = { root, api: api.url };
  const found = await searchable(context, probing);
  context.tell(`searchable: p50 ${found.p50} ms, p99 ${found.p99} ms, ${found.lost} not seen`);
  const tailed = await live(context, probing);
  context.tell(`live: p50 ${tailed.p50} ms, p99 ${tailed.p99} ms, ${tailed.lost} not seen`);
  return {
    ...{ live_p50_ms: tailed.p50, live_p99_ms: tailed.p99, live_not_seen: tailed.lost },
    ...{ searchable_p50_ms: found.p50, searchable_p99_ms: found.p99, searchable_not_seen: found.lost },
  };
}

const sumOf = (phases: readonly Phase[], what: keyof Phase): number => phases.reduce((sum, one) => sum + one[what], 0);

/** MiB of bodies a second. */
const rateOf = (phases: readonly Phase[]): number => rounded(sumOf(phases, 'bytes') / MIB / sumOf(phases, 'seconds'));
