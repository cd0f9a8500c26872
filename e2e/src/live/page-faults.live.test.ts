// What goes wrong around the page: hostile names, a server that is slow, partial or refusing, a lost stream, addresses with nonsense, two tabs, other zones.
// The product is real; answers are spoilt on their way into the browser.

import type { Route } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProduct, overflow, type Product, SIZES, shoot, type Visit } from './page-browser.ts';

let product: Product;
let checkout = '';

beforeAll(async () => {
  product = await openProduct();
  const { items } = await product.api.get<{ items: { id: number; name: string }[] }>('/api/v1/clusters');
  checkout = `${items.find(({ name }) => name === 'eu-1')?.id}:Deployment:shop:checkout`;
});
afterAll(() => product?.stop());

const problem = (status: number, title: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: 'about:blank', title, status, detail: `${title}, said the test.`, id: 'p-test' }),
});

/** Goes there with some answers spoilt. */
async function visit(path: string, spoil: (page: Visit) => Promise<unknown>, look = {}): Promise<Visit> {
  const page = await product.blank(look);
  await spoil(page);
  await page.goto(`${product.api.url}${path}`);
  await page.getByRole('banner').waitFor();
  return page;
}

/** The map has something on it. */
const isDrawn = (page: Visit): Promise<unknown> =>
  page.waitForFunction(() => {
    const { mosaicMap } = globalThis as unknown as { mosaicMap?: { picture: { nodes: unknown[] } } }; // the page puts it there
    return (mosaicMap?.picture.nodes.length ?? 0) > 10;
  });

const LONG = `${'very-long-name-'.repeat(16)}of-253-chars`.slice(0, 253).padEnd(253, 'x');
const HTML = '<img src=x onerror="globalThis.wasRun=1"><script>globalThis.wasRun=1</script><b>bold</b>';
const FAR = 'سلة التسوق 🛒 עגלה';
/** Fields by which the page finds things again. */
const KEYS = new Set(['id', 'uid', 'from', 'to', 'at', 'firstAt', 'kind', 'relation', 'health', 'level', 'type', 'op']);
const WORDS = new Set([
  'signal',
  'status',
  'state',
  'node',
  'parent',
  'pods',
  'createdAt',
  'cluster',
  'severity',
  'path',
]);

function poisoned(value: unknown, key = '', turn = 0): unknown {
  if (typeof value === 'string') {
    if (KEYS.has(key) || WORDS.has(key) || /^\d{4}-\d\d-\d\dT/.test(value)) return value;
    return [HTML, LONG, FAR, `${value}${HTML}`][turn % 4];
  }
  if (Array.isArray(value)) return value.map((each, i) => poisoned(each, key, turn + i));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v], i) => [k, WORDS.has(k) ? v : poisoned(v, k, turn + i)]));
}

async function poison(route: Route): Promise<void> {
  const response = await route.fetch();
  const type = response.headers()['content-type'] ?? '';
  if (!type.includes('json')) return route.fulfill({ response });
  return route.fulfill({ response, json: poisoned(await response.json()) });
}

test('the page allows no inline script and brings none', async () => {
  const { headers, body } = await product.api.ask('/');
  const policy = headers.get('content-security-policy') ?? '';
  const scripts = /script-src ([^;]+)/.exec(policy)?.[1] ?? /default-src ([^;]+)/.exec(policy)?.[1] ?? '';
  expect(scripts).toContain("'self'");
  expect(scripts).not.toContain('unsafe');
  expect(String(body)).not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(String(body)).not.toMatch(/\son\w+=/);
});

