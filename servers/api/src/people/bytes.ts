// Base64 of a body, read without trust.

import { fromBase64 } from '@mosaic/wire';

/** Undefined for what is none. */
export function bytesIn(base64: string): Uint8Array | undefined {
  try {
    return fromBase64(base64);
  } catch {
    return undefined;
  }
}
