// Which words a chunk of lines may hold (Bloom 1970): seven probes in ten bits a word leave about 1 % false answers.

import { FOLD, LEAST_TOKEN_BYTES, tokenHash } from './log-scan.ts';

const BITS_PER_TOKEN = 10;
const PROBES = 7;
const LEAST_BYTES = 64;
/** A header carries at most this; beyond it the filter says yes more often. */
const MOST_BYTES = 48 * 1024;

/** Distinct hashes, in a table that doubles. */
export interface TokenSet {
  /** Any 32 bits. */
  add(hash: number): void;
  /** The filter's bytes. */
  filter(): Uint8Array;
  clear(): void;
}

export function tokenSet(): TokenSet {
  let slots = new Int32Array(4096);
  let size = 0;
  const put = (hash: number): void => {
    const mask = slots.length - 1;
    let at = Math.imul(hash, 0x9e3779b1) & mask;
    for (;;) {
      const there = slots[at];
      if (there === hash) return;
      if (there === 0) {
        slots[at] = hash;
        size++;
        return;
      }
      at = (at + 1) & mask;
    }
  };
  const grow = (): void => {
    const old = slots;
    slots = new Int32Array(old.length * 2);
    size = 0;
    for (const hash of old) if (hash !== 0) put(hash);
  };
  return {
    add(hash) {
      put(hash === 0 ? 1 : hash | 0);
      if (size * 2 > slots.length) grow();
    },
    filter() {
      const bytes = new Uint8Array(Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.ceil((size * BITS_PER_TOKEN) / 8))));
      for (const hash of slots) if (hash !== 0) mark(bytes, hash >>> 0);
      return bytes;
    },
    clear() {
      slots.fill(0);
      size = 0;
    },
  };
}

/** Two hashes make seven (Kirsch and Mitzenmacher 2006). */
function mark(filter: Uint8Array, hash: number): void {
  const bits = filter.length * 8;
  const share = 1 / bits;
  const second = stepOf(hash);
  for (let i = 0, at = hash; i < PROBES; i++, at = (at + second) >>> 0) {
    // `at % bits` without a division: the quotient is right or, where the share was rounded, one off.
    let bit = at - Math.floor(at * share) * bits;
    if (bit >= bits) bit -= bits;
    else if (bit < 0) bit += bits;
    filter[bit >>> 3] = (filter[bit >>> 3] as number) | (1 << (bit & 7)); // within the filter
  }
}

function has(filter: Uint8Array, hash: number): boolean {
  const bits = filter.length * 8;
  const second = stepOf(hash);
  for (let i = 0, at = hash; i < PROBES; i++, at = (at + second) >>> 0) {
    const bit = at % bits;
    if (((filter[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false; // within the filter
  }
  return true;
}

const stepOf = (hash: number): number => (Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) | 1) >>> 0;

const utf8 = new TextEncoder();
const isSeparator = (byte: number | undefined): boolean =>
  byte !== undefined && !/[0-9A-Za-z_]/.test(String.fromCharCode(byte)) && byte < 0x80;

/** Tokens of a searched text that must stand whole in a line which contains it: those with a separator on both sides inside it. */
export function wholeTokens(q: string): readonly number[] {
  const bytes = utf8.encode(q);
  const hashes: number[] = [];
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && !isSeparator(bytes[i])) continue;
    const isWhole = start > 0 && i < bytes.length && i - start >= LEAST_TOKEN_BYTES;
    if (isWhole) hashes.push(tokenHash(bytes, start, i) || 1);
    start = i + 1;
  }
  return hashes;
}

/** Whether a chunk with this filter can hold a line with all these tokens. An empty filter rules nothing out. */
export const mayHold = (filter: Uint8Array, tokens: readonly number[]): boolean =>
  filter.length === 0 || tokens.every((hash) => has(filter, hash));

const AT_ONCE = 8_190;

/** Base64 (RFC 4648), as a header carries it. */
export const filterText = (filter: Uint8Array): string => {
  let text = '';
  for (let i = 0; i < filter.length; i += AT_ONCE) {
    // Typed as a list of numbers, it takes whatever is like one; spread out it would be ten times as slow.
    const codes = filter.subarray(i, i + AT_ONCE) as unknown as number[];
    text += btoa(String.fromCharCode.apply(null, codes));
  }
  return text;
};

/** The inverse; empty for what is no Base64. */
export function filterOf(text: string): Uint8Array {
  let chars: string;
  try {
    chars = atob(text);
  } catch {
    return new Uint8Array(0);
  }
  const filter = new Uint8Array(chars.length);
  for (let i = 0; i < chars.length; i++) filter[i] = chars.charCodeAt(i);
  return filter;
}

/** A searched text as bytes, case folded (ASCII). */
export const foldedBytes = (q: string): Uint8Array => utf8.encode(q).map((byte) => FOLD[byte] as number); // a byte
