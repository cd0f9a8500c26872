// Lines of one stream become records: parts of a line are put together again, lines of a stack trace too, each channel for itself.
// A line that can be continued by nothing goes through without a copy.

import type { Channel } from '@mosaic/wire';
import type { ReadLine } from './cri.ts';
import type { Range } from './ranges.ts';
import { isUnsure, NONE, nextOf, startOf } from './traces.ts';

/** Of one line kept; beyond it bytes are counted, not kept. */
export const MOST_LINE_BYTES = 1024 * 1024;
/** Of one joined trace; a longer one becomes several records. */
const MOST_TRACE_BYTES = 256 * 1024;
const MOST_TRACE_LINES = 500;
/** Places in files that one record may be made of: lines of the other channel stand between them. */
const MOST_PIECES = 200;
/** A trace that nothing was added to for so long is whole. */
export const TRACE_IDLE_MS = 1000;

/** Where a record's bytes stand. `F` is the file. */
export interface Piece<F> extends Range {
  readonly file: F;
}

export interface LogRecord<F> {
  readonly channel: Channel;
  readonly at: number;
  readonly nanos: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Bytes of the text that were not kept. */
  readonly cut: number;
  readonly pieces: readonly Piece<F>[];
}

export interface Joiner<F> {
  /** A line of `file` that stands at `[from, to)` there. */
  line(line: ReadLine, file: F, from: number, to: number): void;
  /** Hands over traces that nothing was added to since `before`. */
  idle(before: number): void;
  /** Hands over all that is held, halves of lines too: nothing follows. */
  end(): void;
  /** Whether something is held back. */
  readonly isHolding: boolean;
}

/** A growing text and where it stands. */
interface Held<F> {
  text: Uint8Array;
  length: number;
  cut: number;
  at: number;
  nanos: number;
  pieces: Piece<F>[];
  lines: number;
  /** What may follow, for a trace. */
  state: number;
  touched: number;
  /** The blank line at the end, if it is not sure that it belongs here. */
  blank: { readonly at: number; readonly nanos: number; readonly length: number; readonly piece: Piece<F> } | undefined;
}

export function joiner<F>(emit: (record: LogRecord<F>) => void, now: () => number): Joiner<F> {
  const parts = new Map<Channel, Held<F>>();
  const traces = new Map<Channel, Held<F>>();

  const told = (channel: Channel, held: Held<F>): void => {
    const { blank } = held;
    const { at, nanos, text, cut, pieces } = held;
    emit({ channel, at, nanos, bytes: text, from: 0, to: blank?.length ?? held.length, cut, pieces });
    if (blank) {
      const { at, nanos, piece } = blank;
      emit({ channel, at, nanos, bytes: text, from: 0, to: 0, cut: 0, pieces: [piece] });
    }
  };

  const release = (channel: Channel): void => {
    const held = traces.get(channel);
    if (held === undefined) return;
    traces.delete(channel);
    told(channel, held);
  };

  const record = (whole: LogRecord<F>): void => {
    const { channel, bytes, from, to } = whole;
    const trace = traces.get(channel);
    if (trace !== undefined) {
      const state = nextOf(trace.state, bytes, from, to);
      if (state !== NONE && trace.length + to - from < MOST_TRACE_BYTES && trace.lines < MOST_TRACE_LINES) {
        extend(trace, whole, state, now());
        return;
      }
      release(channel);
      if (state !== NONE) {
        traces.set(channel, heldOf(whole, state, now()));
        return;
      }
    }
    const state = startOf(bytes, from, to);
    if (state === NONE || to - from > MOST_TRACE_BYTES) emit(whole);
    else traces.set(channel, heldOf(whole, state, now()));
  };

  const whole = (channel: Channel): void => {
    const part = parts.get(channel);
    if (part === undefined) return;
    parts.delete(channel);
    const { at, nanos, text, length, cut, pieces } = part;
    record({ channel, at, nanos, bytes: text, from: 0, to: length, cut, pieces });
  };

  return {
    line({ channel, at, nanos, isPartial, bytes, from, to }, file, pieceFrom, pieceTo) {
      const piece = { file, from: pieceFrom, to: pieceTo };
      const part = parts.get(channel);
      if (part === undefined && !isPartial && to - from <= MOST_LINE_BYTES) {
        record({ channel, at, nanos, bytes, from, to, cut: 0, pieces: [piece] });
        return;
      }
      const first = part ?? heldOf({ channel, at, nanos, bytes, from, to: from, cut: 0, pieces: [] }, NONE, now());
      keep(first, bytes, from, to);
      addPiece(first.pieces, piece);
      first.touched = now();
      parts.set(channel, first);
      if (!isPartial || first.pieces.length >= MOST_PIECES) whole(channel);
    },
    idle(before) {
      for (const [channel, { touched }] of traces) if (touched <= before || touched > now()) release(channel);
    },
    end() {
      for (const channel of [...parts.keys()]) whole(channel);
      for (const channel of [...traces.keys()]) release(channel);
    },
    get isHolding() {
      return parts.size > 0 || traces.size > 0;
    },
  };
}

function heldOf<F>(record: LogRecord<F>, state: number, touched: number): Held<F> {
  const { at, nanos, bytes, from, to, cut } = record;
  const text = new Uint8Array(Math.max(1024, 2 * (to - from)));
  text.set(bytes.subarray(from, to));
  const pieces = [...record.pieces];
  return { text, length: to - from, cut, at, nanos, pieces, lines: 1, state, touched, blank: undefined };
}

function extend<F>(held: Held<F>, record: LogRecord<F>, state: number, now: number): void {
  const { bytes, from, to, at, nanos, cut, pieces } = record;
  const [piece] = pieces;
  const length = held.length;
  keep(held, BREAK, 0, 1);
  keep(held, bytes, from, to);
  held.cut += cut;
  // The blank line before this one belongs here after all.
  if (held.blank) addPiece(held.pieces, held.blank.piece);
  const isBlank = isUnsure(state) && pieces.length === 1 && piece !== undefined;
  held.blank = isBlank ? { at, nanos, length, piece } : undefined;
  if (!isBlank) for (const each of pieces) addPiece(held.pieces, each);
  held.lines++;
  held.state = state;
  held.touched = now;
}

const BREAK = new Uint8Array([0x0a]);

function keep<F>(held: Held<F>, bytes: Uint8Array, from: number, to: number): void {
  const kept = Math.max(0, Math.min(to - from, MOST_LINE_BYTES - held.length));
  held.cut += to - from - kept;
  if (held.length + kept > held.text.length) {
    const grown = new Uint8Array(Math.min(MOST_LINE_BYTES, Math.max(2 * held.text.length, held.length + kept)));
    grown.set(held.text.subarray(0, held.length));
    held.text = grown;
  }
  held.text.set(bytes.subarray(from, from + kept), held.length);
  held.length += kept;
}

function addPiece<F>(pieces: Piece<F>[], piece: Piece<F>): void {
  const last = pieces.at(-1);
  if (last?.file === piece.file && last.to === piece.from) pieces[pieces.length - 1] = { ...last, to: piece.to };
  else pieces.push(piece);
}
