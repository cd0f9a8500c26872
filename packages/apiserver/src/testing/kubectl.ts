// The real kubectl against a server of a test, in a home of its own.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Whether there is one to test with; said in one line when not. */
export const kubectlIsHere = (process.env.PATH ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'kubectl')));
if (!kubectlIsHere) console.warn('kubectl is not on the PATH: what it makes of this server is not tested');

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Kubectl {
  /** Its HOME: kubeconfig and room for files. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  run(args: readonly string[], input?: string): Promise<Said>;
  /** The words of a command line; what it prints, or its error after `FAILED`. */
  ask(line: string, input?: string): Promise<string>;
  close(): Promise<void>;
}

const MOST_MS = 15_000;

/** Configured for the namespace `default` at `url`. */
export async function kubectlAt(url: string): Promise<Kubectl> {
  const home = await mkdtemp(join(tmpdir(), 'mosaic-kubectl-'));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: url } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: 'default' } }],
    'current-context': 'c',
  };
  await writeFile(join(home, 'config'), JSON.stringify(config));
  const environment = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: join(home, 'config') };
  const run = (args: readonly string[], input = ''): Promise<Said> =>
    new Promise((done) => {
      const child = execFile('kubectl', [...args], { env: environment, timeout: MOST_MS }, (error, out, err) => {
        done({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
      });
      child.stdin?.end(input);
    });
  return {
    home,
    environment,
    run,
    async ask(line, input) {
      const { code, out, err } = await run(line.split(' '), input);
      return code === 0 ? out : `${out}FAILED: ${err}`;
    },
    close: () => rm(home, { recursive: true }),
  };
}
