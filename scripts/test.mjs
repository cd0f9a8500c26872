// `npm test`: everything that can run on this machine; with CI=true everything there is, nothing skipped. Ends with `N passed, N failed`.
//
//   npm test                 checks, units, and the live tier when its services can be had
//   npm test -- units        only checks and units      npm test -- live      only the live tier

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const inCi = process.env.CI === 'true';
const only = process.argv[2];
const reports = join(root, '.cache', 'test-reports');
const total = { passed: 0, failed: 0 };
/** More files than these failing is no bad luck. */
const MOST_AGAIN = 3;
const say = (line) => process.stdout.write(`${line}\n`);

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
await build();
const services = only === 'units' ? undefined : prepareServices();
if (only !== 'live') {
  await check('format and lint', 'biome', ['ci', '.', '--error-on-warnings']);
  await check('types', 'tsc', ['--noEmit']);
  await check('types of the page', 'svelte-check', [
    '--workspace',
    'ui',
    '--tsconfig',
    './tsconfig.json',
    '--fail-on-warnings',
  ]);
  await suite('units and contracts', ['--root', root]);
  await suite('the page', ['--root', join(root, 'ui')]);
}
if (services) await live(services);
say(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

async function build() {
  const code = await run(join(bin, 'node'), [join(root, 'scripts', 'ensure.mjs'), 'build']);
  count('build', code === 0);
}

/** Kafka, Cassandra, Kubernetes and Chromium come in while the units run: at low priority, since the control plane is compiled. */
function prepareServices() {
  const missing = ['java', 'mvn', 'go'].filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length > 0 && !inCi) {
    say(
      `skipping the live tier: ${missing.join(', ')} not found (Kafka and Cassandra need java and mvn, Kubernetes needs go)`,
    );
    return undefined;
  }
  return run('nice', ['-n', '15', join(bin, 'node'), join(root, 'dist', 'dev.mjs'), 'install', 'all']);
}

async function live(installing) {
  const began = Date.now();
  const code = await installing;
  say(`services installed in ${minutes(began)} beyond the units`);
  count('installing real services', code === 0);
  if (code === 0)
    await suite('live: real Kafka, Cassandra, Kubernetes and Chromium', [
      '--root',
      root,
      '--config',
      join(root, 'vitest.live.config.ts'),
    ]);
}

async function check(name, command, args) {
  const began = Date.now();
  const code = await run(join(bin, command), args);
  count(`${name} (${minutes(began)})`, code === 0);
}

/** A few files that failed are run a second time, alone: what passes then is counted as passed and named as unsteady, never passed over in silence. */
async function suite(name, args) {
  const began = Date.now();
  const files = await tests(name, args);
  const bad = files.filter(({ failed }) => failed > 0);
  if (bad.length > 0 && bad.length <= MOST_AGAIN && bad.every(({ path }) => path !== undefined)) {
    say(`${name}: failed, so run once more: ${bad.map(({ path }) => relative(root, path)).join(', ')}`);
    const paths = bad.map(({ path }) => path);
    const second = await tests(`${name} again`, [...args, ...paths]);
    if (second.every(({ failed }) => failed === 0))
      for (const text of bad.flatMap(({ failures }) => failures)) say(`UNSTEADY, passed when run again: ${text}`);
    files.splice(0, files.length, ...files.filter(({ path }) => !paths.includes(path)), ...second);
  }
  const of = (what) => files.reduce((sum, file) => sum + file[what], 0);
  total.passed += of('passed');
  total.failed += of('failed') + (inCi ? of('skipped') : 0);
  say(`${name}: ${of('passed')} passed, ${of('failed')} failed, ${of('skipped')} skipped (${minutes(began)})`);
}

/** What each file came to. A file that broke before its tests ran is one failure; so is a run that ended badly with every test green, or with none. */
async function tests(name, args) {
  const report = join(reports, `${name.replace(/\W+/g, '-')}.json`);
  const code = await run(join(bin, 'vitest'), [
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const { testResults = [] } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const files = testResults.map(({ name: path, status: ending, assertionResults }) => {
    const failures = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    const passed = assertionResults.filter(({ status }) => status === 'passed').length;
    const skipped = assertionResults.length - passed - failures.length;
    if (ending === 'failed' && failures.length === 0) failures.push('before its tests');
    return {
      path,
      passed,
      skipped,
      failed: failures.length,
      failures: failures.map((f) => `${relative(root, path)}: ${f}`),
    };
  });
  const isGreen = files.length > 0 && files.every(({ failed }) => failed === 0);
  if (files.length === 0 || (code !== 0 && isGreen)) files.push({ passed: 0, skipped: 0, failed: 1, failures: [] });
  return files;
}

function count(name, isPassed) {
  total[isPassed ? 'passed' : 'failed'] += 1;
  say(`${name}: ${isPassed ? 'passed' : 'FAILED'}`);
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
    child.on('exit', (code) => resolve(code ?? 1));
    child.on('error', () => resolve(1));
  });
}

function minutes(began) {
  const seconds = Math.round((Date.now() - began) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}
