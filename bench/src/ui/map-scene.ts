// The map of many workloads, every one of them with a card of its own: how soon it is seen, how long a draw takes under a hand that pans and zooms,
// how quickly it is known what lies under the pointer, and what ever blocked the page.

import type { Browser, Page } from 'playwright-core';
import { type BenchContext, quantile, rounded } from '../bench.ts';
import { answerOf, bigGraph } from './big-graph.ts';
import { fakeApi } from './fake-api.ts';
import { beginFrames, longestBlock, openPage } from './watched-page.ts';

const PAN_STEPS = 60;
const HITS = 2_000;
/** Between moves of the hand: a display's frame. */
const FRAME_MS = 16;
const SETTLE_MS = 2_000;

export async function mapScene(
  { tell, row }: BenchContext,
  browser: Browser,
  nodes: number,
  edges: number,
): Promise<void> {
  const answer = JSON.stringify(answerOf(bigGraph(nodes, edges), Date.now()));
  const api = await fakeApi({ '/topology': () => answer });
  const page = await openPage(browser, `${api.url}/?open=*`);
  try {
    await page.waitForFunction(() => globalThis.noted.pictureAt !== undefined);
    const firstPicture = await afterData(page);
    await page.waitForTimeout(SETTLE_MS);
    const figures = await underHand(page);
    // before the hits: so many in a row block the page themselves
    const block = await longestBlock(page, firstPicture.dataAt);
    row({
      scene: 'map',
      nodes,
      edges,
      first_picture_ms: rounded(firstPicture.ms, 0),
      draw_p95_ms: rounded(quantile(figures.draws, 0.95)),
      hit_ms: rounded(await hits(page), 3),
      longest_block_ms: rounded(block, 0),
    });
    tell(
      `${nodes} nodes: ${figures.draws.length} draws, p50 ${rounded(quantile(figures.draws, 0.5))} ms; frames p50 ${rounded(quantile(figures.frames, 0.5), 0)}, p95 ${rounded(quantile(figures.frames, 0.95), 0)}, longest ${rounded(Math.max(...figures.frames), 0)} ms; blocked by the first picture for ${rounded(firstPicture.block, 0)} ms`,
    );
  } finally {
    await page.close();
    await api.stop();
  }
}

/** From the last byte of the answer to the picture on the screen. */
async function afterData(page: Page): Promise<{ ms: number; dataAt: number; block: number }> {
  const told = await page.evaluate(() => {
    const [data] = performance.getEntriesByType('resource').filter(({ name }) => /\/topology(\?|$)/.test(name));
    const dataAt = data instanceof PerformanceResourceTiming ? data.responseEnd : Number.NaN;
    return { ms: (globalThis.noted.pictureAt ?? Number.NaN) - dataAt, dataAt };
  });
  return { ...told, block: await longestBlock(page, told.dataAt) };
}

/** A hand that pans in the overview, comes nearer step by step, pans there, and leaves again. */
async function underHand(page: Page): Promise<{ draws: number[]; frames: number[] }> {
  const draws: number[] = [];
  await beginFrames(page);
  for (const clicks of [0, 4, 4, 4, 4]) {
    for (let i = 0; i < clicks; i++) await still(page, () => page.mouse.wheel(0, -120));
    await pan(page);
    draws.push(...(await takeDraws(page)));
  }
  for (let i = 0; i < 16; i++) await still(page, () => page.mouse.wheel(0, 120));
  draws.push(...(await takeDraws(page)));
  return { draws, frames: await page.evaluate(() => globalThis.noted.frames) };
}

async function pan(page: Page): Promise<void> {
  await page.mouse.move(640, 360);
  await page.mouse.down();
  for (let i = 1; i <= PAN_STEPS; i++) {
    const turn = (i / PAN_STEPS) * Math.PI * 2;
    await still(page, () => page.mouse.move(640 + 200 * Math.sin(turn), 360 + 120 * (1 - Math.cos(turn))));
  }
  await page.mouse.up();
}

async function still(page: Page, act: () => Promise<void>): Promise<void> {
  await act();
  await page.waitForTimeout(FRAME_MS);
}

/** What the map noted of its own frames, and forgets with that: it keeps the last 600. */
const takeDraws = (page: Page): Promise<number[]> => page.evaluate(() => globalThis.mosaicMap?.draws.splice(0) ?? []);

/** p99 of what a move of the pointer costs the page: what lies there is found, and what is said of it is set. */
async function hits(page: Page): Promise<number> {
  const times = await page.evaluate((count) => {
    const host = document.querySelector('[role=application]');
    const taken: number[] = [];
    for (let i = 0; i < count; i++) {
      const [clientX, clientY] = [(i * 7919) % innerWidth, 60 + ((i * 104_729) % (innerHeight - 200))];
      const move = new PointerEvent('pointermove', { clientX, clientY, bubbles: true, pointerType: 'mouse' });
      const begin = performance.now();
      host?.dispatchEvent(move);
      taken.push(performance.now() - begin);
    }
    return taken;
  }, HITS);
  return quantile(times, 0.99);
}