test('HTML, names of 253 characters, right-to-left and emoji in every field are text and nothing else', async () => {
  const tabs = ['summary', 'changes', 'yaml', 'blame', 'events', 'logs', 'metrics', 'connections', 'relations'];
  const paths = ['/', '/?table=1', '/?page=changes', '/?page=events', '/?page=clusters', '/?page=storage'];
  const all = [...paths, ...tabs.map((tab) => `/?node=${checkout}&tab=${tab}`)];
  const page = await product.blank();
  const refused: string[] = [];
  page.on('console', (line) => line.text().includes('Content Security Policy') && refused.push(line.text()));
  await page.route(/\/api\/v1\/(?!topology\/stream|logs\/stream)/, poison);
  for (const path of all) {
    await page.goto(`${product.api.url}${path}`);
    await page
      .getByText(/<b>bold<\/b>|very-long-name|سلة/)
      .first()
      .waitFor({ state: 'attached' });
    expect(await overflow(page), path).toBeLessThanOrEqual(0);
  }
  expect(await page.evaluate(() => 'wasRun' in globalThis)).toBe(false);
  expect(await page.locator('img').count()).toBe(0);
  expect(refused).toEqual([]);
  expect(page.troubles).toEqual([]);
  await page.goto(`${product.api.url}/?node=${checkout}`);
  await isDrawn(page);
  await shoot(page, 'fault-names');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.close();
});

test('a server that takes its time is waited for in words, and the map comes', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const page = await visit('/', (it) =>
    it.route(/\/api\/v1\/topology\?/, async (route) => {
      await held;
      await route.continue();
    }),
  );
  await page.getByText('Still reading what runs').waitFor();
  await shoot(page, 'fault-slow');
  release();
  await isDrawn(page);
  await page.close();
});

test('a part that is missing is said in its place, and comes by itself', async () => {
  const lacking = /\/api\/v1\/(timeline|metrics|objects\/.*\/history)/;
  const page = await visit(`/?node=${checkout}`, (it) =>
    it.route(lacking, (route) => route.fulfill(problem(503, 'Not ready yet', { 'retry-after': '1' }))),
  );
  await isDrawn(page);
  await page.getByText(/^The bar could not be read/).waitFor();
  const panel = page.getByRole('complementary');
  await panel.getByText(/^Changes could not be read/).waitFor();
  await panel.getByText(/^Metrics could not be read/).waitFor();
  await shoot(page, 'fault-partly');
  await page.unroute(lacking);
  await page
    .getByText(/could not be read/)
    .first()
    .waitFor({ state: 'detached' });
  await panel.getByRole('heading', { name: /^Last change/ }).waitFor();
  expect(page.troubles).toEqual([]);
  await page.close();
});

test('too many questions: the page says so, waits as told and asks again', async () => {
  let asked = 0;
  const page = await visit('/', (it) =>
    it.route(/\/api\/v1\/topology\?/, (route) =>
      ++asked > 1
        ? route.continue()
        : route.fulfill(problem(429, 'Too many questions at once', { 'retry-after': '1' })),
    ),
  );
  await page.getByText('Too many questions at once').first().waitFor();
  await isDrawn(page);
  expect(asked).toBeGreaterThan(1);
  await page.close();
});

test('a moment older than what is kept leads back to now', async () => {
  const page = await visit('/?at=2020-01-01T00:00:00Z', (it) =>
    it.route(/\/api\/v1\/topology\?.*at=2020/, (route) => route.fulfill(problem(410, 'Older than what is kept'))),
  );
  await page.getByText('Older than what is kept').first().waitFor();
  await page.getByText(/^Looking at 1 Jan 2020/).waitFor();
  await shoot(page, 'fault-too-old');
  await page.getByRole('button', { name: 'Go to live' }).click();
  await isDrawn(page);
  expect(new URL(page.url()).searchParams.has('at')).toBe(false);
  await page.close();
});

