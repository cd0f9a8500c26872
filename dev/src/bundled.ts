// One of Mosaic's own processes: a bundle of `dist/`, ready when its /readyz says so.

import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { repositoryRoot } from './cache.ts';
import type { Told } from './install.ts';
import { LOOPBACK } from './ports.ts';
import { type Program, startProgram } from './program.ts';

/** A receiver waits for its store and its group; an agent for its first look at the cluster. */
const READY_WITHIN_MS = 120_000;
/** An agent says goodbye and sends what it can for 5 s. */
const STOP_WITHIN_MS = 15_000;

export interface Plan {
  readonly name: string;
  readonly bundle: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Instead of asking /readyz. */
  readonly isReady?: (program: Program) => boolean;
}

export interface Bundled {
  readonly name: string;
  readonly url: string;
  /** Again after `kill` too; resolves when it is ready. */
  start(): Promise<void>;
  /** As a power cut. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Not started yet. Its lines are told with its name in front, and kept in `folder`. */
export function bundled(plan: Plan, folder: string, told: Told): Bundled {
  const { name, bundle, port, env, isReady } = plan;
  const url = `http://${LOOPBACK}:${port}`;
  let program: Program | undefined;
  let isStopping = false;
  return {
    name,
    url,
    async start() {
      isStopping = false;
      const path = join(repositoryRoot(), 'dist', `${bundle}.mjs`);
      if (!existsSync(path)) throw new Error(`${path} is missing; npm run build makes it`);
      const started = startProgram({
        name,
        command: process.execPath,
        args: ['--disable-warning=ExperimentalWarning', path],
        logPath: join(folder, 'logs', `${name}.log`),
        env: { HOST: LOOPBACK, PORT: String(port), ...env },
        patienceMs: STOP_WITHIN_MS,
        told: (line) => told(`${name.padEnd(12)} | ${line}`),
      });
      program = started;
      await started.readyWhen(() => (isReady ? isReady(started) : saysReady(port)), READY_WITHIN_MS);
      // Nothing is started again silently: that it ended is said, and is for whoever runs us to decide.
      void started.ended.then(() => !isStopping && told(`${name.padEnd(12)} | has ended`));
    },
    kill: async () => program?.kill(),
    async stop() {
      isStopping = true;
      await program?.stop();
    },
  };
}

function saysReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = get({ host: LOOPBACK, port, path: '/readyz', timeout: 5_000 }, (reply) => {
      reply.resume();
      resolve(reply.statusCode === 200);
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(false));
  });
}
