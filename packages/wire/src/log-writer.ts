// The body of a `logs` chunk, column by column as lines come: bytes are copied, no string is made.
//
// Two tables: lines (`stream`, `at`, `nanos`, `flags`, `pattern`, `text`) and templates (`id`, `template`). Each column of the first: name,
// kind, length, bytes, so that a reader passes over what it does not know.

import { byteWriter } from './bytes.ts';
import { integers, joined, writeColumns } from './columns.ts';
import type { Channel } from './log.ts';
import { type TokenSet, tokenSet } from './log-bloom.ts';

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
  /** `stream`: place in the header's list; `level`: place in LOG_LEVELS; `pattern`: id of a template told by `template`, 0 = none. */
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
  /** What a pattern id stands for; once per id and chunk is enough. */
  template(id: number, template: string): void;
  hasTemplate(id: number): boolean;
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
  let places = new Map<number, number>([[0, 0]]);
  let templates: { id: number; template: string }[] = [];

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
      columns.pattern.varint(places.get(pattern) ?? 0);
      columns.lengths.varint(to - from);
      copy(source, from, to);
      before = at;
      if (at < t0) t0 = at;
      if (at > t1) t1 = at;
      levels |= 1 << level;
      count++;
    },
    template(id, template) {
      if (places.has(id)) return;
      templates.push({ id, template });
      places.set(id, templates.length);
    },
    hasTemplate: (id) => places.has(id),
    seal() {
      const { stream, at, nanos, flags, pattern, lengths } = columns;
      const out = byteWriter(bytes + count * 12 + 1024);
      const lines = byteWriter(bytes + count * 12 + 512);
      const parts: [string, number, Uint8Array, Uint8Array?][] = [
        ['stream', COUNTS, stream.finish()],
        ['at', integers.kind, at.finish()],
        ['nanos', COUNTS, nanos.finish()],
        ['flags', BYTES, flags.finish()],
        ['pattern', COUNTS, pattern.finish()],
        ['text', TEXTS, lengths.finish(), text.subarray(0, bytes)],
      ];
      lines.varint(count);
      lines.varint(parts.length);
      for (const [name, kind, head, tail] of parts) {
        lines.string(name);
        lines.byte(kind);
        lines.varint(head.length + (tail?.length ?? 0));
        lines.raw(head);
        if (tail) lines.raw(tail);
      }
      const dictionary = writeColumns({ id: integers, template: joined }, templates);
      for (const table of [lines.finish(), dictionary]) {
        out.varint(table.length);
        out.raw(table);
      }
      const sealed = { body: out.finish(), count, bytes, t0, t1, levels, bloom: tokens.filter() };
      columns = fresh();
      places = new Map([[0, 0]]);
      templates = [];
      tokens.clear();
      bytes = count = levels = before = 0;
      t0 = Number.POSITIVE_INFINITY;
      t1 = Number.NEGATIVE_INFINITY;
      return sealed;
    },
  };
}

const fresh = () => ({
  stream: byteWriter(4096),
  at: byteWriter(8192),
  nanos: byteWriter(8192),
  flags: byteWriter(4096),
  pattern: byteWriter(4096),
  lengths: byteWriter(8192),
});
