// The body of a `logs` chunk, column by column as lines come: bytes are copied, no string is made.
//
// Two tables: lines (`stream`, `at`, `nanos`, `flags`, `pattern`, `text`) and templates (`id`, `template`). Each column of the first: name,
// kind, length, bytes, so that a reader passes over what it does not know.

import { byteWriter, varintLength } from './bytes.ts';
import { integers, joined, writeColumns } from './columns.ts';
import type { Channel } from './log.ts';
import { type TokenSet, tokenSet } from './log-bloom.ts';
import type { Pattern } from './log-patterns.ts';

/** Kinds of these columns: unsigned integers; one byte each; bytes with their lengths before them. */
export const COUNTS = 20;
export const BYTES = 21;
export const TEXTS = 22;

export interface LogBody {
  readonly body: Uint8Array;
  readonly count: number;
  /** Of texts, before compression. */
  readonly bytes: number;
  readonly t0: number;
  readonly t1: number;
  /** `levelBit`s. */
  readonly levels: number;
  readonly bloom: Uint8Array;
}

export interface LogWriter {
  readonly count: number;
  readonly bytes: number;
  /** Search tokens of the lines added: `scanLine` tells them here. */
  readonly tokens: TokenSet;
  /** `stream`: place in the header's list; `level`: place in LOG_LEVELS; `pattern`: what `template` answered, 0 = none. */
  add(
    stream: number,
    at: number,
    nanos: number,
    channel: Channel,
    level: number,
    pattern: number,
    text: Uint8Array,
    from: number,
    to: number,
  ): void;
  /** This pattern's place among those of the body, where it is told once. */
  template(pattern: Pattern): number;
  /** The body, and the writer empty again. */
  seal(): LogBody;
}

export function logWriter(): LogWriter {
  const tokens = tokenSet();
  let columns = fresh();
  let text = new Uint8Array(128 * 1024);
  let bytes = 0;
  let count = 0;
  let levels = 0;
  let before = 0;
  let t0 = Number.POSITIVE_INFINITY;
  let t1 = Number.NEGATIVE_INFINITY;
  let places = new Map<number, number>();
  /** The same by the object, which is found without hashing a number of 52 bits. */
  let placed = new Map<Pattern, number>();
  let templates: Pattern[] = [];

  const copy = (from: Uint8Array, start: number, end: number): void => {
    const more = end - start;
    if (bytes + more > text.length) {
      const grown = new Uint8Array(Math.max(text.length * 2, bytes + more));
      grown.set(text.subarray(0, bytes));
      text = grown;
    }
    text.set(from.subarray(start, end), bytes);
    bytes += more;
  };

  return {
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
    tokens,
    add(stream, at, nanos, channel, level, pattern, source, from, to) {
      columns.stream.varint(stream);
      columns.at.zigzag(at - before);
      columns.nanos.varint(nanos);
      columns.flags.byte((level << 1) | (channel === 'stderr' ? 1 : 0));
      columns.pattern.varint(pattern);
      columns.lengths.varint(to - from);
      copy(source, from, to);
      before = at;
      if (at < t0) t0 = at;
      if (at > t1) t1 = at;
      levels |= 1 << level;
      count++;
    },
    template(pattern) {
      const known = placed.get(pattern);
      if (known !== undefined) return known;
      let place = places.get(pattern.id);
      if (place === undefined) {
        place = templates.push(pattern);
        places.set(pattern.id, place);
      }
      placed.set(pattern, place);
      return place;
    },
    seal() {
      const { stream, at, nanos, flags, pattern, lengths } = columns;
      const parts: readonly Part[] = [
        { name: 'stream', kind: COUNTS, head: stream.finish() },
        { name: 'at', kind: integers.kind, head: at.finish() },
        { name: 'nanos', kind: COUNTS, head: nanos.finish() },
        { name: 'flags', kind: BYTES, head: flags.finish() },
        { name: 'pattern', kind: COUNTS, head: pattern.finish() },
        { name: 'text', kind: TEXTS, head: lengths.finish(), tail: text.subarray(0, bytes) },
      ];
      const body = bodyOf(count, parts, writeColumns({ id: integers, template: joined }, templates));
      const sealed = { body, count, bytes, t0, t1, levels, bloom: tokens.filter() };
      columns = fresh();
      places = new Map();
      placed = new Map();
      templates = [];
      tokens.clear();
      bytes = count = levels = before = 0;
      t0 = Number.POSITIVE_INFINITY;
      t1 = Number.NEGATIVE_INFINITY;
      return sealed;
    },
  };
}

interface Part {
  /** ASCII. */
  readonly name: string;
  readonly kind: number;
  readonly head: Uint8Array;
  readonly tail?: Uint8Array;
}

/** In one array made to measure: most of it is text, which is copied once. */
function bodyOf(count: number, parts: readonly Part[], dictionary: Uint8Array): Uint8Array {
  let length = varintLength(count) + varintLength(parts.length);
  for (const part of parts) length += 2 + part.name.length + varintLength(sizeOf(part)) + sizeOf(part);
  const prefixes = varintLength(length) + varintLength(dictionary.length);
  const out = byteWriter(prefixes + length + dictionary.length);
  out.varint(length);
  out.varint(count);
  out.varint(parts.length);
  for (const part of parts) {
    out.string(part.name);
    out.byte(part.kind);
    out.varint(sizeOf(part));
    out.raw(part.head);
    if (part.tail) out.raw(part.tail);
  }
  out.varint(dictionary.length);
  out.raw(dictionary);
  return out.finish();
}

const sizeOf = ({ head, tail }: Part): number => head.length + (tail?.length ?? 0);

const fresh = () => ({
  stream: byteWriter(4096),
  at: byteWriter(8192),
  nanos: byteWriter(8192),
  flags: byteWriter(4096),
  pattern: byteWriter(4096),
  lengths: byteWriter(8192),
});
