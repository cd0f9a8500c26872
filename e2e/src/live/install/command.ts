// The command from its sources, so that it is the one of this commit; how it ended is an answer.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '@mosaic/dev';

export interface Ended {
  readonly code: number | null;
  /** What it printed, to both. */
  readonly said: string;
}

export interface Mosaic {
  (...args: readonly string[]): Promise<Ended>;
  /** Ended as a power cut would as soon as it printed this. */
  killedAt(word: string, ...args: readonly string[]): Promise<Ended>;
}

/** `KUBECONFIG` of the environment unless told otherwise. */
export function mosaicWith(environment: Readonly<Record<string, string>> = {}): Mosaic {
  const run = (args: readonly string[], killAt?: string): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const entry = join(repositoryRoot(), 'cli/src/main.ts');
      const child = spawn(
        process.execPath,
        ['-C', '@mosaic/source', '--disable-warning=ExperimentalWarning', entry, ...args],
        {
          env: { ...process.env, ...environment },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (bytes: Buffer) => {
          said += bytes.toString();
          if (killAt !== undefined && said.includes(killAt)) child.kill('SIGKILL');
        });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, said }));
    });
  return Object.assign((...args: readonly string[]) => run(args), {
    killedAt: (word: string, ...args: readonly string[]) => run(args, word),
  });
}
