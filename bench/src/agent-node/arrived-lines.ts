// Counts the numbered lines that came over the road, each once.

import { nodeCompression } from '@mosaic/runtime';
import { TOPICS, type Transport } from '@mosaic/transport';
import { inflateBody, readChunk, readLogs } from '@mosaic/wire';

export interface ArrivedLines {
  /** Distinct numbers in [from, to). */
  within(from: number, to: number): number;
  readonly distinct: number;
  readonly duplicated: number;
  stop(): Promise<void>;
}

const NUMBER = / n=(\d+)$/;

export async function arrivedLines(transport: Transport): Promise<ArrivedLines> {
  const seen = new Set<number>();
  let duplicated = 0;
  const subscription = await transport.subscribe({
    group: `bench-${process.pid}`,
    topics: [TOPICS.logs],
    async handle(batch) {
      for (const { value } of batch) {
        const table = readLogs(inflateBody(readChunk(value, nodeCompression), nodeCompression));
        for (let i = 0; i < table.count; i++) {
          const number = Number(NUMBER.exec(table.text(i))?.[1]);
          if (seen.has(number)) duplicated++;
          seen.add(number);
        }
      }
    },
  });
  return {
    within: (from, to) => [...seen].filter((number) => number >= from && number < to).length,
    get distinct() {
      return seen.size;
    },
    get duplicated() {
      return duplicated;
    },
    stop: () => subscription.stop(),
  };
}
