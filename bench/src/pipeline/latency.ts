// How long a line takes: stamped as it is written to a container's log, noted when the API shows it, by search and on a live tail.

import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchContext, quantile } from '../bench.ts';

const LINES_PER_TICK = 5;
const TICK_MS = 100;
const FOR_MS = 30_000;
const ASK_EVERY_MS = 250;
/** Lines of the last ones may still be on their way. */
const ARRIVES_WITHIN_MS = 15_000;
const POD = 'shop_probe-0_6f1c2f60-aaaa-4bbb-8ccc-000000000001';
const NUMBER = / n=(\d+)/g;

export interface Probed {
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
}

/** Of the machine that an agent watches: its root folder; and of the API. */
export interface Probing {
  readonly root: string;
  readonly api: string;
}

const folderOf = (root: string): string => join(root, 'var/log/pods', POD, 'probe');

export function prepareProbe(root: string): void {
  mkdirSync(folderOf(root), { recursive: true });
  appendFileSync(join(folderOf(root), '0.log'), `${new Date().toISOString()} stdout F the probe begins\n`);
}

/** By `GET /logs`, asked again and again, nobody tailing. */
export async function searchable(context: BenchContext, probing: Probing): Promise<Probed> {
  const stopping = new AbortController();
  return probed(
    context,
    probing,
    1_000_000,
    async (seen) => {
      while (!stopping.signal.aborted) {
        const answer = await fetch(`${probing.api}/api/v1/logs?namespace=shop&tail=1000&sinceSeconds=20`);
        seen(await answer.text());
        await pause(ASK_EVERY_MS);
      }
    },
    stopping,
  );
}

/** By `GET /logs/stream`, which asks the agents to hurry. */
export async function live(context: BenchContext, probing: Probing): Promise<Probed> {
  const stopping = new AbortController();
  const answer = await fetch(`${probing.api}/api/v1/logs/stream?namespace=shop`, { signal: stopping.signal });
  const { body } = answer;
  if (!answer.ok || body === null) throw new Error(`the live tail was refused: ${answer.status}`);
  await pause(context.isQuick ? 1_000 : 5_000); // the agent hears of it
  return probed(
    context,
    probing,
    2_000_000,
    async (seen) => {
      try {
        let rest = '';
        for await (const text of body.pipeThrough(new TextDecoderStream())) {
          const events = (rest + text).split('\n\n');
          rest = events.pop() ?? '';
          seen(events.join('\n'));
        }
      } catch (error) {
        if (!stopping.signal.aborted) throw error;
      }
    },
    stopping,
  );
}

async function probed(
  { isQuick }: BenchContext,
  { root }: Probing,
  first: number,
  watch: (seen: (text: string) => void) => Promise<void>,
  stopping: AbortController,
): Promise<Probed> {
  const writtenAt = new Map<number, number>();
  const tookMs = new Map<number, number>();
  const watching = watch((text) => {
    const now = performance.now();
    for (const [, digits] of text.matchAll(NUMBER)) {
      const number = Number(digits);
      const at = writtenAt.get(number);
      if (at !== undefined && !tookMs.has(number)) tookMs.set(number, now - at);
    }
  });
  let number = first;
  for (
    const until = performance.now() + (isQuick ? FOR_MS / 5 : FOR_MS);
    performance.now() < until;
    await pause(TICK_MS)
  ) {
    let text = '';
    for (let n = 0; n < LINES_PER_TICK; n++, number++) {
      text += `${new Date().toISOString()} stdout F a line of the probe n=${number}\n`;
      writtenAt.set(number, performance.now());
    }
    appendFileSync(join(folderOf(root), '0.log'), text);
  }
  for (const until = performance.now() + ARRIVES_WITHIN_MS; tookMs.size < writtenAt.size && performance.now() < until; )
    await pause(100);
  stopping.abort();
  await watching;
  const all = [...tookMs.values()];
  return {
    p50: Math.round(quantile(all, 0.5)),
    p99: Math.round(quantile(all, 0.99)),
    lost: writtenAt.size - tookMs.size,
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
