// Who may look, on what `npm start` starts with an administrator: in a real browser and on the command line.

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_FLAGS, findChromium } from '@mosaic/dev';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARTIFACTS, freePort, ROOT, type Running, ready, run } from './processes.ts';

const PASSWORD = 'a password of four words';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'mosaic-people-'));
const passwordFile = join(folder, 'password');
let url: string;
let running: Running;
let browser: Browser;

beforeAll(async () => {
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const env = { MOSAIC_DATA: folder, MOSAIC_CLUSTERS: 'playground', PLAYGROUND_HISTORY_H: '1', PORT: String(port) };
  running = run('mosaic', { ...env, MOSAIC_ADMIN_PASSWORD_FILE: passwordFile }, ['start']);
  browser = await chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_FLAGS] });
  await ready(url, running);
});
afterAll(async () => {
  await browser?.close();
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line of a person whose configuration lives in the test's folder. */
const mosaic = (...args: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    const env = { ...process.env, XDG_CONFIG_HOME: join(folder, 'config'), MOSAIC_URL: url };
    const program = [join(ROOT, 'dist/mosaic.mjs'), ...args];
    execFile(join(ROOT, 'node_modules/.bin/node'), program, { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
  });

const looked = async (path: string, theme: 'light' | 'dark', width: number): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: theme });
  await page.goto(`${url}${path}`);
  await page.getByLabel('Name').waitFor();
  return page;
};

const serious = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    interface Violation {
      readonly id: string;
      readonly impact: string;
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: readonly Violation[] }> } }; // axe puts itself there
    const { violations } = await axe.run();
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id);
  });
};

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['dark', 390],
] as const)(
  'who is not signed in signs in by keyboard and is where they wanted to be (%s, %i wide)',
  async (theme, width) => {
    const page = await looked('/?page=clusters', theme, width);
    expect(await serious(page)).toEqual([]);
    await page.keyboard.type('admin');
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor();
    expect(await serious(page)).toEqual([]);
    await page.screenshot({ path: join(ARTIFACTS, `sign-in-${theme}-${width}.png`) });
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'eu-1' }).waitFor();
    expect(new URL(page.url()).search).toContain('page=clusters');
    await page.getByRole('button', { name: 'Signed in as admin' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Name').waitFor();
    await page.close();
  },
);

test('the command line asks for a login, keeps its token to itself, and asks with it', async () => {
  const refused = await mosaic('changes');
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('mosaic login')]);
  const wrong = join(folder, 'wrong');
  writeFileSync(wrong, 'not the password');
  expect(await mosaic('login', '--password-file', wrong)).toMatchObject({
    code: 1,
    err: expect.stringContaining('wrong'),
  });
  const login = await mosaic('login', '--password-file', passwordFile);
  expect(login).toMatchObject({ code: 0, out: expect.stringMatching(/signed in at .* as admin until \d{4}-/) });
  const tokens = join(folder, 'config/mosaic/tokens');
  const [name = ''] = readdirSync(tokens);
  expect(statSync(join(tokens, name)).mode & 0o777).toBe(0o600);
  expect(login.out + login.err).not.toContain(readFileSync(join(tokens, name), 'utf8').trim());
  expect((await mosaic('whoami')).out).toBe('admin (admin), by a token\n');
  expect((await mosaic('clusters')).out).toMatch(/NAME +ID +STATUS.*\neu-1/);
  const listed = await mosaic('tokens');
  expect(listed.out).toMatch(/mat_[\w-]+… +mosaic login/);
});

test('kubectl reads the past with the token, and without it not', async () => {
  const pods = await mosaic('at', '-c', 'eu-1', 'now-10m', 'get', 'pods', '-n', 'shop');
  expect(pods).toMatchObject({ code: 0, out: expect.stringContaining('checkout') });
  const answer = await fetch(`${url}/at/now-10m/eu-1/api/v1/namespaces/shop/pods`);
  expect(answer.status).toBe(401);
});

test('a user comes and goes; a cluster may join by a token; the audit has it all and is whole', async () => {
  const password = join(folder, 'ada');
  writeFileSync(password, 'hush, it is a secret');
  expect(await mosaic('users', 'add', 'ada', '--password-file', password)).toMatchObject({ code: 0 });
  expect((await mosaic('users')).out).toMatch(/ada +admin/);
  const added = await mosaic('clusters', 'add', 'us-1');
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/<<'TOKEN'\nmjt_\S{43}\nTOKEN/) });
  expect((await mosaic('clusters', 'list')).out).toMatch(/us-1 +to join +until .* by admin/);
  expect(await mosaic('users', 'remove', 'ada')).toMatchObject({ code: 0, out: 'ada is removed\n' });
  const audit = (await mosaic('audit', '--actor', 'admin')).out;
  for (const action of ['session.create', 'token.create', 'user.create', 'join-token.create', 'user.delete'])
    expect(audit).toContain(action);
  expect(await mosaic('audit', 'verify')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+ entries of 1 processes: whole\n$/),
  });
});

test('after logout the token is no good, wherever it was copied to', async () => {
  const tokens = join(folder, 'config/mosaic/tokens');
  const copy = join(folder, 'copy');
  writeFileSync(copy, readFileSync(join(tokens, readdirSync(tokens)[0] ?? ''), 'utf8'));
  expect(await mosaic('whoami', '--token-file', copy)).toMatchObject({ code: 0 });
  expect(await mosaic('logout')).toMatchObject({ code: 0 });
  expect(readdirSync(tokens)).toEqual([]);
  expect(await mosaic('whoami', '--token-file', copy)).toMatchObject({
    code: 1,
    err: expect.stringContaining('not valid'),
  });
});

test('nobody listens to the world without a user', async () => {
  const other = mkdtempSync(join(tmpdir(), 'mosaic-open-'));
  const env = { MOSAIC_DATA: other, MOSAIC_CLUSTERS: 'playground', PORT: String(await freePort()), HOST: '0.0.0.0' };
  const open = run('mosaic', env, ['start']);
  const code = await new Promise((resolve) => open.child.once('exit', resolve));
  expect([code, open.output()]).toEqual([1, expect.stringContaining('MOSAIC_ADMIN_PASSWORD_FILE')]);
  rmSync(other, { recursive: true, force: true });
});
