// An hour of a busy cluster in a minute: 360,000 changes through the page's own stream, with things that come and go, and what the page keeps of it.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { TopologyDelta, TopologyNode } from '@mosaic/wire';
import type { Browser, CDPSession } from 'playwright-core';
import { type BenchContext, rounded, seeded } from '../bench.ts';
import { answerOf, bigGraph } from './big-graph.ts';
import { fakeApi } from './fake-api.ts';
import { longestBlock, openPage } from './watched-page.ts';

/** Of a cluster of 15,000 objects. */
const WORKLOADS = 4_200;
const CHANGES = 360_000;
/** The stream tells twice a second what changed: an hour is 7,200 deltas. */
const DELTAS = 7_200;
/** Of the changes: a Job begins, and another of those before it has gone. */
const BORN = 0.05;
const LIVING_JOBS = 200;
const SETTLE_MS = 3_000;
const LAST = 'told last';

export async function liveScene({ isQuick, tell, row }: BenchContext, browser: Browser): Promise<void> {
  const graph = bigGraph(WORKLOADS, WORKLOADS * 1.5);
  const listening = Promise.withResolvers<ServerResponse>();
  const answer = JSON.stringify(answerOf(graph, Date.now()));
  const api = await fakeApi({ '/topology': () => answer }, { '/topology/stream': listening.resolve });
  const page = await openPage(browser, api.url);
  try {
    await page.waitForFunction(() => globalThis.noted.pictureAt !== undefined);
    const stream = await listening.promise;
    await page.waitForTimeout(SETTLE_MS);
    const session = await page.context().newCDPSession(page);
    const before = await heapBytes(session);
    const since = await page.evaluate(() => performance.now());
    const began = performance.now();
    await replay(stream, graph.nodes, isQuick ? DELTAS / 10 : DELTAS);
    await page.waitForFunction(
      (last) => globalThis.mosaicMap?.picture.nodes.some(({ node }) => node.node.reasons[0] === last),
      LAST,
    );
    const took = performance.now() - began;
    await page.waitForTimeout(SETTLE_MS);
    const after = await heapBytes(session);
    row({ scene: 'live', heap_growth_mb: rounded((after - before) / 1e6) });
    tell(
      `live: ${rounded(before / 1e6)} MB, after an hour told in ${rounded(took / 1000)} s ${rounded(after / 1e6)} MB; blocked for at most ${rounded(await longestBlock(page, since), 0)} ms`,
    );
  } finally {
    await page.close();
    await api.stop();
  }
}

async function heapBytes(session: CDPSession): Promise<number> {
  // twice: what the first finds unreachable may have held something itself
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

/** As fast as the page takes them. */
async function replay(stream: ServerResponse, workloads: readonly TopologyNode[], deltas: number): Promise<void> {
  const random = seeded(3);
  const jobs: TopologyNode[] = [];
  let born = 0;
  const begin = Date.now() - 3_600_000;
  for (let n = 0; n < deltas; n++) {
    const upserted = new Map<string, TopologyNode>();
    const removed: string[] = [];
    for (let i = 0; i < CHANGES / DELTAS; i++) {
      if (random() > BORN) {
        const node = changed(workloads[Math.floor(random() * workloads.length)] as TopologyNode, random); // never empty
        upserted.set(node.id, node);
        continue;
      }
      const job = jobOf(workloads[born % workloads.length] as TopologyNode, born++); // never empty
      upserted.set(job.id, job);
      jobs.push(job);
      const oldest = jobs.length > LIVING_JOBS ? jobs.shift() : undefined;
      if (oldest !== undefined) removed.push(oldest.id);
    }
    if (n === deltas - 1) for (const node of workloads.slice(0, 1)) upserted.set(node.id, broken(node));
    const at = new Date(begin + (n * 3_600_000) / deltas).toISOString();
    await tellDelta(stream, n, {
      at,
      upserted: { nodes: [...upserted.values()], edges: [] },
      removed: { nodes: removed, edges: [] },
    });
  }
}

async function tellDelta(stream: ServerResponse, n: number, delta: TopologyDelta): Promise<void> {
  if (!stream.write(`event: topology\nid: bench-${n}\ndata: ${JSON.stringify(delta)}\n\n`)) await once(stream, 'drain');
}

function changed(node: TopologyNode, random: () => number): TopologyNode {
  const isWell = random() < 0.9;
  const { wanted } = node.counts;
  return {
    ...node,
    health: isWell ? 'well' : 'degraded',
    reasons: isWell ? [] : [`${wanted - 1} of ${wanted} ready`],
    counts: { ...node.counts, ready: isWell ? wanted : wanted - 1, restarts: Math.floor(random() * 50) },
    version: `1.${Math.floor(random() * 40)}.0`,
  };
}

const broken = (node: TopologyNode): TopologyNode => ({ ...node, health: 'broken', reasons: [LAST] });

function jobOf(owner: TopologyNode, n: number): TopologyNode {
  const name = `report-${n}`;
  const { cluster, namespace } = owner;
  return { ...owner, id: `${cluster}:Job:${namespace}:${name}`, kind: 'Job', name, health: 'well', reasons: [] };
}
