import type { Codec } from '@mosaic/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCompression } from './compression.ts';

const codec = fc.constantFrom<Codec>(0, 1, 2);
const bytes = fc.uint8Array({ maxLength: 4000 });

test('what is compressed comes back, with and without a dictionary', () => {
  fc.assert(
    fc.property(codec, bytes, fc.option(bytes, { nil: undefined }), (kind, plain, dictionary) => {
      const given = dictionary && dictionary.length > 8 ? { dictionary } : {};
      const packed = nodeCompression.compress(kind, plain, given);
      const back = nodeCompression.inflate(kind, packed, plain.length, given.dictionary);
      expect(Buffer.from(back).equals(plain)).toBe(true);
    }),
  );
});

test('what inflates past its declared size is refused without being inflated whole', () => {
  for (const kind of [1, 2] as const) {
    const packed = nodeCompression.compress(kind, new Uint8Array(64 * 1024 * 1024));
    expect(() => nodeCompression.inflate(kind, packed, 1000)).toThrow();
    expect(() => nodeCompression.inflate(kind, packed.subarray(0, packed.length / 2), 64 * 1024 * 1024)).toThrow();
  }
});

test('what inflates to less than declared is refused', () => {
  const packed = nodeCompression.compress(1, new Uint8Array(10));
  expect(() => nodeCompression.inflate(1, packed, 11)).toThrow('10 bytes inflated; 11 were declared');
});
