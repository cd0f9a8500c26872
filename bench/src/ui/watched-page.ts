// A page in headless Chromium whose main thread is watched: how long it was blocked, and how long frames took.

import { CHROMIUM_FLAGS, findChromium } from '@mosaic/dev';
import type { TopologyNode } from '@mosaic/wire';
import { type Browser, chromium, type Page } from 'playwright-core';

const SIZE = { width: 1280, height: 720 };

/** What the page notes of itself; performance.now() of the page throughout. */
export interface Noted {
  /** Of every block of the main thread the browser tells of (50 ms and more). */
  readonly blocks: { readonly at: number; readonly ms: number }[];
  /** Lengths of frames, newest last. */
  frames: number[];
  /** When the map had first been painted with anything on it. */
  pictureAt: number | undefined;
}

/** The page's own map, as it offers itself to whoever measures. */
interface PageMap {
  readonly draws: number[];
  readonly picture: { readonly nodes: readonly { readonly node: { readonly node: TopologyNode } }[] };
}
declare global {
  var mosaicMap: PageMap | undefined;
  var noted: Noted;
}

export const launch = async (): Promise<Browser> =>
  chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_FLAGS] });

export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: SIZE });
  page.setDefaultTimeout(120_000);
  await page.addInitScript(note);
  await page.goto(url);
  return page;
}

/** Runs in the page before anything of ours. */
function note(): void {
  globalThis.noted = { blocks: [], frames: [], pictureAt: undefined };
  const { noted } = globalThis;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) noted.blocks.push({ at: startTime, ms: duration });
  }).observe({ type: 'longtask', buffered: true });
  let last = performance.now();
  let isDrawn = false;
  const frame = (now: number): void => {
    noted.frames.push(now - last);
    last = now;
    // the frame after the one that drew: by then it is on the screen
    if (isDrawn) noted.pictureAt ??= performance.now();
    isDrawn =
      isDrawn ||
      ((globalThis.mosaicMap?.picture.nodes.length ?? 0) > 0 && (globalThis.mosaicMap?.draws.length ?? 0) > 0);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** The longest block since an instant of the page; 0 when there was none of 50 ms. */
export const longestBlock = (page: Page, since: number): Promise<number> =>
  page.evaluate(
    (from) => Math.max(0, ...globalThis.noted.blocks.filter(({ at }) => at >= from).map(({ ms }) => ms)),
    since,
  );

/** What happened so far is not part of what is measured next. */
export const beginFrames = (page: Page): Promise<number> =>
  page.evaluate(() => {
    globalThis.noted.frames = [];
    return performance.now();
  });
