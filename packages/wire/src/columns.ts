// Columnar encoding of records: one array per field, strings by dictionary or joined, integers by delta.
// Each column carries its name, kind and length, so that a reader skips columns it does not know and defaults those it misses.

import { type ByteReader, type ByteWriter, byteReader, byteWriter, encodeUtf8, Malformed } from './bytes.ts';
import {
  BooleanCells,
  type Cells,
  DictionaryCells,
  IntegerCells,
  MaybeIntegerCells,
  readTexts,
  sameCells,
  TextCells,
  type Texts,
  valueCells,
} from './cells.ts';

/** More records than this in one section is refused before anything is allocated. */
const MOST_RECORDS = 1_000_000;

export interface Column<T> {
  readonly kind: number;
  write(out: ByteWriter, values: readonly T[]): void;
  /** Finds what is broken in the column's form; values are made when asked for. */
  open(from: ByteReader, count: number): Cells<T>;
  /** All values at once, for who wants them all. */
  read(from: ByteReader, count: number): T[];
  /** What a record gets when the column is missing (an older writer). */
  readonly missing: T;
}

/** A column that is read whole by asking for each of its values. */
function column<T>(of: Omit<Column<T>, 'read'>): Column<T> {
  return {
    ...of,
    read(from, count) {
      const cells = of.open(from, count);
      return Array.from({ length: count }, (_, row) => cells.at(row));
    },
  };
}

export type Columns<R> = { readonly [K in keyof R]-?: Column<R[K]> };

/** Writes `records` as columns. `columns` names every field of a record. */
export function writeColumns<R>(columns: Columns<R>, records: readonly R[]): Uint8Array {
  const out = byteWriter(256 + records.length * 16);
  const names = Object.keys(columns) as (keyof R & string)[]; // keys of a mapped type over R
  out.varint(records.length);
  out.varint(names.length);
  for (const name of names) {
    const part = byteWriter(64 + records.length * 4);
    const column = columns[name];
    column.write(
      part,
      records.map((record) => record[name]),
    );
    out.string(name);
    out.byte(column.kind);
    out.varint(part.length);
    out.raw(part.finish());
  }
  return out.finish();
}

/** A column per field. */
export type Table<R> = { [K in keyof R]-?: Cells<R[K]> };

/** Opens the columns; a value is made when it is asked for. Throws `Malformed`; so does asking for a JSON value that is none. */
export function openTable<R>(
  columns: Columns<R>,
  bytes: Uint8Array,
): { readonly count: number; readonly table: Table<R> } {
  const from = byteReader(bytes);
  const count = from.varint();
  if (count > MOST_RECORDS) throw new Malformed(`${count} records in one section; ${MOST_RECORDS} is the most`);
  // Any column takes a byte a record at least, so a small section cannot promise many.
  if (count > bytes.length) throw new Malformed(`${count} records in ${bytes.length} bytes`);
  const known = columns as Record<string, Column<unknown>>; // looked up by names read from outside
  const table: Record<string, Cells<unknown>> = {};
  // All in our order before any is read: tables of one kind are then one shape, whoever wrote them.
  for (const name of Object.keys(known)) table[name] = sameCells(known[name]?.missing);
  for (let left = from.varint(); left > 0; left--) {
    const name = from.string();
    const kind = from.byte();
    const part = from.raw(from.varint());
    const column = Object.hasOwn(known, name) ? known[name] : undefined;
    if (column === undefined) continue;
    if (column.kind !== kind) throw new Malformed(`column ${name} is of kind ${kind}; ${column.kind} expected`);
    table[name] = column.open(byteReader(part), count);
  }
  return { count, table: table as Table<R> }; // every name of R is in it
}

/** Reads records back. Throws `Malformed`. */
export function readColumns<R>(columns: Columns<R>, bytes: Uint8Array): R[] {
  const { count, table } = openTable(columns, bytes);
  const names = Object.keys(columns) as (keyof R)[];
  const records: R[] = new Array(count);
  for (let i = 0; i < count; i++) {
    const record: Partial<R> = {};
    for (const name of names) {
      const value = table[name].at(i);
      if (value !== undefined) record[name] = value;
    }
    records[i] = record as R; // every required column was read or defaulted
  }
  return records;
}

function writeDictionary(out: ByteWriter, entries: readonly string[]): void {
  out.varint(entries.length);
  for (const entry of entries) out.varint(entry.length);
  const bytes = encodeUtf8(entries.join(''));
  out.varint(bytes.length);
  out.raw(bytes);
}

