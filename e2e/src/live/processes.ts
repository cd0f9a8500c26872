// Mosaic's processes as a user's machine runs them: the bundles in dist/, each with its own environment.

import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../journey/http.ts';

export const ROOT = join(import.meta.dirname, '../../..');
export const ARTIFACTS = join(ROOT, 'e2e', 'artifacts');

export interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** SIGKILL: as a power cut. */
  kill(): Promise<void>;
  /** SIGTERM, then SIGKILL after ten seconds. */
  stop(): Promise<void>;
}

export function run(name: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): Running {
  mkdirSync(ARTIFACTS, { recursive: true });
  const child = spawn(
    join(ROOT, 'node_modules/.bin/node'),
    ['--disable-warning=ExperimentalWarning', join(ROOT, 'dist', `${name}.mjs`), ...args],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const log = createWriteStream(join(ARTIFACTS, `${name}.log`), { flags: 'a' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      log.write(bytes);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  };
  return { name, child, output: () => output, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits for 200 from /readyz; throws with the process's output as soon as it has ended. */
export async function ready(url: string, running: Running, withinMs = 120_000): Promise<void> {
  const { name, child, output } = running;
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const isReady = async (): Promise<true | undefined> =>
    hasEnded() || (await fetch(`${url}/readyz`)).status === 200 ? true : undefined;
  await eventually(`${name} is ready`, isReady, withinMs);
  if (hasEnded()) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}: ${output().slice(-2000)}`);
}
