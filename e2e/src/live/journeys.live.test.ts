// Four people and what they come for, each in a real browser on what `npm start` starts: an operator, an auditor, a developer, and someone without a mouse.
// Each journey prints what axe found and how long frames took, and ends in a screenshot (e2e/artifacts/journey-*.png).

import type { ChangeAnswer, ListAnswer, LogsAnswer, ObjectAt, TimelineAnswer } from '@mosaic/wire';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, eventually } from '../journey/http.ts';
import { drawn, judge, openProduct, type Product, SIZES, shoot, type Visit } from './page-browser.ts';

/** Which night's release is the newest depends on when this runs, so its time is asked for and never taken from the clock. */
const LOOK_BACK = '26h';
const CHECKOUT = 'Deployment:shop:checkout';
const MOST_ARROWS = 20;

let product: Product;
let api: Api;
let release: ChangeAnswer;
let incident: TimelineAnswer['incidents'][number];
let cluster = '';

beforeAll(async () => {
  product = await openProduct();
  api = product.api;
  release = await badRelease();
  cluster = String(release.cluster);
  incident = await whatItBroke();
});
afterAll(() => product?.stop());

/** The bad release of the shop, as the change log has it. */
async function badRelease(): Promise<ChangeAnswer> {
  const { items } = await api.get<ListAnswer<ChangeAnswer>>(
    `/api/v1/changes?from=now-${LOOK_BACK}&to=now&cluster=eu-1&namespace=shop&kind=Deployment&limit=1000`,
  );
  const found = items.find(({ name, summary }) => name === 'checkout' && summary.includes('1.8.2 → 1.9.0'));
  if (found === undefined) throw new Error('the bad release is not in the change log');
  return found;
}

/** Shortly after 03:12 it may break only now. */
const whatItBroke = (): Promise<TimelineAnswer['incidents'][number]> =>
  eventually('the bad release broke something', async () => {
    const { incidents } = await api.get<TimelineAnswer>(`/api/v1/timeline?from=now-${LOOK_BACK}&to=now`);
    return incidents.find(({ node, from }) => node.endsWith(CHECKOUT) && from >= release.at);
  });

/** So long after it broke, or half-way when it lasted less, or lasts. */
function into(ms: number): number {
  const [from, to] = [Date.parse(incident.from), incident.to === undefined ? Date.now() : Date.parse(incident.to)];
  return Math.round(Math.min(from + ms, (from + to) / 2));
}

const iso = (at: number): string => new Date(at).toISOString();
const clock = (at: string): string => at.slice(11, 19);

const panelOf = (page: Page): Locator => page.getByRole('complementary');

/** Axe, frames and a picture: what a journey leaves for people to judge. */
async function arrived(page: Visit, name: string): Promise<void> {
  await shoot(page, `journey-${name}`);
  const { serious, all } = await judge(page);
  const p95 = await page.evaluate(() => {
    const { mosaicMap } = globalThis as unknown as { mosaicMap?: { draws: number[] } }; // the page puts it there
    const draws = [...(mosaicMap?.draws ?? [])].sort((a, b) => a - b);
    return draws[Math.floor(draws.length * 0.95)];
  });
  console.log(
    `[journey] ${name}: axe ${serious.length} serious of ${all}, frames p95 ${p95 === undefined ? 'none drawn' : `${p95.toFixed(1)} ms`}`,
  );
  expect(serious).toEqual([]);
  expect(page.troubles).toEqual([]);
  await page.close();
}

/** Clicks the time bar where an instant is. */
async function clickBar(page: Page, at: number): Promise<void> {
  const bar = page.getByRole('slider');
  const [from, to] = await Promise.all(
    ['aria-valuemin', 'aria-valuemax'].map(async (end) => Number(await bar.getAttribute(end)) * 1000),
  );
  const box = await bar.boundingBox();
  if (box === null || from === undefined || to === undefined) throw new Error('the bar is not drawn');
  await bar.click({ position: { x: ((at - from) / (to - from)) * box.width, y: 45 } });
}

test('an operator finds the bad release of the shop at 03:12', async () => {
  const end = Math.min(Date.now(), Date.parse(incident.from) + 90 * 60_000);
  const page = await product.open(`/?range=3h&end=${iso(end)}&ns=shop`);
  const id = `${cluster}:${CHECKOUT}`;
  await drawn(page, id);
  // into the red stretch of the bar
  await clickBar(page, into(30 * 60_000));
  await page.getByText(/^Looking at/).waitFor();
  await page.getByRole('button', { name: /find or hide/ }).click();
  await page.keyboard.type('health=broken ');
  await page.getByLabel('Show as table').click();
  await page
    .getByRole('row', { name: /broken.*checkout.*Deployment/ })
    .getByRole('button')
    .click();
  await page.getByLabel('Show as map').click();
  const panel = panelOf(page);
  await panel.getByText(`Broken since ${clock(incident.from)}`).waitFor();
  await panel
    .getByText(/image shop\/checkout:1\.8\.2 → 1\.9\.0/)
    .first()
    .waitFor();
  await panel.getByRole('button', { name: 'Since it was last healthy' }).click();
  await page.waitForURL(/vs=/);
  const before = Date.parse(new URL(page.url()).searchParams.get('vs') ?? '');
  expect(before).toBeLessThan(Date.parse(release.at));
  await panel.getByText(/^Between /).waitFor();
  await panel.getByText('image: shop/checkout:1.9.0').first().waitFor();
  await panel.getByText(/8081/).first().waitFor();
  await panel.getByRole('heading', { name: `Last change, ${clock(release.at)}` }).waitFor();
  await arrived(page, 'operator');
});

