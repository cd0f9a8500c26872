// The API as a child of the benchmark.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface Server {
  readonly url: string;
  /** Most bytes resident since it was asked last. */
  peak(): Promise<number>;
  /** Milliseconds of processor time so far. */
  spent(): Promise<number>;
  stop(): Promise<void>;
}

interface Costs {
  readonly peak: number;
  readonly spentMs: number;
}

/** As `npm start` starts it (scripts/ensure.mjs). */
const FRUGAL = ['--max-semi-space-size=8', '--heap-growing-percent=30'];

export async function server(folder: string): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'past-server.worker.js'), [folder], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...FRUGAL],
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const { url } = (await told(child)) as { readonly url: string }; // its first word
  const costs = async (asked: 'peak' | 'spent'): Promise<Costs> => {
    const answer = told(child);
    child.send(asked);
    return (await answer) as Costs; // what it answers to that
  };
  return {
    url,
    peak: async () => (await costs('peak')).peak,
    spent: async () => (await costs('spent')).spentMs,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

const told = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the API ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
