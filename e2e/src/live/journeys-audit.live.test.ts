// The auditor's page: asks what changed, follows an answer into the map at its moment, takes the signed report home and has the command line verify it.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judge, openProduct, overflow, type Product, SIZES, shoot } from './page-browser.ts';
import { ROOT } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'mosaic-audit-'));
let product: Product;

beforeAll(async () => {
  product = await openProduct();
});
afterAll(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
}

/** Without a server to ask: the file alone must do, with the key taken from the product before. */
const mosaic = (...args: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    const env = { ...process.env, MOSAIC_URL: product.api.url, XDG_CONFIG_HOME: folder };
    const program = [join(ROOT, 'dist/mosaic.mjs'), ...args];
    execFile(join(ROOT, 'node_modules/.bin/node'), program, { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out: `${out}${err}` }),
    );
  });

test('an auditor asks what changed, looks at one of the changes on the map, and goes back to the answer', async () => {
  const page = await product.open('/?page=audit');
  await page.getByText('Nothing asked yet').waitFor();
  expect((await judge(page)).serious).toEqual([]);
  await page.getByLabel('From', { exact: true }).fill('now-24h');
  await page.getByLabel('Namespace').fill('shop');
  await page.getByLabel('Kind').fill('Deployment');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  const row = page.getByRole('row').filter({ hasText: 'shop/checkout:1.8.2 → 1.9.0' }).first();
  await row.waitFor();
  await page.waitForURL(/ask=/);
  const asked = page.url();
  expect((await judge(page)).serious).toEqual([]);
  await shoot(page, 'journey-audit');
  const time = row.getByRole('link').first();
  const at = (await time.locator('time').getAttribute('datetime')) ?? '';
  await time.click();
  await page.waitForURL((url) => url.searchParams.get('at') === at && url.searchParams.get('page') !== 'audit');
  await page.getByText(/^Looking at/).waitFor();
  await page.goBack();
  await page.waitForURL(asked);
  await row.waitFor();
  expect(page.troubles).toEqual([]);
  await page.close();
});

test('the report taken from the page is verified by the command line, and not when a letter of it is changed', async () => {
  const page = await product.open('/?page=audit', { colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Report', exact: true }).click();
  await page.getByLabel('From', { exact: true }).fill('now-2h');
  await page.getByLabel('Namespace').fill('shop');
  await page.getByLabel('Format').selectOption('json');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export the report' }).click();
  const file = join(folder, 'report.json');
  await (await coming).saveAs(file);
  await page.getByText('mosaic report verify FILE').waitFor();
  expect((await judge(page)).serious).toEqual([]);
  expect(await mosaic('report', 'verify', file)).toMatchObject({ code: 0 });
  const forged = join(folder, 'forged.json');
  writeFileSync(forged, readFileSync(file, 'utf8').replace('checkout', 'chuckout'));
  expect((await mosaic('report', 'verify', forged)).code).not.toBe(0);
  expect(page.troubles).toEqual([]);
  await page.close();
});

test('on a phone the questions and their answers are not cut off', async () => {
  const ask = encodeURIComponent('changes --from now-2h -n shop');
  const page = await product.open(`/?page=audit&ask=${ask}`, { viewport: SIZES.phone, hasTouch: true });
  const answer: Locator = page.getByRole('region', { name: 'Answer' });
  await answer.getByRole('row').nth(1).waitFor();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  expect((await judge(page)).serious).toEqual([]);
  await shoot(page, 'journey-audit-phone');
  await page.close();
});
