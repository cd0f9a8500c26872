// A column as it lies in its section. What is broken in its form is found when it is opened; a value is made when it is asked for,
// because a question about a past moment reads a fraction of what it must unpack.

import { type ByteReader, decodeUtf8, encodeUtf8, Malformed } from './bytes.ts';

export interface Cells<T> {
  /** `row` is below the count the column was opened with. */
  at(row: number): T;
}

/** Values in hand. */
export const valueCells = <T>(values: readonly T[]): Cells<T> => ({ at: (row) => values[row] as T }); // `row` is below the count

/** What every record gets of a column that its writer did not know. */
export const sameCells = <T>(value: T): Cells<T> => ({ at: () => value });

/** Texts that lie one behind the other. */
export class Texts {
  readonly count: number;
  readonly text: string;
  /** The same as UTF-8. */
  readonly bytes: Uint8Array;
  /** Each text lies between two of these, in `text`. */
  readonly bounds: Uint32Array;

  constructor(bytes: Uint8Array, bounds: Uint32Array) {
    this.text = decodeUtf8(bytes);
    this.bytes = bytes;
    this.bounds = bounds;
    this.count = bounds.length - 1;
    if (bounds[this.count] !== this.text.length) throw new Malformed('a dictionary whose lengths do not add up');
  }

  at(i: number): string {
    return this.text.slice(this.bounds[i], this.bounds[i + 1]);
  }

  all(): string[] {
    return Array.from({ length: this.count }, (_, i) => this.at(i));
  }

  /** The same in `bytes`. */
  byteBounds(): Uint32Array {
    if (this.text.length === this.bytes.length) return this.bounds;
    const bounds = new Uint32Array(this.count + 1);
    for (let i = 0; i < this.count; i++) bounds[i + 1] = (bounds[i] as number) + encodeUtf8(this.at(i)).length; // within length
    return bounds;
  }
}

export function readTexts(from: ByteReader): Texts {
  const lengths = from.marks(from.varint());
  const bounds = new Uint32Array(lengths.length + 1);
  let end = 0;
  for (let i = 0; i < lengths.length; i++) {
    end += lengths[i] as number; // within length
    bounds[i + 1] = end;
  }
  if (end > 0xffff_ffff) throw new Malformed('a dictionary longer than any section');
  return new Texts(from.raw(from.varint()), bounds);
}

/** One text per record. */
export class TextCells implements Cells<string> {
  readonly texts: Texts;
  constructor(texts: Texts) {
    this.texts = texts;
  }
  at(row: number): string {
    return this.texts.at(row);
  }
}

/** For each record 0 (`absent`) or the number of a dictionary entry. Entries are made at the first question and shared. */
export class DictionaryCells<T> implements Cells<T> {
  readonly #marks: Uint8Array | Uint32Array;
  readonly #make: () => readonly T[];
  #entries: readonly T[] | undefined;

  /** `make`: all values by their mark, the absent one first. */
  constructor(from: ByteReader, count: number, make: (texts: Texts) => readonly T[]) {
    const texts = readTexts(from);
    this.#marks = from.marks(count);
    this.#make = () => make(texts);
    const most = greatest(this.#marks);
    if (most > texts.count) throw new Malformed(`dictionary entry ${most} of ${texts.count}`);
  }

  at(row: number): T {
    this.#entries ??= this.#make();
    return this.#entries[this.#marks[row] as number] as T; // `row` is below the count, no mark past the entries
  }
}

function greatest(marks: Uint8Array | Uint32Array): number {
  let most = 0;
  for (let i = 0; i < marks.length; i++) if ((marks[i] as number) > most) most = marks[i] as number; // within length
  return most;
}

/** The number behind a zigzag mark: small ones by bits, the rest without a remainder, which is slow past 2^31. */
function signed(mark: number): number {
  if (mark <= 0x7fff_ffff) return (mark >>> 1) ^ -(mark & 1);
  const half = Math.floor(mark / 2);
  return half * 2 === mark ? half : -half - 1;
}

/** Numbers, the differences summed when opened. */
export class IntegerCells implements Cells<number> {
  readonly #values: Float64Array;

  constructor(from: ByteReader, count: number) {
    const marks = from.numbers(count);
    const values = new Float64Array(count);
    let before = 0;
    for (let i = 0; i < count; i++) {
      before += signed(marks[i] as number); // within length
      values[i] = before;
    }
    this.#values = values;
  }

  at(row: number): number {
    return this.#values[row] as number; // `row` is below the count
  }
}

export class MaybeIntegerCells implements Cells<number | undefined> {
  readonly #marks: Uint8Array | Float64Array;

  constructor(from: ByteReader, count: number) {
    this.#marks = from.numbers(count);
  }

  at(row: number): number | undefined {
    const mark = this.#marks[row] as number; // `row` is below the count
    return mark === 0 ? undefined : signed(mark - 1);
  }
}

export class BooleanCells implements Cells<boolean> {
  readonly #bytes: Uint8Array;

  constructor(from: ByteReader, count: number) {
    this.#bytes = from.raw(count);
  }

  at(row: number): boolean {
    return this.#bytes[row] === 1;
  }
}
