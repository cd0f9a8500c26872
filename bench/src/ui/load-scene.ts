// What a first visit loads before the page is there: its JavaScript, as the product sends it.

import type { Browser } from 'playwright-core';
import { type BenchContext, rounded } from '../bench.ts';
import type { Product } from './product.ts';
import { openPage } from './watched-page.ts';

const SETTLE_MS = 3_000;

export async function loadScene({ row, tell }: BenchContext, browser: Browser, product: Product): Promise<void> {
  const page = await openPage(browser, product.url);
  try {
    await page.waitForFunction(() => globalThis.noted.pictureAt !== undefined);
    await page.waitForTimeout(SETTLE_MS);
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter((each) => each instanceof PerformanceResourceTiming)
        .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
        .map(({ name, encodedBodySize }) => ({ name: new URL(name).pathname, bytes: encodedBodySize })),
    );
    row({ scene: 'load', js_kb: rounded(scripts.reduce((sum, { bytes }) => sum + bytes, 0) / 1000) });
    tell(`load: ${scripts.map(({ name, bytes }) => `${name} ${rounded(bytes / 1000)} kB`).join(', ')}`);
  } finally {
    await page.close();
  }
}
