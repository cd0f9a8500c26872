// The page in a real browser on what `npm start` starts: the one product of the run, a Chromium, and what every test of the page does with them.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CHROMIUM_FLAGS, findChromium } from '@mosaic/dev';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Api, apiAt } from '../journey/http.ts';
import { ARTIFACTS } from './processes.ts';
import { service } from './services.ts';
import type { SharedPlayground } from './shared-playground.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE_MS = 60_000;

export const SIZES = {
  desk: { width: 1280, height: 720 },
  wide: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
} as const;

export type Look = Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'timezoneId' | 'hasTouch'>;

export interface Visit extends Page {
  /** What went wrong on the page itself. */
  readonly troubles: string[];
}

export interface Product {
  readonly api: Api;
  readonly browser: Browser;
  /** Folder of its data. */
  readonly data: string;
  open(path: string, look?: Look): Promise<Visit>;
  /** A page that has not gone anywhere yet, so that its questions can be caught. */
  blank(look?: Look, context?: BrowserContext): Promise<Visit>;
  /** The browser; the product goes on for others. */
  stop(): Promise<void>;
}

const LOOK: BrowserContextOptions = { viewport: SIZES.desk, timezoneId: 'UTC', reducedMotion: 'reduce' };

async function blankPage(from: Browser | BrowserContext, look: BrowserContextOptions): Promise<Visit> {
  const page = 'contexts' in from ? await from.newPage(look) : await from.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  return Object.assign(page, { troubles });
}

/** The playground of this run, or the one at MOSAIC_URL with its data in MOSAIC_DATA. */
async function playground(): Promise<SharedPlayground> {
  const { MOSAIC_URL: url, MOSAIC_DATA } = process.env;
  if (url !== undefined) return { url, data: MOSAIC_DATA ?? '' };
  return JSON.parse(await service('/playground/start')) as SharedPlayground; // as shared-playground.ts answers
}

/** Others have the same product: what a test makes in it bears a name of its own and goes again. */
export async function openProduct(): Promise<Product> {
  const { url, data } = await playground();
  const api = apiAt(url);
  const browser = await chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_FLAGS] });
  return {
    api,
    browser,
    data,
    blank: (look = {}, context) => blankPage(context ?? browser, { ...LOOK, ...look }),
    async open(path, look = {}) {
      const page = await blankPage(browser, { ...LOOK, ...look });
      await page.goto(`${api.url}${path}`);
      await page.getByRole('banner').waitFor();
      return page;
    },
    stop: () => browser.close(),
  };
}

export const shoot = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });

/** The map has drawn a card with this id; else where the page is instead, with a picture of it. */
export async function drawn(page: Page, id: string): Promise<void> {
  try {
    await page.waitForFunction((wanted) => {
      const { mosaicMap } = globalThis as unknown as { mosaicMap?: { picture: { byId: Map<string, unknown> } } }; // the page puts it there
      return mosaicMap?.picture.byId.has(wanted) === true;
    }, id);
  } catch (cause) {
    await shoot(page, `not-drawn-${id.replace(/\W+/g, '-')}`);
    const text = (await page.locator('body').textContent()) ?? '';
    throw new Error(`${id} is not drawn at ${page.url()}, which says:\n${text.slice(0, 2_000)}`, { cause });
  }
}

/** How much of the page lies beyond its right edge, in pixels. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

export interface Judgement {
  readonly serious: string[];
  readonly all: number;
}

/** What axe finds on the page as it is. It checks all, and tells of violations alone: the rest, cell by cell of a long table, takes it many times as long. */
export async function judge(page: Page): Promise<Judgement> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    interface Violation {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }; // axe puts itself there
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    const serious = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    return { serious, all: violations.length };
  });
}
