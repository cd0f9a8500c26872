// `api`: the budgets of the HTTP API (spec/api.md) at 15 k objects: the map of a moment without and with connections, an object at a moment.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCompression } from '@mosaic/runtime';
import { embeddedStore } from '@mosaic/store';
import { type Bench, type BenchContext, quantile, rounded, seeded } from '../bench.ts';
import { type Filled, fill } from '../past/fill.ts';
import { type Server, server } from '../past/server.ts';
import { type Told, tellEdges } from './minutes.ts';

const OBJECTS = 15_000;
const HOURS = 4;
const CHANGES_PER_S = 5;
const EDGES_PER_MIN = 10_000;
const EDGE_MINUTES = 20;
const QUESTIONS = 200;
const WARMING = 20;
/** What has been looked at is looked at again, some seconds further on. */
const SCRUB_STEP_MS = 7_000;

export const api: Bench = {
  async run(context) {
    const share = context.isQuick ? 0.1 : 1;
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-api-'));
    const hours = context.isQuick ? 1 : HOURS;
    const filled = await fill({
      ...{ folder, objects: OBJECTS * share, hours, changesPerS: CHANGES_PER_S },
      tell: context.tell,
    });
    const { uids, told } = await prepare(folder, filled, EDGES_PER_MIN * share);
    const served = await server(folder);
    await measure(context, served, filled, told, uids);
    await served.stop();
    rmSync(folder, { recursive: true, force: true });
  },
};

/** Edges of the last minutes, and who was there before them. */
async function prepare(folder: string, { to }: Filled, perMinute: number) {
  const store = await embeddedStore({ folder, compression: nodeCompression });
  const [{ id } = { id: 0 }] = await store.clusters.all();
  const told = await tellEdges(store, id, { end: to, minutes: EDGE_MINUTES, perMinute });
  const { objects } = await store.state.at(id, told.from);
  const uids = [...objects.values()].filter(({ kind }) => kind === 'Deployment').map(({ uid }) => `${id}/${uid}`);
  await store.close();
  return { uids, told };
}

async function measure(
  { tell, row, isQuick }: BenchContext,
  served: Server,
  { from, objects, to }: Filled,
  told: Told,
  uids: readonly string[],
): Promise<void> {
  const random = seeded(7);
  const within = (first: number, last: number): number => Math.floor(first + random() * (last - first));
  const before = to - (EDGE_MINUTES + 1) * 60_000;
  const noon = Math.floor((from + before) / 2);
  const map = (at: number): string => `/api/v1/topology?level=workload&at=${at}`;
  const asked: Readonly<Record<string, (n: number) => string>> = {
    'topology-random': () => map(within(from + 60_000, before)),
    'topology-warm': (n) => map(noon + n * SCRUB_STEP_MS),
    'topology-edges': () => map(within(told.from, told.to)),
    object: () => `/api/v1/objects/${uids[within(0, uids.length)]}?at=${within(from + 60_000, to - 60_000)}`,
  };
  for (const [op, pathOf] of Object.entries(asked)) {
    const figures = await ask(served, pathOf, isQuick ? QUESTIONS / 10 : QUESTIONS);
    row({ op, objects, ...figures, rss_mb: rounded((await served.peak()) / 2 ** 20) });
    tell(`${op}: p99 ${figures.p99_ms} ms, ${figures.cpu_p50_ms} ms of processor time`);
  }
}

/** One question after the other, by one user; processor time of the server beside. */
async function ask({ url, spent }: Server, pathOf: (n: number) => string, questions: number) {
  const took: number[] = [];
  const cpu: number[] = [];
  let bytes = 0;
  for (let n = 0; n < questions + WARMING; n++) {
    const before = await spent();
    const began = performance.now();
    bytes = await length(`${url}${pathOf(n)}`);
    took.push(performance.now() - began);
    cpu.push((await spent()) - before);
  }
  const times = took.slice(WARMING); // the first few compile the code
  const costs = cpu.slice(WARMING);
  return {
    ...{ questions, bytes, p50_ms: rounded(quantile(times, 0.5)), p99_ms: rounded(quantile(times, 0.99)) },
    ...{ cpu_p50_ms: rounded(quantile(costs, 0.5)), cpu_p99_ms: rounded(quantile(costs, 0.99)) },
  };
}

async function length(url: string): Promise<number> {
  const response = await fetch(url);
  const { byteLength } = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return byteLength;
}
