// The page in a real browser, on what `npm start` starts. Each journey ends in a screenshot a person can look at (e2e/artifacts).

import { join } from 'node:path';
import type { ChangeAnswer, ListAnswer, TimelineAnswer } from '@mosaic/wire';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, eventually } from '../journey/http.ts';
import { kubectlOn } from '../journey/kubectl.ts';
import { judge, openProduct, overflow, type Product, SIZES, shoot, type Visit } from './page-browser.ts';

let product: Product;
let api: Api;

beforeAll(async () => {
  product = await openProduct();
  api = product.api;
});
afterAll(() => product?.stop());

const open = (
  path: string,
  size: keyof typeof SIZES = 'desk',
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Visit> => product.open(path, { viewport: SIZES[size], colorScheme });

/** The bad release of the shop, as the change log has it. */
async function badRelease(): Promise<ChangeAnswer> {
  const { items } = await api.get<ListAnswer<ChangeAnswer>>(
    '/api/v1/changes?from=now-24h&to=now&cluster=eu-1&namespace=shop&kind=Deployment&limit=1000',
  );
  const found = items.find(({ name, summary }) => name === 'checkout' && summary.includes('1.8.2 → 1.9.0'));
  if (found === undefined) throw new Error('the bad release is not in the change log');
  return found;
}

test('the page opens on what broke, travels there, and says what is wrong', async () => {
  const { incidents } = await api.get<TimelineAnswer>('/api/v1/timeline?from=now-24h&to=now');
  expect(incidents.length).toBeGreaterThan(0);
  const page = await open('/');
  await page.getByRole('button', { name: /See what broke/ }).click();
  await page.waitForURL(/at=.*node=/);
  await page.getByText(/^Looking at/).waitFor();
  await page.getByRole('complementary').getByText(/since/).first().waitFor();
  await shoot(page, 'what-broke');
  expect(page.troubles).toEqual([]);
  await page.close();
});

test('an auditor opens last night by a link and reads the release field by field', async () => {
  const change = await badRelease();
  const at = new Date(Date.parse(change.at) + 8 * 60_000).toISOString();
  const page = await open(`/?at=${at}&node=${change.cluster}:Deployment:shop:checkout`);
  const panel = page.getByRole('complementary');
  await panel.getByText('shop/checkout:1.9.0').first().waitFor();
  await panel.getByText('8081').first().waitFor();
  await panel.getByRole('tab', { name: 'YAML' }).click();
  await panel.getByText('shop/checkout:1.9.0').first().waitFor();
  await panel.getByRole('tab', { name: 'Changes' }).click();
  await panel
    .getByText(/1\.8\.2/)
    .first()
    .waitFor();
  await panel.getByRole('tab', { name: 'Blame' }).click();
  await panel.getByText('argo-cd').first().waitFor();
  await panel.getByRole('tab', { name: 'Events' }).click();
  await panel.getByText('Unhealthy').first().waitFor();
  await panel.getByRole('tab', { name: 'Summary' }).click();
  await panel.getByText('8081').first().waitFor();
  await shoot(page, 'incident-light');
  expect(page.troubles).toEqual([]);
  await page.close();
});

test('what is gone is found by the keyboard alone, and seen at a moment when it lived', async () => {
  const page = await open('/');
  await page.keyboard.press('/');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('recommender');
  await page
    .getByRole('option', { name: /recommender/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/node=.*recommender/);
  await page.getByRole('complementary').getByText('recommender').first().waitFor();
  await shoot(page, 'gone-found');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.close();
});

test('an open page turns red by itself when a Deployment breaks', async () => {
  const kubectl = kubectlOn(join(product.data, 'playground.kubeconfig'), 'eu-1');
  const namespace = `seen-${process.pid}`;
  await kubectl(['create', 'namespace', namespace]);
  await kubectl(['-n', namespace, 'create', 'deployment', 'watched', '--image=demo/watched:1.0.0']);
  const page = await open(`/?table=1&ns=${namespace}`);
  const row = page.getByRole('row', { name: /watched/ }).filter({ hasText: 'Deployment' });
  await row.filter({ hasText: 'well' }).waitFor({ timeout: 60_000 });
  await kubectl(['-n', namespace, 'set', 'image', 'deployment/watched', '*=demo/watched:1.1.0-broken']);
  await row.filter({ hasText: /degraded|broken/ }).waitFor({ timeout: 90_000 });
  await shoot(page, 'turned-red');
  await page.close();
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
});

test('the bar travels: previous change, a click, and back to now', async () => {
  const page = await open('/');
  await page.getByRole('button', { name: /previous change/i }).click();
  await page.waitForURL(/at=/);
  const first = page.url();
  await page.getByRole('button', { name: /previous change/i }).click();
  await page.waitForURL((url) => url.href !== first);
  await page.getByRole('button', { name: /^Live/ }).click();
  await page.waitForURL((url) => !url.search.includes('at='));
  await page.close();
});

test.each([
  '/',
  '/?table=1',
  '/?table=1&rows=edges',
  '/?page=changes',
  '/?page=events',
  '/?page=clusters',
  '/?page=storage',
  '/?page=about',
  '/?theme=contrast',
])('axe finds nothing serious on %s', async (path) => {
  for (const scheme of ['light', 'dark'] as const) {
    const page = await open(path, 'desk', scheme);
    await page.waitForLoadState('networkidle').catch(() => {}); // the live stream keeps the network busy: what is drawn by then is judged
    expect((await judge(page)).serious, `${path} ${scheme}`).toEqual([]);
    await page.close();
  }
});

test.each([
  ['desk', 'light'],
  ['desk', 'dark'],
  ['wide', 'light'],
  ['wide', 'dark'],
  ['phone', 'light'],
  ['phone', 'dark'],
] as const)('the map is drawn and nothing is cut off on %s, %s', async (size, scheme) => {
  const change = await badRelease();
  const at = new Date(Date.parse(change.at) + 8 * 60_000).toISOString();
  const page = await open(`/?at=${at}`, size, scheme);
  await eventually('the map is drawn', async () => ((await inked(page)) > 500 ? true : undefined));
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await shoot(page, `map-${size}-${scheme}`);
  expect(page.troubles).toEqual([]);
  await page.close();
});

/** Pixels of the map's canvases that are not empty. */
const inked = (page: Page): Promise<number> =>
  page.evaluate(() =>
    [...document.querySelectorAll('canvas')].reduce((sum, canvas) => {
      const context = canvas.getContext('2d');
      if (context === null || canvas.width === 0) return sum;
      const { data: pixels } = context.getImageData(0, 0, canvas.width, canvas.height);
      let inked = 0;
      for (let i = 3; i < pixels.length; i += 4) if ((pixels[i] ?? 0) > 0) inked++;
      return sum + inked;
    }, 0),
  );