test('an auditor opens last night at 02:05 by a link', async () => {
  const at = new Date();
  at.setUTCHours(2, 5, 0, 0);
  if (at.getTime() > Date.now()) at.setUTCDate(at.getUTCDate() - 1);
  const then = at.toISOString();
  const link = `/?at=${then}&node=${cluster}:${CHECKOUT}&tab=yaml`;
  const was = await api.get<ObjectAt>(`/api/v1/objects/${release.cluster}/${release.uid}?at=${then}`);
  const [image = 'no image'] = was.images;
  expect(image).not.toContain('1.9.0');

  const page = await product.open(link);
  await page.getByText(/^Looking at (\d+ \w+ )?02:05:00/).waitFor();
  await page.getByRole('contentinfo').getByText('UTC').waitFor();
  const panel = panelOf(page);
  await panel
    .getByText(image ?? 'an image')
    .first()
    .waitFor();
  await panel.getByRole('tab', { name: 'Blame' }).click();
  await panel.getByText('argo-cd').first().waitFor();
  await panel.getByRole('tab', { name: 'Changes' }).click();
  await panel.getByRole('link').first().waitFor();
  await page.reload();
  await page.getByText(/^Looking at (\d+ \w+ )?02:05:00/).waitFor();
  await panel.getByRole('tab', { name: 'Changes', selected: true }).waitFor();
  await arrived(page, 'auditor');
});

test('a developer follows a log line to the pod, its node and the change before it', async () => {
  const at = iso(into(5 * 60_000));
  const { items } = await api.get<LogsAnswer>(
    `/api/v1/logs?cluster=${cluster}&namespace=shop&workload=Deployment/checkout&from=${incident.from}&to=${at}&level=error&limit=5`,
  );
  expect(items.length).toBeGreaterThan(0);
  const page = await product.open(`/?at=${at}&node=${cluster}:${CHECKOUT}&tab=logs&llevel=error`);
  const panel = panelOf(page);
  const log = panel.getByRole('log');
  await log.getByText('ERROR').first().waitFor();
  await log.getByRole('button', { name: /ERROR/ }).first().click();
  await log.getByRole('link', { name: /^checkout-/ }).click();
  await page.waitForURL(/node=\d+:Pod:shop:checkout-/);
  const pod = new URL(page.url()).searchParams.get('node');
  await panel.getByText('Facts').waitFor();
  const fact = panel.getByRole('button', { name: /worker-\d+$/ });
  await fact.first().click();
  await page.waitForURL(/node=\d+:Node::/);
  await panel.getByText('Node', { exact: false }).first().waitFor();
  await page.goBack();
  await page.waitForURL((url) => url.searchParams.get('node') === pod);
  await panel.getByRole('button', { name: 'checkout', exact: true }).click();
  await page.waitForURL(/node=\d+:Deployment:shop:checkout/);
  await panel.getByRole('heading', { name: /^Last change/ }).waitFor();
  await panel.getByText('8081').first().waitFor();
  await panel.getByRole('button', { name: 'All changes' }).first().click();
  await panel
    .getByText(/by argo-cd/)
    .first()
    .waitFor();
  await arrived(page, 'developer');
});

test('a keyboard-only user walks from a cluster to a broken pod', async () => {
  const at = iso(into(10 * 60_000));
  const page = await product.open(`/?at=${at}&level=cluster`);
  await drawn(page, `${cluster}:Cluster::${release.clusterName}`);
  await tabTo(page, 'the map', () => document.activeElement?.getAttribute('role') === 'application');
  await page.keyboard.press('ArrowDown');
  await page.waitForURL(/node=\d+:Cluster:/);
  expect((await looked(page)).isWorst, 'the first arrow goes to what is worst').toBe(true);
  await arrowTo(page, `${cluster}:Cluster::${release.clusterName}`);
  await page.keyboard.press('Enter');
  await page.waitForURL(/level=namespace/);
  await drawn(page, `${cluster}:Namespace::shop`);
  await arrowTo(page, `${cluster}:Namespace::shop`);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('ns') === 'shop' && !url.search.includes('level='));
  await drawn(page, `${cluster}:${CHECKOUT}`);
  await arrowTo(page, `${cluster}:${CHECKOUT}`);
  await panelOf(page)
    .getByText(/Broken since/)
    .waitFor();
  await tabTo(page, 'a pod of it', () =>
    /^checkout-.*(broken|degraded)/s.test(document.activeElement?.textContent?.trim() ?? ''),
  );
  await page.keyboard.press('Enter');
  await page.waitForURL(/node=\d+:Pod:shop:checkout-/);
  await panelOf(page)
    .getByText(/^(broken|degraded)$/)
    .first()
    .waitFor();
  await arrived(page, 'keyboard');
});

