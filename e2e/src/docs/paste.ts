// A text pasted into a shell, as a person does: every line must do, and what goes on for ever is ended when it has said its word.

import { spawn } from 'node:child_process';

export interface Said {
  /** 0 too of what was ended because it printed the word it was waited for. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Pasting {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly until?: string;
}

const LONGEST_MS = 150_000;

export const pasted = (text: string, { cwd, env, until }: Pasting): Promise<Said> =>
  new Promise((resolve, reject) => {
    // A group of its own, so that all of what it started ends with it.
    const child = spawn('bash', ['-euo', 'pipefail', '-c', text], { cwd, env, detached: true });
    const said = { out: '', err: '' };
    let hasSaid = false;
    const end = (): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    };
    const timer = setTimeout(end, LONGEST_MS);
    const hears = (name: 'out' | 'err') => (bytes: Buffer) => {
      said[name] += bytes.toString();
      if (until === undefined || hasSaid || !said[name].includes(until)) return;
      hasSaid = true;
      end();
    };
    child.stdout.on('data', hears('out'));
    child.stderr.on('data', hears('err'));
    child.stdin.end();
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: hasSaid ? 0 : (code ?? 1), ...said });
    });
  });