function writeIndexed(out: ByteWriter, values: readonly (string | undefined)[]): void {
  const index = new Map<string, number>();
  const marks = values.map((value) => {
    if (value === undefined) return 0;
    let mark = index.get(value);
    if (mark === undefined) {
      mark = index.size + 1;
      index.set(value, mark);
    }
    return mark;
  });
  writeDictionary(out, [...index.keys()]);
  for (const mark of marks) out.varint(mark);
}

/** All entries in one parse: a third of the time of one by one. */
function parseEntries<T>(texts: Texts, absent: T): readonly T[] {
  let entries: unknown;
  try {
    entries = JSON.parse(`[${['0', ...texts.all()].join(',')}]`);
  } catch (cause) {
    throw new Malformed('a JSON column that is not JSON', { cause });
  }
  if (!Array.isArray(entries) || entries.length !== texts.count + 1)
    throw new Malformed('a JSON column whose entries are no single values');
  entries[0] = absent;
  return entries as T[]; // the column's writer made them; shapes are checked by the schema above it
}

/** Lone surrogates become U+FFFD, as every UTF-8 encoder does; lengths are counted after that. */
const wellFormed = (value: string): string => (value.isWellFormed() ? value : value.toWellFormed());

/** Text that repeats: kinds, namespaces, nodes, reasons. */
export const dictionary: Column<string> = column({
  kind: 1,
  missing: '',
  write: (out, values) => writeIndexed(out, values.map(wellFormed)),
  open: (from, count) => new DictionaryCells<string>(from, count, (texts) => ['', ...texts.all()]),
});

export const maybeDictionary: Column<string | undefined> = column<string | undefined>({
  kind: 1,
  missing: undefined,
  write: (out, values) =>
    writeIndexed(
      out,
      values.map((value) => (value === undefined ? undefined : wellFormed(value))),
    ),
  open: (from, count) => new DictionaryCells<string | undefined>(from, count, (texts) => [undefined, ...texts.all()]),
});

/** Any JSON value, dictionary-coded by its text: equal values are decoded once and shared, so they must not be mutated. */
export function json<T>(missing: T): Column<T> {
  return column<T>({
    kind: 2,
    missing,
    write: (out, values) =>
      writeIndexed(
        out,
        values.map((value) => (value === undefined ? undefined : JSON.stringify(value))),
      ),
    open: (from, count) => new DictionaryCells<T>(from, count, (texts) => parseEntries(texts, missing)),
  });
}

/** Text that seldom repeats: names, messages, uids. Lengths apart from one joined text. */
export const joined: Column<string> = column({
  kind: 3,
  missing: '',
  write: (out, values) => writeDictionary(out, values.map(wellFormed)),
  open(from, count) {
    const texts = readTexts(from);
    if (texts.count !== count) throw new Malformed(`${texts.count} texts for ${count} records`);
    return new TextCells(texts);
  },
});

/** Integers within ±2^52, as differences from the one before: instants, counters. */
export const integers: Column<number> = column({
  kind: 4,
  missing: 0,
  write(out, values) {
    let before = 0;
    for (const value of values) {
      out.zigzag(value - before);
      before = value;
    }
  },
  open: (from, count) => new IntegerCells(from, count),
});

/** Small integers or nothing: 0 = absent, else zigzag + 1. */
export const maybeInteger: Column<number | undefined> = column<number | undefined>({
  kind: 5,
  missing: undefined,
  write(out, values) {
    for (const value of values) out.varint(value === undefined ? 0 : (value < 0 ? -value * 2 - 1 : value * 2) + 1);
  },
  open: (from, count) => new MaybeIntegerCells(from, count),
});

/** Opaque bytes, copied out of the section. */
export const blobs: Column<Uint8Array> = column({
  kind: 6,
  missing: new Uint8Array(0),
  write(out, values) {
    for (const value of values) out.varint(value.length);
    for (const value of values) out.raw(value);
  },
  open(from, count) {
    const lengths = from.varints(count);
    return valueCells(lengths.map((length) => from.raw(length).slice()));
  },
});

export const booleans: Column<boolean> = column({
  kind: 7,
  missing: false,
  write(out, values) {
    for (const value of values) out.byte(value ? 1 : 0);
  },
  open: (from, count) => new BooleanCells(from, count),
});
