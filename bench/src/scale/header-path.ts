// 100 clusters of 5,000 pods each, as far as servers see them: the headers of everything that so many nodes send, bodies of a byte. What each kind costs
// each process, times how often it comes, is how many cores that fleet asks of each of them. The largest number is the first bottleneck.

import { type BenchContext, rounded } from '../bench.ts';
import type { Shipped } from '../pipeline/shipped.ts';
import { cpuSeconds } from '../process-cost.ts';
import { HEADERS, type Seal, type Sent, type StateLoad } from './chunks.ts';
import type { Stage } from './stage.ts';

export const FLEET = { clusters: 100, podsEach: 5_000, podsPerNode: 100 };
const NODES = (FLEET.clusters * FLEET.podsEach) / FLEET.podsPerNode;
const PODS = FLEET.clusters * FLEET.podsEach;

interface Kind {
  /** Chunks a second of the whole fleet: how often agents seal (storage.md). */
  readonly rate: number;
  /** One of so many names its streams or entities anew: the store keeps when each was last seen, by the minute. */
  readonly namesEvery: number;
}
const KINDS: Readonly<Record<string, Kind>> = {
  logs: { rate: NODES / 5, namesEvery: 12 }, // sealed at five seconds of age, long before they are full
  'metrics wide': { rate: NODES / 15, namesEvery: 4 },
  'metrics entity': { rate: PODS / 600, namesEvery: 1 },
  connections: { rate: NODES / 10, namesEvery: 1 },
  coverage: { rate: NODES / 10, namesEvery: 1 },
  state: { rate: FLEET.clusters / 10 + (FLEET.clusters * 16) / 600, namesEvery: 1 },
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
  const [sources, count] = isQuick ? [100, 400] : [500, 3_000];
  const needed: Record<Who, number> = { receiver: 0, cassandra: 0, kafka: 0, sender: 0 };
  for (const [kind, { rate, namesEvery }] of Object.entries(KINDS)) {
    const chunks =
      kind === 'state' ? stateOf(stage, load, from, count) : headersOf(stage, seal, kind, from, sources, count);
    // The first of each source names all it tells of; those that follow within the minute do not.
    const naming = namesEvery > 1 ? await costOf(stage, chunks.slice(0, sources), taking) : undefined;
    const known = await costOf(stage, naming ? chunks.slice(sources) : chunks, taking);
    const per = (who: Who): number =>
      known.msPerChunk[who] + ((naming?.msPerChunk[who] ?? known.msPerChunk[who]) - known.msPerChunk[who]) / namesEvery;
    for (const who of WHO) needed[who] += per(who) * rate * 0.001;
    row({
      ...{ part: 'header path', signal: kind, chunks: chunks.length, fleet_chunks_per_s: Math.round(rate) },
      bytes_per_chunk: Math.round(known.bytes / known.chunks),
      fleet_mib_per_s: rounded((known.bytes / known.chunks) * rate * 2 ** -20, 2),
      ...Object.fromEntries(WHO.map((who) => [`${who}_cpu_ms_per_chunk`, rounded(per(who), 3)])),
      ...(naming && {
        names_cpu_ms: rounded(naming.msPerChunk.receiver - known.msPerChunk.receiver, 1),
        names_cassandra_cpu_ms: rounded(naming.msPerChunk.cassandra - known.msPerChunk.cassandra, 1),
      }),
      chunks_per_s: Math.round(known.chunks / known.seconds),
    });
    tell(`${kind}: ${Math.round(known.chunks / known.seconds)} chunks/s, the fleet sends ${Math.round(rate)}`);
  }
  const [most = 'cassandra'] = [...WHO].filter((who) => who !== 'sender').sort((a, b) => needed[b] - needed[a]);
  row({
    ...{ part: 'header path', signal: 'all', ...FLEET },
    fleet_chunks_per_s: Math.round(Object.values(KINDS).reduce((sum, { rate }) => sum + rate, 0)),
    ...Object.fromEntries(WHO.map((who) => [`cores_${who}`, rounded(needed[who], 2)])),
    first_bottleneck: most,
  });
}

/** A second between two of the same source. */
function headersOf(stage: Stage, seal: Seal, kind: string, from: number, sources: number, count: number): Sent[] {
  const make = HEADERS[kind];
  if (make === undefined) throw new Error(`no chunks are made of ${kind}`);
  const first = kind === 'metrics entity' ? 1_000_000 : 0; // beside the wide ones
  return Array.from({ length: sources + count }, (_, n) => {
    const source = n % sources;
    const cluster = stage.clusters[source % stage.clusters.length] ?? 0;
    const node = Math.floor(source / stage.clusters.length);
    const turn = Math.floor(n / sources);
    return make(seal, cluster, node, first + 1 + turn, from + turn * 1_000);
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
    chunks: chunks.length,
    bytes: chunks.reduce((sum, { value }) => sum + value.length, 0),
    msPerChunk: { receiver: per('receiver'), cassandra: per('cassandra'), kafka: per('kafka'), sender: per('sender') },
  };
}
