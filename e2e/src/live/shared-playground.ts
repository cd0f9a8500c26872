// The one product on simulated clusters of a live run, as `npm start` has it: started when a test of the page first asks for it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ready, run } from './processes.ts';

/** Every run tells the same story, as far as the hour of its start allows. */
const SEED = '4';

/** What `POST /playground/start` answers, as JSON. */
export interface SharedPlayground {
  readonly url: string;
  /** Folder of its data. */
  readonly data: string;
}

interface Started extends SharedPlayground {
  stop(): Promise<void>;
}

export interface PlaygroundDoor {
  start(): Promise<string>;
  /** Nothing when it was not started. */
  stop(): Promise<void>;
}

export function playgroundDoor(): PlaygroundDoor {
  let running: Promise<Started> | undefined;
  return {
    async start() {
      running ??= started();
      running.catch(() => {
        running = undefined;
      });
      const { url, data } = await running;
      return JSON.stringify({ url, data } satisfies SharedPlayground);
    },
    async stop() {
      const product = await running?.catch(() => undefined);
      running = undefined;
      await product?.stop();
    },
  };
}

async function started(): Promise<Started> {
  const data = mkdtempSync(join(tmpdir(), 'mosaic-page-'));
  const port = await freePort();
  const env = { MOSAIC_DATA: data, MOSAIC_CLUSTERS: 'playground', PORT: String(port), PLAYGROUND_SEED: SEED };
  const running = run('mosaic', env, ['start']);
  const stop = async (): Promise<void> => {
    await running.stop();
    rmSync(data, { recursive: true, force: true });
  };
  const url = `http://localhost:${port}`;
  try {
    await ready(url, running);
    return { url, data, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
