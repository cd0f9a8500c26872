// Where commands of our pages are run: a folder that looks like a checkout and takes what they write, and around it what they ask.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort, ready, run } from '../live/processes.ts';
import { service } from '../live/services.ts';
import type { SharedPlayground } from '../live/shared-playground.ts';
import { type Block, PAGES_ROOT, type World } from './blocks.ts';
import { pasted, type Said } from './paste.ts';

export interface Place {
  /** The text as a person would paste it, with port 9000 that of this place. Told a word, it is ended when it prints it. */
  paste(block: Pick<Block, 'text'>, until?: string): Promise<Said>;
  close(): Promise<void>;
}

const PASSWORD = 'a password of four words';
/** Of the tests around us, which a person's shell does not have. */
const FOREIGN = /^(MOSAIC_|KAFKA_|CASSANDRA_|PLAYGROUND_|STORE$|TRANSPORT$|PORT$|HOST$|KUBECONFIG$|npm_)/;

export async function placeOf(world: World): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), `mosaic-docs-${world}-`));
  checkout(folder);
  if (world === 'cluster') writeFileSync(join(folder, 'kubeconfig'), kubeconfigOf(['prod', 'edge']));
  const { url, data, stop } = await start(world, folder);
  const { port } = new URL(url);
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))),
    ...{ XDG_CONFIG_HOME: join(folder, '.config'), KUBECONFIG: join(folder, 'kubeconfig') },
    ...{ PORT: port, MOSAIC_DATA: data },
    ...(world !== 'folder' && { PATH: `${shortcuts(folder)}:${process.env.PATH}` }),
  };
  return {
    paste: ({ text }, until) =>
      pasted(text.replaceAll('localhost:9000', `localhost:${port}`), {
        cwd: folder,
        env,
        ...(until !== undefined && { until }),
      }),
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Our files by links; what a command writes lands beside them. */
function checkout(folder: string): void {
  const hidden = new Set(['.git', '.cache', '.mosaic', 'out', 'data']);
  for (const name of readdirSync(PAGES_ROOT).filter((one) => !hidden.has(one)))
    symlinkSync(join(PAGES_ROOT, name), join(folder, name));
  mkdirSync(join(folder, '.config'));
  writeFileSync(join(folder, 'password'), `${PASSWORD}\n`, { mode: 0o600 });
}

/** `npx` without npm's second of looking around and without building: npm's own is in the world `folder`. */
function shortcuts(folder: string): string {
  const bin = join(folder, '.config', 'bin');
  mkdirSync(bin);
  const node = `${join(PAGES_ROOT, 'node_modules/.bin/node')} --disable-warning=ExperimentalWarning`;
  const lines = ['#!/bin/sh', '[ "$1" = --no-install ] && shift', 'name=$1', 'shift', 'case $name in'];
  const programs = [
    `mosaic) exec ${node} ${join(PAGES_ROOT, 'dist/mosaic.mjs')} "$@" ;;`,
    `manifestr) exec ${node} ${join(PAGES_ROOT, 'manifestr/bin/manifestr.mjs')} "$@" ;;`,
  ];
  writeFileSync(join(bin, 'npx'), [...lines, ...programs, 'esac', 'exit 127', ''].join('\n'), { mode: 0o755 });
  return bin;
}

interface Around extends SharedPlayground {
  stop(): Promise<void>;
}

/** The product that the page's tests have too, one of its own where people sign in, or an address where nothing is. */
async function start(world: World, folder: string): Promise<Around> {
  const nothing = async (): Promise<void> => undefined;
  if (world === 'playground')
    return { ...(JSON.parse(await service('/playground/start')) as SharedPlayground), stop: nothing }; // as shared-playground.ts answers
  const port = await freePort();
  const own = { url: `http://127.0.0.1:${port}`, data: join(folder, 'data') };
  if (world !== 'people') return { ...own, stop: nothing };
  const people = { MOSAIC_ADMIN_PASSWORD_FILE: join(folder, 'password'), PLAYGROUND_HISTORY_H: '1' };
  const env = { MOSAIC_DATA: own.data, MOSAIC_CLUSTERS: 'playground', PORT: String(port), ...people };
  const running = run('mosaic', env, ['start']);
  await ready(own.url, running);
  return { ...own, stop: () => running.stop() };
}

/** The cluster of the tests under the names that our pages use. */
function kubeconfigOf(names: readonly string[]): string {
  const given = parse(readFileSync(process.env.KUBECONFIG ?? '', 'utf8')) as {
    readonly contexts: readonly { readonly context: object }[];
  }; // a kubeconfig, made by startControlPlane
  const [{ context } = { context: {} }] = given.contexts;
  return stringify({ ...given, contexts: names.map((name) => ({ name, context })), 'current-context': names[0] });
}
