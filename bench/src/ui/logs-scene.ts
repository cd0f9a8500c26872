// A million lines of a workload's log, scrolled back to page by page and then through: the wheel, and the thumb from end to end.

import type { LogLineAnswer } from '@mosaic/wire';
import type { Browser, Page } from 'playwright-core';
import { type BenchContext, quantile, rounded } from '../bench.ts';
import { answerOf, bigGraph } from './big-graph.ts';
import { fakeApi } from './fake-api.ts';
import { beginFrames, longestBlock, openPage } from './watched-page.ts';

const LINES = 1_000_000;
const WHEELS = 200;
const SWEEP_STEPS = 300;
const FRAME_MS = 16;
const SETTLE_MS = 2_000;
const EVERY_MS = 50;

export async function logsScene({ isQuick, tell, row }: BenchContext, browser: Browser): Promise<void> {
  const count = isQuick ? LINES / 10 : LINES;
  const end = Date.now() - 3_600_000;
  const graph = bigGraph(60, 90);
  const log = logOf(graph.nodes[0]?.name ?? '', count, end);
  const api = await fakeApi({ '/topology': () => answerOf(graph, end), '/logs': log.page });
  const id = graph.nodes[0]?.id ?? '';
  const at = new Date(end).toISOString();
  const page = await openPage(browser, `${api.url}/?at=${at}&range=24h&node=${encodeURIComponent(id)}&tab=logs`);
  try {
    await page.getByRole('log').waitFor();
    const began = performance.now();
    await readAll(page, log.isAllGiven);
    tell(`logs: ${count} lines read in ${rounded((performance.now() - began) / 1000, 0)} s`);
    await page.waitForTimeout(SETTLE_MS);
    const since = await beginFrames(page);
    await scrollThrough(page);
    const frames = await page.evaluate(() => globalThis.noted.frames);
    row({ scene: 'logs', frame_max_ms: rounded(Math.max(...frames), 0) });
    tell(
      `logs: ${frames.length} frames, p50 ${rounded(quantile(frames, 0.5), 0)}, p99 ${rounded(quantile(frames, 0.99), 0)} ms; blocked for at most ${rounded(await longestBlock(page, since), 0)} ms`,
    );
  } finally {
    await page.close();
    await api.stop();
  }
}

/** Pages of `GET /logs`, newest first, down to the first line. */
function logOf(
  name: string,
  count: number,
  end: number,
): { page: (query: URLSearchParams) => unknown; isAllGiven: () => boolean } {
  let isAllGiven = false;
  return {
    isAllGiven: () => isAllGiven,
    page(query) {
      const from = Number(query.get('cursor') ?? count);
      const to = Math.max(0, from - Number(query.get('limit') ?? 500));
      const items = Array.from({ length: from - to }, (_, i) =>
        lineOf(name, from - 1 - i, end - (count - from + i) * EVERY_MS),
      );
      if (to === 0) isAllGiven = true;
      return { items, ...(to > 0 && { next: String(to) }), source: 'store', coverage: { complete: true, gaps: [] } };
    },
  };
}

const LEVELS = ['info', 'info', 'info', 'warn', 'info', 'error', 'info', 'debug'] as const;

function lineOf(name: string, n: number, at: number): LogLineAnswer {
  const level = LEVELS[n % LEVELS.length] ?? 'info';
  return {
    id: `1.line-${n}`,
    at: `${new Date(at).toISOString().slice(0, 23)}000000Z`,
    cluster: 1,
    clusterName: 'eu-1',
    namespace: 'team-0',
    workload: `Deployment/${name}`,
    pod: `${name}-7d9f8-${(n % 7).toString(36).padStart(5, 'a')}`,
    podUid: '00000000-0000-4000-a000-000000000000',
    container: 'main',
    restart: 0,
    node: `worker-${n % 5}`,
    stream: 'stdout',
    level,
    line: `${level.toUpperCase()} request ${n} GET /orders/${(n * 7919) % 100_000} took ${n % 997} ms for user ${(n * 104_729) % 50_000}`,
    pattern: `p${n % 40}`,
  };
}

/** Stays at the top until there is nothing older. */
async function readAll(page: Page, isAllGiven: () => boolean): Promise<void> {
  await page.evaluate(() => {
    const log = document.querySelector('[role=log]');
    const up = (): void => {
      if (log !== null && log.scrollTop > 0) log.scrollTop = 0;
      if (!document.body.hasAttribute('data-read')) requestAnimationFrame(up);
    };
    up();
  });
  while (!isAllGiven()) await page.waitForTimeout(100);
  await page.evaluate(() => document.body.setAttribute('data-read', ''));
}

async function scrollThrough(page: Page): Promise<void> {
  await page.getByRole('log').hover();
  for (let i = 0; i < WHEELS; i++) {
    await page.mouse.wheel(0, i < WHEELS / 2 ? 240 : -200);
    await page.waitForTimeout(FRAME_MS);
  }
  await page.evaluate(
    (steps) =>
      new Promise<void>((resolve) => {
        const log = document.querySelector('[role=log]');
        let step = 0;
        const next = (): void => {
          if (log !== null) log.scrollTop = ((log.scrollHeight - log.clientHeight) * step) / steps;
          if (step++ < steps) requestAnimationFrame(next);
          else resolve();
        };
        next();
      }),
    SWEEP_STEPS,
  );
}
