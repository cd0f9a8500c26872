// `npm test`: everything that can run on this machine; with CI=true everything there is, nothing skipped. Ends with `N passed, N failed`.
//
//   npm test                 checks, units, and the live tier when its services can be had
//   npm test -- units        only checks and units      npm test -- live      only the live tier

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const inCi = process.env.CI === 'true';
const only = process.argv[2];
const reports = join(root, '.cache', 'test-reports');
const total = { passed: 0, failed: 0 };
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

async function suite(name, args) {
  const began = Date.now();
  const report = join(reports, `${name.replace(/\W+/g, '-')}.json`);
  const code = await run(join(bin, 'vitest'), [
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numPendingTests = 0,
    numTodoTests = 0,
    numFailedTestSuites = 0,
  } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const skipped = numPendingTests + numTodoTests;
  total.passed += numPassedTests;
  total.failed += numFailedTests + (inCi ? skipped : 0);
  // A suite that broke before its tests ran, or a run that ended badly with every test green, is a failure too.
  if (numFailedTests === 0 && (code !== 0 || numFailedTestSuites > 0 || numPassedTests === 0))
    total.failed += Math.max(1, numFailedTestSuites);
  say(`${name}: ${numPassedTests} passed, ${numFailedTests} failed, ${skipped} skipped (${minutes(began)})`);
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
