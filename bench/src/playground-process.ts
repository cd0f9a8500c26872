// The playground in a process of its own, so that its memory and its processor time are not counted as ours.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PlaygroundProcess {
  readonly kubeconfig: string;
  /** Of the load cluster. */
  readonly url: string;
  stop(): Promise<void>;
}

export const LOAD_CLUSTER = 'load-1';
const READY_WITHIN_MS = 180_000;

export async function playgroundProcess({
  objects,
  changesPerS,
}: {
  readonly objects: number;
  readonly changesPerS: number;
}): Promise<PlaygroundProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-playground-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'playground.mjs')], {
    env: {
      ...process.env,
      MOSAIC_DATA: folder,
      PORT: '0',
      PLAYGROUND_OBJECTS: String(objects),
      PLAYGROUND_CHANGES_PER_S: String(changesPerS),
      PLAYGROUND_SEED: '1',
      PLAYGROUND_HISTORY_H: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = await untilPrinted(child, /kubectl --kubeconfig (\S+)/);
  const kubeconfig = /kubectl --kubeconfig (\S+)/.exec(output)?.[1] ?? '';
  const url = new RegExp(`^${LOAD_CLUSTER}\\s+(\\S+)`, 'm').exec(output)?.[1] ?? '';
  return {
    kubeconfig,
    url,
    async stop() {
      child.kill('SIGTERM');
      await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(undefined)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function untilPrinted(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(
      () => reject(new Error(`the playground was not ready in ${READY_WITHIN_MS / 1000} s`)),
      READY_WITHIN_MS,
    );
    child.stdout?.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      if (!wanted.test(output)) return;
      clearTimeout(timer);
      resolve(output);
    });
    child.once('exit', (code) => reject(new Error(`the playground ended with ${code}: ${output}`)));
  });
}
