// Phase A: the same messages through the same client and broker, produced (acks=all) and consumed at once, nothing else.

import { kafkaTransport } from '@mosaic/transport';
import type { PhaseOptions } from './phase.worker.ts';
import { readSealed, sealedChunks } from './sealed-set.ts';

const BATCH_BYTES = 1024 * 1024;
const BATCHES_UNDER_WAY = 4;

export async function rawKafka({ sealed, repeats, name, cluster, brokers }: PhaseOptions) {
  const chunks = sealedChunks(readSealed(sealed), cluster, name);
  const transport = kafkaTransport({ brokers, clientId: 'bench-raw' });
  const topic = `bench.raw.${name}`;
  await transport.ensureTopics([{ topic }]);
  const wanted = chunks.length * repeats;
  let got = 0;
  const all = Promise.withResolvers<void>();
  await transport.subscribe({
    group: `bench-${name}`,
    topics: [topic],
    async handle(batch) {
      got += batch.length;
      if (got >= wanted) all.resolve();
    },
  });
  const began = performance.now();
  const batches = batchesOf(
    chunks.map(({ bytes }) => bytes),
    repeats,
  );
  const produce = async (): Promise<void> => {
    for (const batch of batches)
      await transport.publish(
        topic,
        batch.map((value) => ({ key: String(cluster), value })),
      );
  };
  await Promise.all(Array.from({ length: BATCHES_UNDER_WAY }, produce));
  await all.promise;
  const seconds = (performance.now() - began) / 1000;
  await transport.close();
  const bytes = repeats * chunks.reduce((sum, { body }) => sum + body.length, 0);
  return { bytes, seconds, lines: repeats * chunks.reduce((sum, { header }) => sum + header.count, 0) };
}

function* batchesOf(messages: readonly Uint8Array[], repeats: number): Generator<Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let size = 0;
  for (let round = 0; round < repeats; round++)
    for (const message of messages) {
      batch.push(message);
      size += message.length;
      if (size < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      size = 0;
    }
  if (batch.length > 0) yield batch;
}
