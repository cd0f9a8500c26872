// A `logs` body read back: columns in place, texts as they lie in the inflated bytes; a line becomes a string only when it is asked for.

import { byteReader, Malformed } from './bytes.ts';
import { integers, joined, readColumns } from './columns.ts';
import { type Channel, LOG_LEVELS, type LogLevel } from './log.ts';
import { FOLD } from './log-scan.ts';
import { BYTES, COUNTS, TEXTS } from './log-writer.ts';

/** More lines than this in one chunk is refused before anything is allocated. */
const MOST_LINES = 1_000_000;

export interface LogTable {
  readonly count: number;
  /** Place in the header's `streams`. */
  stream(i: number): number;
  at(i: number): number;
  nanos(i: number): number;
  channel(i: number): Channel;
  level(i: number): LogLevel;
  /** Place in LOG_LEVELS. */
  levelPlace(i: number): number;
  /** Pattern id; 0 = none. */
  pattern(i: number): number;
  /** What is no UTF-8 becomes U+FFFD. */
  text(i: number): string;
  /** Bytes of the text. */
  length(i: number): number;
  template(pattern: number): string | undefined;
  /** The first line at or after `from` whose text contains `needle` (`foldedBytes`), in any ASCII case; `count` when there is none. */
  find(needle: Uint8Array, from: number): number;
}

/** Throws `Malformed`. */
export function readLogs(bytes: Uint8Array): LogTable {
  const whole = byteReader(bytes);
  const lines = whole.raw(whole.varint());
  const templates = readColumns<{ id: number; template: string }>(
    { id: integers, template: joined },
    whole.raw(whole.varint()),
  );
  const { count, parts } = partsOf(lines);
  const stream = counts(parts, 'stream', count);
  const at = parts.has('at')
    ? integers.read(byteReader(part(parts, 'at', integers.kind)), count)
    : new Array<number>(count).fill(0);
  const nanos = counts(parts, 'nanos', count);
  const flags = parts.has('flags') ? byteReader(part(parts, 'flags', BYTES)).raw(count) : new Uint8Array(count);
  const pattern = counts(parts, 'pattern', count);
  const { starts, blob } = textsOf(parts, count);
  const ids = [0, ...templates.map(({ id }) => id)];
  for (const place of pattern) if (place >= ids.length) throw new Malformed(`pattern ${place} of ${ids.length}`);
  const byId = new Map(templates.map(({ id, template }) => [id, template]));
  const decoder = new TextDecoder();
  return {
    count,
    stream: (i) => stream[i] as number, // `i` is under `count`, as the interface asks; so below
    at: (i) => at[i] as number,
    nanos: (i) => nanos[i] as number,
    channel: (i) => ((flags[i] as number) & 1 ? 'stderr' : 'stdout'),
    level: (i) => LOG_LEVELS[(flags[i] as number) >> 1] ?? 'unknown',
    levelPlace: (i) => (flags[i] as number) >> 1,
    pattern: (i) => ids[pattern[i] as number] as number,
    text: (i) => decoder.decode(blob.subarray(starts[i], starts[i + 1])),
    length: (i) => (starts[i + 1] as number) - (starts[i] as number),
    template: (id) => byId.get(id),
    find: (needle, from) => find(blob, starts, count, needle, from),
  };
}

interface Part {
  readonly kind: number;
  readonly bytes: Uint8Array;
}
type Parts = ReadonlyMap<string, Part>;

function partsOf(bytes: Uint8Array): { readonly count: number; readonly parts: Parts } {
  const from = byteReader(bytes);
  const count = from.varint();
  if (count > MOST_LINES || count > bytes.length) throw new Malformed(`${count} lines in ${bytes.length} bytes`);
  const parts = new Map<string, Part>();
  for (let left = from.varint(); left > 0; left--) {
    const name = from.string();
    const kind = from.byte();
    parts.set(name, { kind, bytes: from.raw(from.varint()) });
  }
  return { count, parts };
}

function part(parts: Parts, name: string, kind: number): Uint8Array {
  const found = parts.get(name);
  if (found === undefined) return new Uint8Array(0);
  if (found.kind !== kind) throw new Malformed(`column ${name} is of kind ${found.kind}; ${kind} expected`);
  return found.bytes;
}

/** Zeros when the column is missing. */
function counts(parts: Parts, name: string, count: number): readonly number[] {
  if (!parts.has(name)) return new Array<number>(count).fill(0);
  return byteReader(part(parts, name, COUNTS)).varints(count);
}

function textsOf(parts: Parts, count: number): { readonly starts: Uint32Array; readonly blob: Uint8Array } {
  const starts = new Uint32Array(count + 1);
  if (!parts.has('text')) return { starts, blob: new Uint8Array(0) };
  const from = byteReader(part(parts, 'text', TEXTS));
  const lengths = from.varints(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    at += lengths[i] as number; // within count
    if (at > from.left) throw new Malformed('texts longer than their column');
    starts[i + 1] = at;
  }
  if (at !== from.left) throw new Malformed('texts shorter than their column');
  return { starts, blob: from.raw(at) };
}

/** Horspool 1980 over all texts at once; a hit across two lines is none. */
function find(blob: Uint8Array, starts: Uint32Array, count: number, needle: Uint8Array, from: number): number {
  const length = needle.length;
  if (from >= count) return count;
  if (length === 0) return from;
  const skips = skipsOf(needle);
  const last = length - 1;
  let line = from;
  for (let at = starts[from] as number; at + length <= blob.length; ) {
    const tail = FOLD[blob[at + last] as number] as number; // within the blob
    if (tail === needle[last] && matches(blob, at, needle, last)) {
      while ((starts[line + 1] as number) <= at) line++; // the blob ends with the last line
      if (at + length <= (starts[line + 1] as number)) return line;
      at++;
    } else at += skips[tail] as number; // one per byte value
  }
  return count;
}

function matches(blob: Uint8Array, at: number, needle: Uint8Array, last: number): boolean {
  for (let i = 0; i < last; i++) if (FOLD[blob[at + i] as number] !== needle[i]) return false; // within the blob
  return true;
}

const known = new WeakMap<Uint8Array, Uint32Array>();

/** How far a byte at the needle's end lets the search jump. */
function skipsOf(needle: Uint8Array): Uint32Array {
  let skips = known.get(needle);
  if (skips === undefined) {
    skips = new Uint32Array(256).fill(needle.length);
    for (let i = 0; i < needle.length - 1; i++) skips[needle[i] as number] = needle.length - 1 - i; // within the needle
    known.set(needle, skips);
  }
  return skips;
}
