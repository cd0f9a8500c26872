import { makeKey, nodeCompression, verifyEd25519 } from '@mosaic/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChunkHeader,
  inflateBody,
  inflateRows,
  isSignedBy,
  Malformed,
  readChunk,
  readDeltas,
  readEvents,
  readHeader,
  readRevisions,
  sealChunk,
} from './index.ts';

const header: Omit<ChunkHeader, 'rows' | 'body' | 'keyId'> = {
  signal: 'objects',
  cluster: 1,
  source: 'cluster-agent',
  boot: 'b1',
  epoch: 1,
  seq: 7,
  t0: 1_763_600_000_000,
  t1: 1_763_600_000_900,
  sealedAt: 1_763_600_001_000,
  count: 1,
};
const bytesOf = (text: string) => new TextEncoder().encode(text);
const key = makeKey();
const sealed = sealChunk(
  { header, rows: bytesOf('rows '.repeat(200)), body: bytesOf('body '.repeat(300)) },
  nodeCompression,
  key,
);

describe('a chunk', () => {
  test('is read back whole, its header without its body', () => {
    expect(readHeader(sealed.bytes)).toEqual(sealed.header);
    const chunk = readChunk(sealed.bytes, nodeCompression);
    expect(new TextDecoder().decode(inflateRows(chunk, nodeCompression))).toBe('rows '.repeat(200));
    expect(new TextDecoder().decode(inflateBody(chunk, nodeCompression))).toBe('body '.repeat(300));
  });

  test('tells whose it is by its signature, and nobody else’s', () => {
    expect(isSignedBy(sealed, key.publicKey, verifyEd25519)).toBe(true);
    expect(isSignedBy(sealed, makeKey().publicKey, verifyEd25519)).toBe(false);
    expect(isSignedBy(sealChunk({ header }, nodeCompression), key.publicKey, verifyEd25519)).toBe(false);
  });

  test('does not cross a UTC hour', () => {
    expect(() => sealChunk({ header: { ...header, t1: header.t1 + 3_600_000 } }, nodeCompression)).toThrow(
      'crosses a UTC hour',
    );
  });

  test('of a future format is refused by name', () => {
    const future = sealed.bytes.slice();
    future[4] = 2;
    expect(() => readHeader(future)).toThrow('chunk format 2; this reader knows 1');
  });
});

describe('bytes from outside', () => {
  const readAll = (bytes: Uint8Array) => {
    const chunk = readChunk(bytes, nodeCompression);
    readRevisions(inflateRows(chunk, nodeCompression));
    readDeltas(inflateBody(chunk, nodeCompression));
  };

  test('cut anywhere are a clear error', () => {
    fc.assert(
      fc.property(fc.nat({ max: sealed.bytes.length - 1 }), (length) => {
        expect(() => readChunk(sealed.bytes.subarray(0, length), nodeCompression)).toThrow(Malformed);
      }),
    );
  });

  test('with any bit flipped are a clear error, or fail the signature', () => {
    fc.assert(
      fc.property(fc.nat({ max: sealed.bytes.length * 8 - 1 }), (bit) => {
        const flipped = sealed.bytes.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(isRefused(flipped)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('made of noise are a clear error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        for (const read of [readAll, readHeader, readRevisions, readEvents, readDeltas]) expectClear(() => read(noise));
      }),
      { numRuns: 500 },
    );
  });

  test('whose section inflates past its declared size are refused without inflating it', () => {
    const bomb = nodeCompression.compress(1, new Uint8Array(64 * 1024 * 1024));
    const chunk = {
      header: { ...sealed.header, body: { bytes: bomb.length, inflated: 1000, codec: 1 as const } },
      body: bomb,
    };
    const before = process.memoryUsage().arrayBuffers;
    expect(() => inflateBody(chunk, nodeCompression)).toThrow('does not inflate to its 1000 bytes');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });

  test('that declare more than 8 MiB are refused by their header', () => {
    const huge = JSON.stringify({ ...sealed.header, body: { bytes: 10, inflated: 9 * 1024 * 1024, codec: 1 } });
    expect(() => readHeader(withHeader(huge))).toThrow(/inflated/);
  });

  test('with a header of another shape name the field', () => {
    expect(() => readHeader(withHeader(JSON.stringify({ ...sealed.header, cluster: 'eu-1' })))).toThrow(/cluster/);
  });
});

function isRefused(bytes: Uint8Array): boolean {
  try {
    return !isSignedBy(readChunk(bytes, nodeCompression), key.publicKey, verifyEd25519);
  } catch (error) {
    expect(error).toBeInstanceOf(Malformed);
    return true;
  }
}

function expectClear(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(Malformed);
  }
}

function withHeader(json: string): Uint8Array {
  const head = bytesOf(json);
  const bytes = new Uint8Array(10 + head.length);
  bytes.set([0x4d, 0x4f, 0x53, 0x43, 1, 0]);
  new DataView(bytes.buffer).setUint32(6, head.length, true);
  bytes.set(head, 10);
  return bytes;
}
