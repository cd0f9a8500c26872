// What agents of the first release send is taken by today's receiver and found again by today's questions.

import { readdirSync, readFileSync } from 'node:fs';
import { nodeCompression } from '@mosaic/runtime';
import { type Chunk, readChunk } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { filing } from '../../../receiver/src/filing.ts';
import { memoryStore } from '../adapters/memory.ts';
import type { Store } from '../port.ts';

const folder = new URL('../../../../packages/wire/golden/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.chunk'));

const HOUR = 3_600_000;

async function found(store: Store, { header }: Chunk): Promise<number> {
  const { cluster, signal, checkpoint } = header;
  const span = { from: header.t0 - HOUR, to: header.t1 + HOUR };
  const answers = {
    logs: async () => (await store.logs.search(cluster, span, { limit: 1000 })).items,
    metrics: () => store.metrics.samples(cluster, { ...span, entities: ['*'] }),
    connections: () => store.connections.between(cluster, span),
    events: async () => (await store.events.list(cluster, span)).items,
    coverage: () => store.coverage.between(cluster, span),
    objects: async () => (await store.objects.names(cluster, { from: 0, to: span.to })).items,
    state: async () => {
      if (!checkpoint) return store.state.deltas(cluster, span);
      const { objects, checkpointAt } = await store.state.at(cluster, span.to);
      return checkpointAt === undefined ? [] : [...objects.values()];
    },
  };
  return (await answers[signal]()).length;
}

test('there are golden chunks of every signal', () => expect(names.length).toBeGreaterThanOrEqual(9));

test.each(names)('%s', async (name) => {
  const chunk = readChunk(readFileSync(new URL(name, folder)), nodeCompression);
  const store = memoryStore({ compression: nodeCompression, now: () => chunk.header.t1 });
  const filed = await filing({ store, compression: nodeCompression })(chunk, chunk.header.t1);
  expect(filed).toMatchObject({ written: chunk.header.count, bad: [] });
  const isPart = chunk.header.checkpoint !== undefined && chunk.header.checkpoint.shards > 1;
  if (!isPart) expect(await found(store, chunk)).toBeGreaterThan(0);
  else expect(await store.state.extent(chunk.header.cluster)).toBeDefined();
});
