// The API as a child of the benchmark.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface Server {
  readonly url: string;
  /** Most bytes resident since it was asked last. */
  peak(): Promise<number>;
  stop(): Promise<void>;
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
  return {
    url,
    async peak() {
      const answer = told(child);
      child.send('memory');
      return ((await answer) as { readonly peak: number }).peak; // what it answers to that
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

const told = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the API ended with ${code}`)));
  });
