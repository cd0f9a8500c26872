// One line of Docker's json-file driver: `{"log":"text\n","stream":"stdout","time":"…"}`. A text without its break goes on in the next line.
// Written as Docker writes it, it is read byte by byte; anything else that is JSON is read as JSON.

import type { Channel } from '@mosaic/wire';
import type { ReadLine } from './cri.ts';
import { readInstant } from './instant.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEAD = ascii('{"log":"');
const STDOUT = ascii(',"stream":"stdout"');
const STDERR = ascii(',"stream":"stderr"');
const TIME = ascii(',"time":"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `\n` and its like; the rest stand for themselves. */
const ESCAPES: Readonly<Record<number, number>> = { 110: 0x0a, 116: 0x09, 114: 0x0d, 98: 0x08, 102: 0x0c };

let scratch = new Uint8Array(32 * 1024);

/** The text is in a buffer of this module, until the next call. */
export function readDocker(bytes: Uint8Array, from: number, to: number, into: ReadLine): boolean {
  if (!startsWith(bytes, from, to, HEAD)) return readAnyJson(bytes, from, to, into);
  if (scratch.length < to - from) scratch = new Uint8Array(2 * (to - from));
  let length = 0;
  let at = from + HEAD.length;
  for (; at < to; at++) {
    const byte = bytes[at] as number; // before `to`
    if (byte === QUOTE) break;
    if (byte !== BACKSLASH) {
      scratch[length++] = byte;
      continue;
    }
    const escaped = bytes[++at] ?? 0;
    if (escaped !== 0x75) {
      scratch[length++] = ESCAPES[escaped] ?? escaped;
      continue;
    }
    const [code, end] = codePoint(bytes, at + 1);
    if (Number.isNaN(code)) return false;
    length += putUtf8(code, length);
    at = end - 1;
  }
  const channel = channelAt(bytes, at + 1, to);
  if (channel === undefined) return readAnyJson(bytes, from, to, into);
  const time = at + 1 + STDOUT.length;
  if (!startsWith(bytes, time, to, TIME)) return readAnyJson(bytes, from, to, into);
  if (readInstant(bytes, time + TIME.length, to, into) < 0) return false;
  return told(into, channel, length);
}

function channelAt(bytes: Uint8Array, from: number, to: number): Channel | undefined {
  if (startsWith(bytes, from, to, STDOUT)) return 'stdout';
  return startsWith(bytes, from, to, STDERR) ? 'stderr' : undefined;
}

function told(into: ReadLine, channel: Channel, length: number): true {
  const isWhole = length > 0 && scratch[length - 1] === 0x0a;
  into.channel = channel;
  into.isPartial = !isWhole;
  into.bytes = scratch;
  into.from = 0;
  into.to = isWhole ? length - 1 : length;
  return true;
}

/** Other orders, attributes between, spaces. */
function readAnyJson(bytes: Uint8Array, from: number, to: number, into: ReadLine): boolean {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString());
  } catch {
    return false;
  }
  if (typeof value !== 'object' || value === null) return false;
  const { log, stream, time } = value as Record<string, unknown>; // an object; its values are looked at below
  if (typeof log !== 'string' || typeof time !== 'string') return false;
  const instant = ascii(time);
  if (readInstant(instant, 0, instant.length, into) < 0) return false;
  const text = ascii(log);
  if (scratch.length < text.length) scratch = new Uint8Array(2 * text.length);
  scratch.set(text);
  return told(into, stream === 'stderr' ? 'stderr' : 'stdout', text.length);
}

function startsWith(bytes: Uint8Array, from: number, to: number, what: Uint8Array): boolean {
  if (from + what.length > to) return false;
  for (let i = 0; i < what.length; i++) if (bytes[from + i] !== what[i]) return false;
  return true;
}

/** Of the four digits at `at`, and of the second half of a surrogate pair; and the byte after them. */
function codePoint(bytes: Uint8Array, at: number): readonly [code: number, end: number] {
  const high = hex(bytes, at);
  if (high < 0xd800 || high > 0xdfff || Number.isNaN(high)) return [high, at + 4];
  const isPair = high < 0xdc00 && bytes[at + 4] === BACKSLASH && bytes[at + 5] === 0x75;
  const low = isPair ? hex(bytes, at + 6) : 0;
  if (low < 0xdc00 || low > 0xdfff) return [0xfffd, at + 4];
  return [0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), at + 10];
}

function hex(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = (bytes[i] ?? 0) | 0x20;
    const digit = byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 15) return Number.NaN;
    value = value * 16 + digit;
  }
  return value;
}

function putUtf8(code: number, at: number): number {
  if (code < 0x80) {
    scratch[at] = code;
    return 1;
  }
  if (code < 0x800) {
    scratch[at] = 0xc0 | (code >> 6);
    scratch[at + 1] = 0x80 | (code & 0x3f);
    return 2;
  }
  if (code < 0x10000) {
    scratch[at] = 0xe0 | (code >> 12);
    scratch[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    scratch[at + 2] = 0x80 | (code & 0x3f);
    return 3;
  }
  scratch[at] = 0xf0 | (code >> 18);
  scratch[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  scratch[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  scratch[at + 3] = 0x80 | (code & 0x3f);
  return 4;
}
