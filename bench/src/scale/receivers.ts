// Receivers 1 → 2: the same state of many clusters taken by one and by two of them; then one more joins and one is killed while they load.

import { numberOf, type Session } from '../../../servers/store/src/adapters/cassandra/session.ts';
import { type BenchContext, rounded } from '../bench.ts';
import type { Shipped } from '../pipeline/shipped.ts';
import { cpuSeconds } from '../process-cost.ts';
import type { Sent, StateLoad } from './chunks.ts';
import type { Stage } from './stage.ts';

const MIB = 2 ** 20;
const TEN_MINUTES_MS = 600_000;
/** The load under which receivers come and go. */
const PARTS = 24;
const PAUSE_MS = 400;

export async function receivers(
  { tell, row }: BenchContext,
  stage: Stage,
  load: StateLoad,
  clusters: readonly number[],
  from: number,
): Promise<{ readonly newest: number; readonly left: readonly Shipped[] }> {
  const all: Sent[] = [];
  const round = (n: number): Sent[] => {
    const chunks = clusters.flatMap((id) => load.of(id, from + n * TEN_MINUTES_MS, 1 + n * load.chunksEach));
    all.push(...chunks);
    return chunks;
  };
  const first = await stage.receiver();
  await measured('warm up', stage, round(0), [first]);
  const one = await measured('1 receiver', stage, round(1), [first]);
  const second = await stage.receiver();
  await measured('2 receivers, warm up', stage, round(2), [first, second]);
  const two = await measured('2 receivers', stage, round(3), [first, second]);
  for (const each of [one, two]) {
    tell(`${each.what}: ${each.chunks_per_s} chunks/s, ${each.mib_per_s} MiB/s`);
    row({ part: 'receivers', ...each });
  }
  const { left, ...coming } = await comingAndGoing(stage, round(4), first, second, tell);
  const kept = await keptOf(stage.session, all);
  row({ part: 'receivers come and go', ...coming, sent: all.length, ...kept });
  return { newest: from + 5 * TEN_MINUTES_MS - 1, left };
}

async function measured(what: string, stage: Stage, chunks: readonly Sent[], taking: readonly Shipped[]) {
  const before = { ...stage.costs(), receivers: taking.map(({ pid }) => cpuSeconds(pid())) };
  const began = performance.now();
  await stage.send(chunks);
  const sent = (performance.now() - began) / 1000;
  await stage.taken();
  const seconds = (performance.now() - began) / 1000;
  const after = { ...stage.costs(), receivers: taking.map(({ pid }) => cpuSeconds(pid())) };
  const bytes = chunks.reduce((sum, { value }) => sum + value.length, 0);
  const each = after.receivers.map((now, n) => now - (before.receivers[n] ?? 0));
  const own = each.reduce((sum, one) => sum + one, 0);
  const per = (cpu: number): number => rounded((cpu * 1000) / chunks.length, 3);
  return {
    ...{ what, chunks: chunks.length, seconds: rounded(seconds, 2), sent_seconds: rounded(sent, 2) },
    ...{ chunks_per_s: Math.round(chunks.length / seconds), mib_per_s: rounded(bytes / MIB / seconds, 2) },
    ...{ receiver_cpu_ms_per_chunk: per(own), cassandra_cpu_ms_per_chunk: per(after.cassandra - before.cassandra) },
    kafka_cpu_ms_per_chunk: per(after.kafka - before.kafka),
    chunks_per_receiver_core_s: Math.round(chunks.length / own),
    shares: each.map((cpu) => rounded(cpu / own, 2)).join(' : '),
  };
}

/** While parts of the load are sent: a third receiver joins, then the first dies without a word. */
async function comingAndGoing(
  stage: Stage,
  chunks: readonly Sent[],
  first: Shipped,
  second: Shipped,
  tell: (line: string) => void,
) {
  const size = Math.ceil(chunks.length / PARTS);
  let third: Shipped | undefined;
  let joining: Promise<void> | undefined;
  let killedAt = 0;
  for (let n = 0; n < PARTS; n++) {
    if (n === PARTS / 4)
      joining = stage.receiver().then((one) => {
        third = one;
      });
    if (n === PARTS / 2) {
      await first.kill();
      killedAt = performance.now();
      tell('a third has been started, the first was killed');
    }
    await stage.send(chunks.slice(n * size, (n + 1) * size));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await joining;
  await stage.taken();
  const left = [second, ...(third ? [third] : [])];
  return {
    left,
    seconds_from_kill_until_all_taken: rounded((performance.now() - killedAt) / 1000),
    receivers_left: left.length,
  };
}

/** Rows of state in Cassandra against what was sent. */
async function keptOf(
  session: Session,
  sent: readonly Sent[],
): Promise<{ readonly lost: number; readonly doubled: number }> {
  const deltas = await session.run('SELECT cluster_id, seq FROM state_delta');
  const shards = await session.run('SELECT cluster_id, ts, shard, head FROM state_ckpt');
  const wanted = new Set(sent.map(({ id }) => id));
  const found = [
    ...deltas.map((row) => `${numberOf(row.cluster_id)}/cluster-agent/${numberOf(row.seq)}`),
    ...shards.map((row) => `${numberOf(row.cluster_id)}/cluster-agent/${seqOf(String(row.head))}`),
  ];
  const distinct = new Set(found);
  return { lost: [...wanted].filter((id) => !distinct.has(id)).length, doubled: found.length - distinct.size };
}

/** Third of the numbers that the store packs a shard's head into. */
const seqOf = (head: string): number => Number(head.split(' ')[2]);
