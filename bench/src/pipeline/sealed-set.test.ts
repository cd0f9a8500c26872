import { nodeCompression } from '@mosaic/runtime';
import { inflateBody, readChunk, readLogs } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { syntheticLines } from '../logs/synthetic-lines.ts';
import { makeSealed, sealedChunks } from './sealed-set.ts';

test('a chunk that is sealed again holds the lines it was made of', () => {
  const lines = syntheticLines(8_000);
  const chunks = sealedChunks(makeSealed(1, lines), 3, 'node-7').map(({ bytes }) => readChunk(bytes, nodeCompression));
  const found = chunks.flatMap((chunk) => {
    const table = readLogs(inflateBody(chunk, nodeCompression));
    return Array.from({ length: table.count }, (_, i) => table.text(i));
  });
  expect(found).toEqual(lines);
  expect(chunks.map(({ header }) => [header.cluster, header.source, header.seq])).toEqual(
    chunks.map((_, n) => [3, 'node-7', n + 1]),
  );
});
