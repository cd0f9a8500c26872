// Scrubbing through the product's past of 15,000 objects: a thumb that drags over what the page has loaded, and one that comes to where nothing is loaded,
// from one checkpoint to the other. A step lasts from the pointer's move to the new picture on the screen.

import type { Browser, Page } from 'playwright-core';
import { type BenchContext, quantile, rounded } from '../bench.ts';
import type { Product } from './product.ts';
import { openPage } from './watched-page.ts';

/** Agents write a checkpoint at every tenth minute. */
const CHECKPOINT_EVERY_MS = 600_000;
/** Seen before the checkpoint, and after it, at the least. */
const BEFORE_MS = 90_000;
const AFTER_MS = 150_000;
/** Younger moments may still grow. */
const SETTLED_MS = 75_000;
/** The page's own step for a bar of half an hour. */
const STEP_MS = 15_000;
const RANGE = '30m';
const INSIDE_STEPS = 60;
const READ_AHEAD_MS = 15_000;
const PAUSE_MS = 40;
const LOST_MS = 10_000;

export async function scrubScene(
  { isQuick, tell, row }: BenchContext,
  browser: Browser,
  product: Product,
): Promise<void> {
  const { cluster, watchedSince, url } = product;
  const checkpoint = Math.ceil((watchedSince + BEFORE_MS) / CHECKPOINT_EVERY_MS) * CHECKPOINT_EVERY_MS;
  const due = checkpoint + AFTER_MS + SETTLED_MS;
  if (!isQuick && due > Date.now()) {
    tell(
      `scrub: the cluster's next checkpoint is at ${new Date(checkpoint).toISOString()}; waiting until ${new Date(due).toISOString()}`,
    );
    await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
  }
  const latest = Date.now() - SETTLED_MS;
  const end = Math.floor(Date.now() / 1000) * 1000;
  const middle = isQuick ? (watchedSince + latest) / 2 : checkpoint;
  const address = (at: number): string =>
    `${url}/?cluster=${cluster}&range=${RANGE}&end=${new Date(end).toISOString()}&at=${new Date(at).toISOString()}`;
  const page = await openPage(browser, address(latest));
  try {
    await page.waitForFunction(() => globalThis.noted.pictureAt !== undefined);
    const across = await stepThrough(page, turns(middle, watchedSince + 20_000, latest));
    await release(page);
    await page.waitForTimeout(READ_AHEAD_MS);
    const near = inside(middle, latest);
    const warm = await stepThrough(page, near);
    await release(page);
    row({
      scene: 'scrub',
      inside_p95_ms: rounded(quantile(warm, 0.95)),
      across_p95_ms: rounded(quantile(across, 0.95)),
    });
    tell(
      `scrub: inside ${warm.length} steps, p50 ${rounded(quantile(warm, 0.5))} ms, longest ${rounded(Math.max(...warm))}; across ${across.length} steps, p50 ${rounded(quantile(across, 0.5))} ms, longest ${rounded(Math.max(...across))}`,
    );
  } finally {
    await page.close();
  }
}

/** Instants before and after the checkpoint in turn, none twice: nothing of them is loaded. */
function turns(checkpoint: number, from: number, to: number): number[] {
  const cell = (at: number): number => Math.round(at / STEP_MS) * STEP_MS;
  const before: number[] = [];
  const after: number[] = [];
  for (let at = cell(checkpoint) - STEP_MS; at > from; at -= STEP_MS) before.push(at);
  for (let at = cell(checkpoint) + STEP_MS; at < to; at += STEP_MS) after.push(at);
  const pairs = Math.min(before.length, after.length);
  return Array.from({ length: pairs }, (_, i) => [before[i] ?? 0, after[i] ?? 0]).flat();
}

/** Back and forth over the minutes after the checkpoint. */
function inside(checkpoint: number, latest: number): number[] {
  const cells = Math.floor((latest - checkpoint) / STEP_MS) - 1;
  return Array.from({ length: INSIDE_STEPS }, (_, i) => {
    const turn = i % (2 * cells);
    return Math.round(checkpoint / STEP_MS) * STEP_MS + (1 + (turn < cells ? turn : 2 * cells - turn)) * STEP_MS;
  });
}

/** Takes the thumb and drags it to each instant; what every step took. */
async function stepThrough(page: Page, instants: readonly number[]): Promise<number[]> {
  const taken: number[] = [];
  const bar = await barOf(page);
  await page.mouse.move(bar.x(bar.at), bar.y);
  await page.mouse.down();
  for (const at of instants) {
    const step = page.evaluate(untilNewPicture, LOST_MS);
    await page.mouse.move(bar.x(at), bar.y);
    const ms = await step;
    if (ms !== undefined) taken.push(ms);
    await page.waitForTimeout(PAUSE_MS);
  }
  return taken;
}

async function release(page: Page): Promise<void> {
  await page.mouse.up();
  await page.waitForTimeout(1_000);
}

/** Runs in the page: from the next move of the pointer to the frame after the one that drew another picture. */
function untilNewPicture(lostMs: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const before = globalThis.mosaicMap?.picture;
    let moved: number | undefined;
    let isDrawn = false;
    addEventListener('pointermove', (event) => (moved ??= event.timeStamp), { capture: true, once: true });
    const look = (): void => {
      const now = performance.now();
      if (isDrawn && moved !== undefined) resolve(now - moved);
      else if (moved !== undefined && now - moved > lostMs) resolve(undefined);
      else {
        isDrawn = moved !== undefined && globalThis.mosaicMap?.picture !== before;
        requestAnimationFrame(look);
      }
    };
    requestAnimationFrame(look);
  });
}

interface Bar {
  readonly at: number;
  readonly y: number;
  x(at: number): number;
}

async function barOf(page: Page): Promise<Bar> {
  const bar = page.getByRole('slider');
  const [from, to, at] = await Promise.all(
    ['aria-valuemin', 'aria-valuemax', 'aria-valuenow'].map(async (end) => Number(await bar.getAttribute(end)) * 1000),
  );
  const box = await bar.boundingBox();
  if (box === null || from === undefined || to === undefined || at === undefined)
    throw new Error('the bar is not drawn');
  return { at, y: box.y + 45, x: (instant) => box.x + ((instant - from) / (to - from)) * box.width };
}
