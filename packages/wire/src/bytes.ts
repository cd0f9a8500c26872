// Growing byte buffer and a reader that never runs past its end. Variable-length integers are LEB128 (as in Protocol Buffers).

const text = new TextEncoder();
/** Up to here bits can be shifted. */
const MOST_SMALL = 0x7fff_ffff;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that cannot be what they claim: truncated, flipped, inflated, or from a newer format. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

export interface ByteWriter {
  readonly length: number;
  byte(value: number): void;
  /** Unsigned integer up to 2^53 - 1. */
  varint(value: number): void;
  /** Signed integer within ±2^52. */
  zigzag(value: number): void;
  raw(bytes: Uint8Array): void;
  /** Length-prefixed UTF-8. */
  string(value: string): void;
  /** What was written; of a buffer that was made to measure no copy. Nothing is written after it. */
  finish(): Uint8Array;
}

/** How many bytes `varint` takes for it. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

export function byteWriter(initial = 1024): ByteWriter {
  let buffer = new Uint8Array(initial);
  let at = 0;
  const room = (more: number): void => {
    if (at + more <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, at + more));
    grown.set(buffer.subarray(0, at));
    buffer = grown;
  };
  const varint = (value: number): void => {
    if (at + 8 > buffer.length) room(8);
    let rest = value;
    while (rest > MOST_SMALL) {
      buffer[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    for (; rest >= 0x80; rest >>>= 7) buffer[at++] = (rest & 0x7f) | 0x80;
    buffer[at++] = rest;
  };
  const raw = (bytes: Uint8Array): void => {
    room(bytes.length);
    buffer.set(bytes, at);
    at += bytes.length;
  };
  return {
    get length() {
      return at;
    },
    byte(value) {
      room(1);
      buffer[at++] = value;
    },
    varint,
    zigzag: (value) => varint(value < 0 ? -value * 2 - 1 : value * 2),
    raw,
    string(value) {
      const bytes = text.encode(value);
      varint(bytes.length);
      raw(bytes);
    },
    finish: () => (at === buffer.length ? buffer : buffer.slice(0, at)),
  };
}

export interface ByteReader {
  readonly left: number;
  byte(): number;
  varint(): number;
  varints(count: number): number[];
  /** `count` of them, all below 2^32: a view of the section where each takes a byte, so that state at T copies little. */
  marks(count: number): Uint8Array | Uint32Array;
  /** `count` of them of any size, in the same way. */
  numbers(count: number): Uint8Array | Float64Array;
  zigzag(): number;
  /** A view, not a copy. */
  raw(length: number): Uint8Array;
  string(): string;
}

/** Every read throws `Malformed` rather than run past the end. */
export function byteReader(bytes: Uint8Array): ByteReader {
  let at = 0;
  const need = (count: number): void => {
    if (count > bytes.length - at)
      throw new Malformed(`truncated: ${count} bytes wanted at ${at}, ${bytes.length - at} left`);
  };
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      if (at >= bytes.length) throw new Malformed(`truncated inside a number at ${at}`);
      const next = bytes[at++] as number; // bounds checked on the line above
      value += (next & 0x7f) * scale;
      if (next < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) throw new Malformed(`number past 2^53 at ${at}`);
        return value;
      }
      scale *= 0x80;
    }
    throw new Malformed(`number longer than 8 bytes at ${at}`);
  };
  const raw = (length: number): Uint8Array => {
    need(length);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const varints = (count: number): number[] => {
    if (count > bytes.length - at)
      throw new Malformed(`truncated: ${count} numbers wanted at ${at}, ${bytes.length - at} bytes left`);
    const values: number[] = new Array(count);
    for (let i = 0; i < count; i++) {
      const next = bytes[at];
      if (next !== undefined && next < 0x80) {
        values[i] = next;
        at++;
      } else values[i] = varint();
    }
    return values;
  };
  /** They are a byte each: a view of them. */
  const narrow = (count: number): Uint8Array | undefined => {
    if (count > bytes.length - at)
      throw new Malformed(`truncated: ${count} numbers wanted at ${at}, ${bytes.length - at} bytes left`);
    const view = bytes.subarray(at, at + count);
    let high = 0;
    for (let i = 0; i < count; i++) high |= view[i] as number; // within length
    if (high >= 0x80) return undefined;
    at += count;
    return view;
  };
  const fill = <A extends Uint32Array | Float64Array>(values: A, most: number): A => {
    for (let i = 0; i < values.length; i++) {
      const next = bytes[at];
      if (next !== undefined && next < 0x80) {
        values[i] = next;
        at++;
        continue;
      }
      const value = varint();
      if (value > most) throw new Malformed(`number ${value} past ${most} at ${at}`);
      values[i] = value;
    }
    return values;
  };
  return {
    get left() {
      return bytes.length - at;
    },
    marks: (count) => narrow(count) ?? fill(new Uint32Array(count), 0xffff_ffff),
    numbers: (count) => narrow(count) ?? fill(new Float64Array(count), Number.MAX_SAFE_INTEGER),
    byte() {
      need(1);
      return bytes[at++] as number; // bounds checked on the line above
    },
    varint,
    varints,
    zigzag() {
      const value = varint();
      return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    },
    raw,
    string: () => decodeUtf8(raw(varint())),
  };
}

export const encodeUtf8 = (value: string): Uint8Array => text.encode(value);

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Malformed('text that is not UTF-8', { cause });
  }
}
