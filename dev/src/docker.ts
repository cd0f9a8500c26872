// A Docker Engine of our own: Debian's, under a folder of its own, without networks and rules on the machine. What it runs shares the host's network.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { allOf, run, silently, type Told } from './install.ts';
import { type Program, startProgram } from './program.ts';

const READY_WITHIN_MS = 60_000;

export interface Docker {
  /** `docker …`, to its end: what it printed. Throws with what it said. */
  docker(...args: readonly string[]): Promise<string>;
  /** `docker-compose …` on it. */
  compose(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** Stops the engine and what it runs; images and volumes go with the folder. */
  stop(): Promise<void>;
}

/** Needs root and Debian, or dockerd and docker on PATH. */
export async function startDocker(folder: string, told: Told = silently): Promise<Docker> {
  await installDocker(told);
  mkdirSync(folder, { recursive: true });
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const places = ['data-root', 'exec-root'].flatMap((place) => [`--${place}`, join(folder, place)]);
  const engine: Program = startProgram({
    name: 'dockerd',
    command: 'dockerd',
    args: [
      '--iptables=false',
      '--ip6tables=false',
      '--bridge=none',
      '-H',
      socket,
      ...places,
      '--pidfile',
      join(folder, 'pid'),
    ],
    logPath: join(folder, 'dockerd.log'),
    patienceMs: 30_000,
  });
  // The builder that needs no program beside the engine.
  const env = { DOCKER_HOST: socket, DOCKER_BUILDKIT: '0', DOCKER_CONFIG: join(folder, 'config') };
  const docker = (...args: readonly string[]): Promise<string> => run('docker', args, { env });
  const answers = () =>
    docker('version').then(
      () => true,
      () => false,
    );
  await engine.readyWhen(answers, READY_WITHIN_MS);
  return {
    docker,
    compose: (args, more) => run('docker-compose', args, { env: { ...env, ...more } }),
    async stop() {
      const running = (await docker('ps', '-q').catch(() => '')).split('\n').filter(Boolean);
      if (running.length > 0) await docker('rm', '-f', ...running).catch(() => {}); // the engine's own end is theirs too
      await engine.stop();
      await run('umount', [join(folder, 'exec-root', 'netns', 'default')]).catch(() => {}); // of containers on the host's network
    },
  };
}

export const installDocker = (told: Told = silently): Promise<void> =>
  allOf({ dockerd: 'docker.io', docker: 'docker.io', 'docker-compose': 'docker-compose' }, told);
