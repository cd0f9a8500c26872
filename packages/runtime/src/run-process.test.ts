import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'mosaic-process-'));
const entry = join(folder, 'entry.mjs');

beforeAll(async () => {
  await build({
    stdin: {
      contents: `
import { integer, runProcess, setting, sharedSettings } from '@mosaic/runtime';
runProcess({
  name: 'tester', version: '9.9.9', purpose: 'is run by a test',
  settings: { LOG_LEVEL: sharedSettings.LOG_LEVEL, SIZE: setting(integer(1, 9), 'how big', 3) },
  checks: [],
  async start({ SIZE }) {
    if (SIZE === 9) throw new Error('too big to start');
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), 50);
    const busy = setInterval(() => {}, 1_000); // as a server's port would
    return { stop: async () => { clearInterval(busy); console.log('stopped in order'); }, ready: { size: SIZE } };
  },
});`,
      resolveDir: import.meta.dirname,
    },
    ...{ bundle: true, format: 'esm', platform: 'node', outfile: entry, conditions: ['@mosaic/source'] },
    external: ['@opentelemetry/*'],
    logLevel: 'error',
  });
  writeFileSync(join(folder, '.env'), 'SIZE=4\n');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const { PATH = '' } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], {
    ...{ cwd: folder, encoding: 'utf8', env: { PATH, ...env } },
  });
  return { status, stdout, stderr };
};

test('help lists every setting and starts nothing', () => {
  const { status, stdout } = run(['--help']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^mosaic tester 9\.9\.9: is run by a test\n[\s\S]*SIZE +how big[\s\S]*an integer 1–9 \(3\)/);
});

test('it says when it is ready, and stops in order', () => {
  const { status, stdout, stderr } = run([]);
  expect(status).toBe(0);
  expect(stdout).toBe('stopped in order\n');
  expect(stderr).toMatch(/"event":"ready","size":4,"version":"9\.9\.9"[\s\S]*"event":"stopped"/);
});

test('a wrong setting is told by name, without a stack', () => {
  const { status, stderr } = run([], { SIZE: 'huge' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/SIZE=huge/);
  expect(stderr).not.toContain('at ');
});

test('what fails while starting is told', () => {
  const { status, stderr } = run([], { SIZE: '9' });
  expect(status).toBe(1);
  expect(stderr).toContain('too big to start');
});
