// node:zlib behind wire's compression port.

import { constants, crc32, deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Compression } from '@mosaic/wire';

const ZSTD = 1;
const DEFLATE = 2;
/** A raw-content dictionary is only matched inside the window: 2^23 = 8 MiB holds the largest section. */
const DICTIONARY_WINDOW_LOG = 23;
/** node:zlib refuses smaller ones. */
const LEAST_CHUNK_BYTES = 64;

export const nodeCompression: Compression = {
  compress(codec, bytes, { level = 3, dictionary } = {}) {
    if (codec === ZSTD) {
      const params: Record<number, number> = { [constants.ZSTD_c_compressionLevel]: level };
      if (dictionary) params[constants.ZSTD_c_windowLog] = DICTIONARY_WINDOW_LOG;
      return zstdCompressSync(bytes, dictionary ? { params, dictionary } : { params });
    }
    if (codec === DEFLATE)
      return deflateRawSync(bytes, { level: Math.min(level, 9), ...(dictionary && { dictionary }) });
    return bytes;
  },
  inflate(codec, bytes, size, dictionary) {
    const inflated = inflateAny(codec, bytes, size, dictionary);
    if (inflated.length !== size) throw new RangeError(`${inflated.length} bytes inflated; ${size} were declared`);
    return inflated;
  },
  crc32: (bytes, start) => crc32(bytes, start),
};

function inflateAny(codec: number, bytes: Uint8Array, size: number, dictionary?: Uint8Array): Uint8Array {
  // One buffer of the declared size: by default zlib fills buffers of 16 KiB and joins them, which takes twice as long.
  const chunkSize = Math.max(size, LEAST_CHUNK_BYTES);
  const options = { maxOutputLength: Math.max(size, 1), chunkSize, ...(dictionary && { dictionary }) };
  if (codec === ZSTD) return zstdDecompressSync(bytes, options);
  if (codec === DEFLATE) return inflateRawSync(bytes, options);
  if (codec === 0) return bytes;
  throw new RangeError(`codec ${codec} is not known; 0, 1 and 2 are`);
}
