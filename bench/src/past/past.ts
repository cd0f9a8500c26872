// `past`: kubectl's questions to a cluster of 15 k objects at random moments of the last 24 h, and what eight such clients at once cost in memory.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type BenchContext, quantile, rounded, seeded } from '../bench.ts';
import { got, listed, listedAll, type Moment } from './client.ts';
import { type Filled, fill } from './fill.ts';
import { type Server, server } from './server.ts';

const OBJECTS = 15_000;
const HOURS = 24;
const CHANGES_PER_S = 5;
const PODS = 5_000;
const QUESTIONS = 30;
const GETS = 150;
const CLIENTS = 8;
/** So often each of the eight lists pods, and all kinds. */
const ROUNDS = 1;
const WARMING = 4;

export const past: Bench = {
  async run(context) {
    const { isQuick, tell } = context;
    const share = isQuick ? 0.1 : 1;
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-past-'));
    const options = { objects: OBJECTS * share, hours: isQuick ? 2 : HOURS, changesPerS: CHANGES_PER_S };
    const began = performance.now();
    const filled = await fill({ folder, ...options, tell });
    tell(`${filled.objects} objects and ${filled.revisions} revisions in ${seconds(began)} s`);
    await measure(context, folder, filled, share);
    rmSync(folder, { recursive: true, force: true });
  },
};

/** `share` of the load. */
export async function measure(
  { tell, row }: Pick<BenchContext, 'tell' | 'row'>,
  folder: string,
  filled: Filled,
  share: number,
): Promise<void> {
  const api = await server(folder);
  const at = moments(api, filled);
  const pods = PODS * share;
  const questions = Math.ceil(QUESTIONS * share);
  const asked: readonly (readonly [op: string, times: number, ask: () => Promise<Asked>])[] = [
    ['list-pods', questions, async () => timed(async () => (await listed(at(), '/api/v1/pods', pods)).length)],
    ['get', Math.ceil(GETS * share), () => oneGot(at())],
    ['list-all-kinds', questions, () => timed(() => listedAll(at()))],
  ];
  for (const [op, times, ask] of asked) {
    const { took, objects } = await measured(ask, times);
    row({ op, objects, ...figures(took) });
    tell(`${op}: at most ${rounded((await api.peak()) / 2 ** 20)} MB resident`);
  }
  const took = await together(at, pods);
  const rss = await api.peak();
  row({ op: 'memory', objects: filled.objects, clients: CLIENTS, rss_mb: rounded(rss / 2 ** 20), ...figures(took) });
  await api.stop();
}

const figures = (took: readonly number[]) => ({
  ...{ questions: took.length, p50_ms: rounded(quantile(took, 0.5)), p95_ms: rounded(quantile(took, 0.95)) },
});
const seconds = (since: number): number => rounded((performance.now() - since) / 1000);

/** A random moment of the past with every question; the last seconds belong to the live state. */
function moments({ url }: Server, { cluster, from, to }: Filled): () => Moment {
  const random = seeded(7);
  return () => {
    const at = new Date(from + 60_000 + random() * (to - from - 120_000)).toISOString();
    return { url: `${url}/at/${at}/${cluster}` };
  };
}

interface Asked {
  readonly ms: number;
  readonly objects: number;
}

async function timed(ask: () => Promise<number>): Promise<Asked> {
  const began = performance.now();
  const objects = await ask();
  return { ms: performance.now() - began, objects };
}

/** One of the pods that were there a moment before; whose name they have is asked outside the time. */
async function oneGot(moment: Moment): Promise<Asked> {
  const rows = await listed(moment, '/api/v1/pods', 100);
  const { metadata } = rows[Math.floor(Math.random() * rows.length)]?.object ?? { metadata: { name: '' } };
  return timed(async () => {
    await got(moment, `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`);
    return 1;
  });
}

async function measured(
  ask: () => Promise<Asked>,
  times: number,
): Promise<{ readonly took: readonly number[]; readonly objects: number }> {
  const asked: Asked[] = [];
  for (let i = 0; i < times + WARMING; i++) asked.push(await ask());
  const warm = asked.slice(WARMING); // the first few compile the code
  return { took: warm.map(({ ms }) => ms), objects: Math.max(...warm.map(({ objects }) => objects)) };
}

/** Eight clients, each listing pods and all kinds by turns. */
async function together(at: () => Moment, pods: number): Promise<readonly number[]> {
  const took: number[] = [];
  const client = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      took.push((await timed(async () => (await listed(at(), '/api/v1/pods', pods)).length)).ms);
      await listedAll(at());
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return took;
}
