// 100 clusters of 5,000 pods each, as far as servers see them: the headers of everything that so many nodes send, bodies of a byte. What each kind costs
// each process, times how often it comes, is how many cores that fleet asks of each of them. The largest number is the first bottleneck.

import { type BenchContext, rounded } from '../bench.ts';
import type { Shipped } from '../pipeline/shipped.ts';
import { cpuSeconds } from '../process-cost.ts';
import { HEADERS, type Seal, type Sent, type StateLoad } from './chunks.ts';
import type { Stage } from './stage.ts';

export const FLEET = { clusters: 100, podsEach: 5_000, podsPerNode: 100 };
const NODES_EACH = FLEET.podsEach / FLEET.podsPerNode;
const NODES = FLEET.clusters * NODES_EACH;
const PODS = FLEET.clusters * FLEET.podsEach;

/** Chunks a second of the whole fleet: how often agents seal (storage.md). */
const RATES: Readonly<Record<string, number>> = {
  logs: NODES / 5, // sealed at five seconds of age, long before they are full
  'metrics wide': NODES / 15,
  'metrics entity': PODS / 600,
  connections: NODES / 10,
  coverage: NODES / 10,
  state: FLEET.clusters / 10 + (FLEET.clusters * 16) / 600,
};

type Who = 'receiver' | 'cassandra' | 'kafka' | 'sender';
const WHO: readonly Who[] = ['receiver', 'cassandra', 'kafka', 'sender'];

export async function headerPath(
  { isQuick, tell, row }: BenchContext,
  stage: Stage,
  seal: Seal,
  load: StateLoad,
  taking: readonly Shipped[],
  from: number,
): Promise<void> {
  const count = isQuick ? 400 : 3_000;
  const needed: Record<Who, number> = { receiver: 0, cassandra: 0, kafka: 0, sender: 0 };
  for (const [kind, rate] of Object.entries(RATES)) {
    const chunks = kind === 'state' ? stateOf(stage, load, from, count) : headersOf(stage, seal, kind, from, count);
    const cost = await costOf(stage, chunks, taking);
    for (const who of WHO) needed[who] += cost.msPerChunk[who] * rate * 0.001;
    row({
      ...{ part: 'header path', signal: kind, chunks: chunks.length, fleet_chunks_per_s: Math.round(rate) },
      bytes_per_chunk: Math.round(cost.bytes / chunks.length),
      fleet_mib_per_s: rounded((cost.bytes / chunks.length) * rate * 2 ** -20, 2),
      ...Object.fromEntries(WHO.map((who) => [`${who}_cpu_ms_per_chunk`, rounded(cost.msPerChunk[who], 3)])),
      chunks_per_s: Math.round(chunks.length / cost.seconds),
    });
    tell(`${kind}: ${Math.round(chunks.length / cost.seconds)} chunks/s, the fleet sends ${Math.round(rate)}`);
  }
  const [most = 'cassandra'] = [...WHO].filter((who) => who !== 'sender').sort((a, b) => needed[b] - needed[a]);
  row({
    ...{ part: 'header path', signal: 'all', ...FLEET },
    fleet_chunks_per_s: Math.round(Object.values(RATES).reduce((sum, rate) => sum + rate, 0)),
    ...Object.fromEntries(WHO.map((who) => [`cores_${who}`, rounded(needed[who], 2)])),
    first_bottleneck: most,
  });
}

function headersOf(stage: Stage, seal: Seal, kind: string, from: number, count: number): Sent[] {
  const make = HEADERS[kind];
  if (make === undefined) throw new Error(`no chunks are made of ${kind}`);
  return Array.from({ length: count }, (_, n) => {
    const cluster = stage.clusters[n % stage.clusters.length] ?? 0;
    const node = Math.floor(n / stage.clusters.length) % NODES_EACH;
    const seq = 1 + Math.floor(n / (stage.clusters.length * NODES_EACH)) + (kind === 'metrics entity' ? 1_000_000 : 0);
    return make(seal, cluster, node, seq, from + (seq % 1_000_000) * 1_000 + node);
  });
}

function stateOf(stage: Stage, load: StateLoad, from: number, count: number): Sent[] {
  return stage.clusters.flatMap((id) => load.of(id, from, 1_000_000)).slice(0, count);
}

async function costOf(stage: Stage, chunks: readonly Sent[], taking: readonly Shipped[]) {
  const now = () => ({
    ...stage.costs(),
    receiver: taking.reduce((sum, { pid }) => sum + cpuSeconds(pid()), 0),
    sender: cpuSeconds(process.pid),
  });
  const before = now();
  const began = performance.now();
  await stage.send(chunks);
  await stage.taken();
  const seconds = (performance.now() - began) / 1000;
  const after = now();
  const per = (who: Who): number => ((after[who] - before[who]) * 1000) / chunks.length;
  return {
    seconds,
    bytes: chunks.reduce((sum, { value }) => sum + value.length, 0),
    msPerChunk: { receiver: per('receiver'), cassandra: per('cassandra'), kafka: per('kafka'), sender: per('sender') },
  };
}