interface Looked {
  /** Whether nothing on the map is worse than what is chosen. */
  readonly isWorst: boolean;
  /** The arrows that lead from what is chosen towards a card, the longer way first. */
  readonly ways: readonly string[];
}

const looked = (page: Page, wanted = ''): Promise<Looked> =>
  page.evaluate((to) => {
    interface Card {
      readonly x: number;
      readonly y: number;
      readonly node: { readonly health: string };
    }
    const { mosaicMap } = globalThis as unknown as { mosaicMap: { picture: { byId: Map<string, Card> } } }; // the page puts it there
    const { byId } = mosaicMap.picture;
    const chosen = byId.get(new URL(location.href).searchParams.get('node') ?? '');
    const all = new Set([...byId.values()].map(({ node }) => node.health));
    const worst = ['broken', 'degraded'].find((health) => all.has(health)) ?? chosen?.node.health;
    const [dx, dy] = [(byId.get(to)?.x ?? 0) - (chosen?.x ?? 0), (byId.get(to)?.y ?? 0) - (chosen?.y ?? 0)];
    const [across, along] = [dx < 0 ? 'ArrowLeft' : 'ArrowRight', dy < 0 ? 'ArrowUp' : 'ArrowDown'];
    return {
      isWorst: chosen?.node.health === worst,
      ways: Math.abs(dx) > Math.abs(dy) ? [across, along] : [along, across],
    };
  }, wanted);

/** Arrow by arrow to a card: the first one leads to what is worst, which at some hours of the day is another. */
async function arrowTo(page: Page, id: string): Promise<void> {
  const chosen = (): string | null => new URL(page.url()).searchParams.get('node');
  for (let presses = 0; presses < MOST_ARROWS && chosen() !== id; presses++) {
    const before = chosen();
    const { ways } = await looked(page, id);
    await page.keyboard.press(ways[presses % 3 === 2 ? 1 : 0] ?? 'ArrowDown');
    await page.waitForURL((url) => url.searchParams.get('node') !== before, { timeout: 3_000 }).catch(() => undefined); // nothing that way
  }
  expect(chosen()).toBe(id);
}

/** Presses Tab until the focus is where it shall be. */
async function tabTo(page: Page, what: string, isThere: () => boolean): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    if (await page.evaluate(isThere)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${what} is not reached by Tab`);
}

test('a first visit is told where, when and what, and only once', async () => {
  const context = await product.browser.newContext({ viewport: SIZES.phone, hasTouch: true });
  const page = await product.blank({}, context);
  await page.goto(api.url);
  const steps = page.getByRole('region', { name: 'First steps' });
  for (const step of [/^Where/, /^When/, /^What/]) {
    await steps.getByRole('heading', { name: step }).waitFor();
    await steps.getByRole('button', { name: /^(Next|Begin)$/ }).click();
  }
  await steps.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('application').waitFor();
  await page.waitForFunction(() => 'mosaicMap' in globalThis);
  expect(await steps.count()).toBe(0);
  await context.close();
});

test.each([
  ['desk', 'light'],
  ['phone', 'dark'],
] as const)('axe finds nothing serious on any page: %s, %s', async (size, colorScheme) => {
  const at = iso(into(95_000));
  const before = iso(Date.parse(release.at) - 60_000);
  const page = await product.open(`/?at=${at}&vs=${before}`, { viewport: SIZES[size], colorScheme });
  const found: string[] = [];
  const look = async (path: string, there: Locator): Promise<void> => {
    await page.goto(`${api.url}${path}`);
    await there.first().waitFor();
    found.push(...(await judge(page)).serious.map((each) => `${path}: ${each}`));
  };
  await look(`/?at=${at}&vs=${before}`, panelOf(page).getByText(/^Changed/));
  await shoot(page, `journey-compare-${size}-${colorScheme}`);
  await look(`/?at=${at}&table=1&rows=edges`, page.getByRole('row', { name: /checkout/ }));
  await look(`/?page=about`, page.getByRole('heading', { name: 'What was measured' }));
  await look(`/?page=storage`, page.getByRole('heading', { name: 'How long it is kept' }));
  await look(`/?page=clusters`, page.getByRole('img', { name: /of the window watched/ }));
  expect(found).toEqual([]);
  expect(page.troubles).toEqual([]);
  await page.close();
});
