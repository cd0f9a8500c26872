import { makeKey, nodeCompression, verifyEd25519 } from '@mosaic/runtime';
import { type Chunk, inflateBody, isSignedBy, readLogs } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { syntheticLines } from '../logs/synthetic-lines.ts';
import { criText } from './cri-text.ts';
import { encoder } from './encoder.ts';

test('every line of the text is in the signed chunks, once and in order', () => {
  const lines = syntheticLines(9_000);
  const key = makeKey();
  const chunks: Chunk[] = [];
  const { encode, finish } = encoder(1, 'node-1', key);
  encode(criText(lines, Date.UTC(2026, 10, 21, 3)), (chunk) => void chunks.push(chunk));
  finish((chunk) => void chunks.push(chunk));
  const found = chunks.flatMap((chunk) => {
    const table = readLogs(inflateBody(chunk, nodeCompression));
    return Array.from({ length: table.count }, (_, i) => table.text(i));
  });
  expect(found).toEqual(lines);
  expect(chunks.every((chunk) => isSignedBy(chunk, key.publicKey, verifyEd25519))).toBe(true);
  expect(new Set(chunks.map(({ header }) => header.seq)).size).toBe(chunks.length);
});
