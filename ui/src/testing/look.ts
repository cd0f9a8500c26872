// Pictures of the page for a person to look at: `npm run look -w ui -- OUT [BASE]`. Needs Chromium (CHROMIUM, default /usr/bin/chromium).

import { mkdirSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

const [out = '/tmp/look', base = 'http://127.0.0.1:9100', only = ''] = process.argv.slice(2);
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SIZES = { wide: [1920, 1080], laptop: [1280, 720], phone: [390, 844], look: [1440, 900] } as const;

interface Shot {
  readonly name: string;
  readonly size: keyof typeof SIZES;
  readonly theme: 'light' | 'dark';
  readonly query: string;
  readonly act?: (page: Page) => Promise<void>;
}

const checkout = 'node=1:Deployment:shop:checkout';
const at = (process.env.AT ?? '').replaceAll(':', '%3A');
const past = at === '' ? '' : `&at=${at}`;

const SHOTS: readonly Shot[] = [
  { name: 'live', size: 'look', theme: 'light', query: '' },
  { name: 'broken', size: 'look', theme: 'light', query: `${checkout}${past}` },
  { name: 'broken-dark', size: 'look', theme: 'dark', query: `${checkout}${past}` },
  { name: 'laptop-dark', size: 'laptop', theme: 'dark', query: `${checkout}${past}&tab=changes` },
  { name: 'wide', size: 'wide', theme: 'light', query: `${checkout}${past}&tab=yaml` },
  { name: 'phone', size: 'phone', theme: 'light', query: past.slice(1) },
  { name: 'phone-panel', size: 'phone', theme: 'dark', query: `${checkout}${past}` },
  { name: 'pods', size: 'laptop', theme: 'light', query: 'level=pod' },
  { name: 'namespaces', size: 'laptop', theme: 'dark', query: `level=namespace${past}` },
  { name: 'nodes', size: 'laptop', theme: 'light', query: 'level=node' },
  { name: 'clusters-level', size: 'laptop', theme: 'light', query: 'level=cluster' },
  { name: 'config', size: 'laptop', theme: 'light', query: 'show=config,services,gone' },
  { name: 'table', size: 'laptop', theme: 'light', query: `table=1${past}` },
  { name: 'blame', size: 'laptop', theme: 'light', query: `${checkout}${past}&tab=blame` },
  { name: 'events-tab', size: 'laptop', theme: 'dark', query: `${checkout}${past}&tab=events` },
  { name: 'logs', size: 'laptop', theme: 'light', query: `${checkout}&tab=logs` },
  { name: 'relations', size: 'laptop', theme: 'light', query: `${checkout}&tab=relations` },
  { name: 'changes', size: 'laptop', theme: 'light', query: 'page=changes' },
  { name: 'events', size: 'laptop', theme: 'dark', query: 'page=events' },
  { name: 'clusters', size: 'laptop', theme: 'light', query: 'page=clusters' },
  {
    name: 'search',
    size: 'laptop',
    theme: 'light',
    query: '',
    act: async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('re');
      await page.waitForTimeout(500);
    },
  },
  { name: 'help', size: 'laptop', theme: 'dark', query: '', act: async (page) => page.keyboard.press('?') },
  {
    name: 'outline',
    size: 'laptop',
    theme: 'light',
    query: past.slice(1),
    act: async (page) => page.getByLabel('Show outline').click(),
  },
  {
    name: 'hover',
    size: 'laptop',
    theme: 'light',
    query: past.slice(1),
    act: async (page) => {
      await page.mouse.move(640, 640);
      await page.waitForTimeout(100);
    },
  },
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
mkdirSync(out, { recursive: true });
for (const shot of SHOTS.filter((s) => only === '' || only.split(',').includes(s.name))) {
  const [width, height] = SIZES[shot.size];
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: shot.theme,
    timezoneId: 'Europe/Berlin',
    hasTouch: shot.size === 'phone',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => process.stdout.write(`${shot.name}: ${error.message}\n`));
  page.on('console', (line) => line.type() === 'error' && process.stdout.write(`${shot.name}: ${line.text()}\n`));
  await page.goto(`${base}/${shot.query === '' ? '' : `?${shot.query}`}`);
  await page.waitForTimeout(Number(process.env.WAIT ?? 1300));
  await shot.act?.(page);
  await page.screenshot({ path: `${out}/${shot.name}.png` });
  process.stdout.write(`${out}/${shot.name}.png\n`);
  await context.close();
}
await browser.close();
