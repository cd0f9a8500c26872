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
  const named = await podsThen(at, Math.ceil(GETS * share) + WARMING);
  const asked: readonly (readonly [op: string, times: number, ask: () => Promise<number>])[] = [
    ['list-pods', questions, async () => (await listed(at(), '/api/v1/pods', pods)).length],
    ['get', named.length - WARMING, () => got(named.pop() ?? '')],
    ['list-all-kinds', questions, () => listedAll(at())],
  ];
  for (const [op, times, ask] of asked) {
    const all = await inTurn(api, ask, times);
    row({ op, objects: Math.max(...all.map(({ objects }) => objects)), ...figures(all) });
    tell(`${op}: at most ${rounded((await api.peak()) / 2 ** 20)} MB resident`);
  }
  const all = await together(api, at, pods);
  const rss = await api.peak();
  row({ op: 'memory', objects: filled.objects, clients: CLIENTS, rss_mb: rounded(rss / 2 ** 20), ...figures(all) });
  await api.stop();
}

/** Of the server's processor time beside: it is the firm figure where others use the same cores. */
const figures = (asked: readonly Asked[]) => {
  const took = asked.map(({ ms }) => ms);
  const spent = asked.flatMap(({ cpuMs }) => cpuMs ?? []);
  return {
    ...{ questions: took.length, p50_ms: rounded(quantile(took, 0.5)), p95_ms: rounded(quantile(took, 0.95)) },
    ...(spent.length > 0 && { cpu_p50_ms: rounded(quantile(spent, 0.5)), cpu_p95_ms: rounded(quantile(spent, 0.95)) }),
  };
};
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
  /** Of the server, where it had but this question. */
  readonly cpuMs?: number;
}

/** Addresses of pods at moments, each there at its own. */
async function podsThen(at: () => Moment, count: number): Promise<string[]> {
  const random = seeded(9);
  const found: string[] = [];
  while (found.length < count) {
    const moment = at();
    const rows = await listed(moment, '/api/v1/pods', 100);
    const { metadata } = rows[Math.floor(random() * rows.length)]?.object ?? {};
    if (metadata !== undefined)
      found.push(`${moment.url}/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`);
  }
  return found;
}

async function timed(ask: () => Promise<number>): Promise<Asked> {
  const began = performance.now();
  const objects = await ask();
  return { ms: performance.now() - began, objects };
}

async function inTurn(api: Server, ask: () => Promise<number>, times: number): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (let i = 0; i < times + WARMING; i++) {
    const before = await api.spent();
    const one = await timed(ask);
    asked.push({ ...one, cpuMs: (await api.spent()) - before });
  }
  return asked.slice(WARMING); // the first few compile the code
}

/** Eight clients, each listing pods, then all kinds. */
async function together(api: Server, at: () => Moment, pods: number): Promise<readonly Asked[]> {
  await api.peak();
  const asked: Asked[] = [];
  const client = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      asked.push(await timed(async () => (await listed(at(), '/api/v1/pods', pods)).length));
      await listedAll(at());
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return asked;
}
