// What the values need from the machine: compression, checksum and signatures. `@mosaic/runtime` adapts node:zlib and node:crypto.

/** 0 = as is, 1 = zstd, 2 = deflate-raw. A byte in the header, so readers of either kind meet both. */
export type Codec = 0 | 1 | 2;

export interface Compression {
  /** `dictionary`: bytes that the reader will have too (for zstd a raw-content prefix, for deflate a preset dictionary). */
  compress(
    codec: Codec,
    bytes: Uint8Array,
    options?: { readonly level?: number; readonly dictionary?: Uint8Array },
  ): Uint8Array;
  /** Exactly `size` bytes, or throws: it never allocates more than `size` + 1. */
  inflate(codec: Codec, bytes: Uint8Array, size: number, dictionary?: Uint8Array): Uint8Array;
  crc32(bytes: Uint8Array, start?: number): number;
}

/** Ed25519 (RFC 8032): 64-byte signatures. */
export interface Signer {
  readonly keyId: string;
  sign(bytes: Uint8Array): Uint8Array;
}

/** Public keys as servers know them: raw 32 bytes, by key id. */
export type Verify = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;
