import { makeKey, nodeCompression, verifyEd25519 } from '@mosaic/runtime';
import { isSignedBy, readChunk } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { HEADERS, sealing, stateLoad } from './chunks.ts';

const key = makeKey();
const at = Date.UTC(2026, 10, 21, 12);

test.each(Object.keys(HEADERS))('a header of %s is one that receivers read, signed by its cluster', (kind) => {
  const sent = HEADERS[kind]?.(sealing(key, 1), 7, 3, 1, at);
  const chunk = readChunk(sent?.value ?? new Uint8Array(), nodeCompression);
  expect(isSignedBy(chunk, key.publicKey, verifyEd25519)).toBe(true);
  expect(chunk.header).toMatchObject({ cluster: 7, source: 'node-3', signal: kind.split(' ')[0] });
  expect(sent?.topic).toBe(`mosaic.${chunk.header.signal}`);
});

test('the state of many clusters is as many chunks, each of its own name, in the ten minutes it is of', () => {
  const load = stateLoad(sealing(key, 1), 200, 12, 10);
  const chunks = [1, 2].flatMap((cluster) => load.of(cluster, at, 1));
  expect(chunks).toHaveLength(2 * load.chunksEach);
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(chunks.length);
  const headers = chunks.map(({ value }) => readChunk(value, nodeCompression).header);
  expect(headers.every(({ t0, t1 }) => t0 >= at && t1 < at + 600_000)).toBe(true);
  expect(headers.filter(({ checkpoint }) => checkpoint !== undefined)).toHaveLength(32);
});
