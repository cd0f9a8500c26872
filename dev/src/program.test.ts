import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withLock } from './lock.ts';
import { birthOf, sweep } from './pid-files.ts';
import { answers, freePorts } from './ports.ts';
import { type Program, startProgram } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'mosaic-test-'));
const before = process.env.MOSAIC_DEV_CACHE;
beforeAll(() => {
  process.env.MOSAIC_DEV_CACHE = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env.MOSAIC_DEV_CACHE;
  else process.env.MOSAIC_DEV_CACHE = before;
  rmSync(folder, { recursive: true });
});

const script = (name: string, code: string): Program =>
  startProgram({ name, command: process.execPath, args: ['-e', code], logPath: join(folder, `${name}.log`) });
const saysReady = "console.log('ready'); setInterval(() => {}, 1000);";
const isReady = (program: Program) => () => program.output().includes('ready');
const pidFiles = () => readdirSync(join(folder, 'run'));

it('a program is noted while it runs and forgotten when it is stopped, with its children', async () => {
  const family = `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); console.log('ready', child.pid); setInterval(() => {}, 1000);`;
  const program = script('family', family);
  await program.readyWhen(isReady(program), 10_000);
  const child = Number(/ready (\d+)/.exec(program.output())?.[1]);
  expect(pidFiles()).toEqual([`family-${program.pid}.json`]);
  await program.stop();
  await program.stop();
  expect(program.hasEnded()).toBe(true);
  expect(pidFiles()).toEqual([]);
  await gone(child);
});

it('one that does not listen to SIGTERM is killed', async () => {
  const program = startProgram({
    name: 'deaf',
    command: process.execPath,
    args: ['-e', `process.on('SIGTERM', () => {}); ${saysReady}`],
    logPath: join(folder, 'deaf.log'),
    patienceMs: 50,
  });
  await program.readyWhen(isReady(program), 10_000);
  await program.stop();
  expect(program.hasEnded()).toBe(true);
});

it('one that ends before it is ready says why', async () => {
  const program = script('failing', "console.error('the port is taken'); process.exit(3)");
  await expect(program.readyWhen(() => false, 10_000)).rejects.toThrow(
    /failing ended before it was ready.*the port is taken/s,
  );
});

it('one that cannot be started says so', async () => {
  const program = startProgram({ name: 'none', command: '/nonexistent', args: [], logPath: join(folder, 'none.log') });
  await expect(program.readyWhen(() => false, 10_000)).rejects.toThrow('/nonexistent could not be started');
});

it('what a crashed run left behind is ended by the next start, and its data removed', async () => {
  const left = mkdtempSync(join(tmpdir(), 'mosaic-left-'));
  const source = fileURLToPath(new URL('./program.ts', import.meta.url));
  const crashing = `const { startProgram } = await import(${JSON.stringify(source)});
    const program = startProgram({ name: 'orphan', command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'],
      logPath: ${JSON.stringify(join(left, 'log'))}, temporaryFolder: ${JSON.stringify(left)} });
    console.log(program.pid); setInterval(() => {}, 1000);`;
  const run = spawn(process.execPath, ['--input-type=module', '-e', crashing], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(run.stdout, 'data');
  const orphan = Number(String(line));
  expect(sweep()).toEqual([]);
  run.kill('SIGKILL');
  await once(run, 'exit');
  expect(birthOf(orphan)).toBeDefined();
  expect(sweep()).toEqual([`orphan (${orphan})`]);
  await gone(orphan);
  expect(existsSync(left)).toBe(false);
  expect(pidFiles()).toEqual([]);
});

it('ports are free and different', async () => {
  const ports = await freePorts(5);
  expect(new Set(ports).size).toBe(5);
  expect(await answers(ports[0] ?? 0)).toBe(false);
});

it('two that need the same lock take turns, and a lock left by the dead is nobody’s', async () => {
  const path = join(folder, 'a.lock');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path, '999999999 1');
  const order: string[] = [];
  const turn = (name: string) => () =>
    new Promise<void>((resolve) => {
      order.push(`${name} in`);
      setImmediate(() => {
        order.push(`${name} out`);
        resolve();
      });
    });
  await Promise.all([withLock(path, turn('a')), withLock(path, turn('b'))]);
  expect(order).toHaveLength(4);
  expect(order[1]).toBe(order[0]?.replace('in', 'out'));
});

async function gone(pid: number): Promise<void> {
  while (birthOf(pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
}