test('who is not signed in is asked to, and keeps the address', async () => {
  const address = `/?node=${checkout}&tab=yaml`;
  const page = await product.blank();
  await page.route(/\/api\/v1\//, (route) => route.fulfill(problem(401, 'Please sign in')));
  await page.goto(`${product.api.url}${address}`);
  await page
    .getByText(/sign in/i)
    .first()
    .waitFor();
  await shoot(page, 'fault-signed-out');
  expect(page.url()).toContain('tab=yaml');
  expect(page.troubles).toEqual([]);
  await page.close();
});

test('a lost stream is said, asked around, and caught up with', async () => {
  const stream = /\/api\/v1\/topology\/stream/;
  let isLost = false;
  const page = await visit('/', (it) =>
    it.route(stream, (route) =>
      isLost
        ? route.abort()
        : route.fulfill({ headers: { 'content-type': 'text/event-stream' }, body: 'retry: 300\n\n: hello\n\n' }),
    ),
  );
  await isDrawn(page);
  isLost = true;
  await page.getByText('Live stream lost, asking every 5 s').first().waitFor();
  await shoot(page, 'fault-stream-lost');
  const asked = page.waitForResponse(/\/api\/v1\/topology\?/);
  await page.unroute(stream);
  await asked;
  await page.getByText('Live stream lost, asking every 5 s').first().waitFor({ state: 'detached', timeout: 60_000 });
  await page.close();
});

test.each([
  ['of another version', '/?page=wormholes&level=quark&tab=7&range=-5&hops=99&theme=plaid&v=99'],
  ['of no time', '/?at=yesterday&end=never&from=a&to=b&vs=0&cluster=-1e9&show=everything&edges=none&rows=42'],
  ['of odd characters', '/?node=%00%FF&edge=%F0%9F%92%A3&q=%28%28%28%22&open=,,,&by=%3Cscript%3E&focus=::::&lq=%5B'],
  ['of great length', `/?${'q=x&'.repeat(400)}`],
])('an address with nonsense in it is a view: %s', async (_, path) => {
  const page = await product.open(path);
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.getByRole('button', { name: /^Live/ }).waitFor();
  await page.getByRole('status').or(page.getByRole('application')).first().waitFor();
  expect(page.troubles).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await page.close();
});

test('two tabs travel apart and share what is kept in the browser', async () => {
  const context = await product.browser.newContext({ viewport: SIZES.desk, timezoneId: 'UTC' });
  const [one, other] = [await product.blank({}, context), await product.blank({}, context)];
  await one.goto(`${product.api.url}/?ns=shop`);
  await other.goto(`${product.api.url}/?ns=shop`);
  await Promise.all([isDrawn(one), isDrawn(other)]);
  await one.getByRole('button', { name: 'Views' }).click();
  await one.getByRole('textbox', { name: 'Name of this view' }).fill('only the shop');
  await one.getByRole('button', { name: 'Keep this view' }).click();
  await one.getByRole('button', { name: /previous change/i }).click();
  await one.waitForURL(/at=/);
  expect(other.url()).not.toContain('at=');
  await other.getByRole('button', { name: 'Views' }).click();
  await other.getByText('only the shop').first().waitFor();
  expect([...one.troubles, ...other.troubles]).toEqual([]);
  await context.close();
});

test.each([
  ['Asia/Kolkata', 'desk', '08:42:38', 'UTC+05:30'],
  ['America/St_Johns', 'phone', '23:42:38', 'UTC−03:30'],
  ['UTC', 'phone', '03:12:38', 'UTC'],
] as const)(
  'a clock in %s on a %s says its zone, and its links mean the same moment',
  async (timezoneId, size, clock, zone) => {
    const day = new Date(Date.now() - 20 * 3_600_000).toISOString().slice(0, 10);
    const at = `${day}T03:12:38.000Z`;
    const page = await product.open(`/?at=${at}`, { viewport: SIZES[size], timezoneId });
    const footer = page.getByRole('contentinfo', { name: 'Time' }).or(page.locator('footer')).first();
    await footer.getByText(clock, { exact: true }).waitFor();
    await footer.getByText(zone).last().waitFor({ state: 'visible' });
    expect(new URL(page.url()).searchParams.get('at')).toBe(at);
    await page.close();
  },
);
