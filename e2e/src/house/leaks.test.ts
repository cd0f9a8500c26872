import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  .split('\0')
  .filter(Boolean);
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('the lockfile names no registry', () => expect(/"resolved": "http/.test(read('package-lock.json'))).toBe(false));

test('no file we track names a path of the machine it was written on', () => {
  const texts = tracked.filter(
    (path) =>
      /\.(ts|mjs|json|md|yaml|yml|svelte|css|html|cql|xml|mod|sh)$|(^|\/)(Dockerfile|run)$/.test(path) &&
      !path.endsWith('leaks.test.ts'),
  );
  expect(texts.filter((path) => /\/work\/(main|shared)|\/tmp\/bash_jobs/.test(read(path)))).toEqual([]);
});

test('every workspace has its page', () => {
  const workspaces = tracked.filter((path) =>
    /^(packages|agents|servers)\/[^/]+\/package\.json$|^(ui|cli|manifestr|playground|dev|bench|e2e)\/package\.json$/.test(
      path,
    ),
  );
  const without = workspaces
    .map((path) => path.replace('package.json', 'README.md'))
    .filter((path) => !tracked.includes(path));
  expect(without).toEqual([]);
});

test('nothing a test says is skipped', () => {
  const tests = tracked.filter((path) => /\.test\.ts$/.test(path) && !path.endsWith('leaks.test.ts'));
  expect(tests.filter((path) => /\b(it|test|describe)\.(skip|only|todo)\b/.test(read(path)))).toEqual([]);
});
