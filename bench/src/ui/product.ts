// Mosaic as `npm start` starts it, with the playground's cluster for load beside its small ones; in a process of its own.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@mosaic/dev';
import type { ClusterAnswer, ListAnswer } from '@mosaic/wire';
import { LOAD_CLUSTER } from '../playground-process.ts';

export interface Product {
  readonly url: string;
  /** Of the load cluster. */
  readonly cluster: number;
  readonly watchedSince: number;
  get<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 240_000;
const ASK_EVERY_MS = 1_000;

export async function startProduct(objects: number, changesPerS: number): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-ui-'));
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'mosaic.mjs'), 'start'],
    {
      env: {
        ...process.env,
        PORT: String(port),
        MOSAIC_DATA: folder,
        MOSAIC_CLUSTERS: 'playground',
        PLAYGROUND_OBJECTS: String(objects),
        PLAYGROUND_CHANGES_PER_S: String(changesPerS),
        PLAYGROUND_SEED: '1',
        PLAYGROUND_HISTORY_H: '1',
      },
      stdio: ['ignore', 'ignore', 2],
    },
  );
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null) child.kill('SIGTERM');
    else return;
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${url}/api/v1${path}`)).json()) as T; // the API's promise
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const load = await loadCluster(get);
    if (load?.watchedSince !== undefined && (load.objects ?? 0) >= objects * 0.95)
      return { url, cluster: load.id, watchedSince: Date.parse(load.watchedSince), get, stop };
    if (child.exitCode !== null || performance.now() > until) {
      await stop();
      throw new Error(`Mosaic was not ready in ${READY_WITHIN_MS / 1000} s, or ended with ${child.exitCode}`);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

async function loadCluster(get: Product['get']): Promise<ClusterAnswer | undefined> {
  try {
    const { items } = await get<ListAnswer<ClusterAnswer>>('/clusters');
    return items.find(({ name }) => name === LOAD_CLUSTER);
  } catch {
    return undefined; // not listening yet
  }
}
