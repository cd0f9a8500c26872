// A process as it is shipped: a bundle beside this one, ready when its /readyz says so.

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePorts } from '@mosaic/dev';

export interface Shipped {
  readonly pid: () => number;
  readonly url: string;
  /** As a power cut. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/** Started, and ready. Beginning anew keeps its port. */
export async function shipped(bundle: string, env: Readonly<Record<string, string>>): Promise<Shipped> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  };
  const start = async (): Promise<void> => {
    child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, `${bundle}.mjs`)],
      {
        env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'error', ...env },
        stdio: ['ignore', 2, 2],
      },
    );
    await ready(url, bundle);
  };
  await start();
  return { url, start, pid: () => child?.pid ?? 0, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

async function ready(url: string, name: string): Promise<void> {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; ) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} was not ready within ${READY_WITHIN_MS / 1000} s`);
}
