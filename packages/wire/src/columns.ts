// Columnar encoding of records: one array per field, strings by dictionary or joined, integers by delta.
// Each column carries its name, kind and length, so that a reader skips columns it does not know and defaults those it misses.

import {
  type ByteReader,
  type ByteWriter,
  byteReader,
  byteWriter,
  decodeUtf8,
  encodeUtf8,
  Malformed,
} from './bytes.ts';

/** More records than this in one section is refused before anything is allocated. */
const MOST_RECORDS = 1_000_000;

export interface Column<T> {
  readonly kind: number;
  write(out: ByteWriter, values: readonly T[]): void;
  read(from: ByteReader, count: number): T[];
  /** What a record gets when the column is missing (an older writer). */
  readonly missing: T;
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

/** One array per field. */
export type Table<R> = { [K in keyof R]-?: R[K][] };

/** Reads the columns as arrays: cheap when only some are wanted. Throws `Malformed`. */
export function readTable<R>(
  columns: Columns<R>,
  bytes: Uint8Array,
): { readonly count: number; readonly table: Table<R> } {
  const from = byteReader(bytes);
  const count = from.varint();
  if (count > MOST_RECORDS) throw new Malformed(`${count} records in one section; ${MOST_RECORDS} is the most`);
  // Any column takes a byte a record at least, so a small section cannot promise many.
  if (count > bytes.length) throw new Malformed(`${count} records in ${bytes.length} bytes`);
  const table: Partial<Table<R>> = {};
  const known = columns as Record<string, Column<unknown> | undefined>; // looked up by names read from outside
  for (let left = from.varint(); left > 0; left--) {
    const name = from.string();
    const kind = from.byte();
    const part = from.raw(from.varint());
    if (!Object.hasOwn(columns, name)) continue;
    const column = known[name] as Column<unknown>; // hasOwn above
    if (column.kind !== kind) throw new Malformed(`column ${name} is of kind ${kind}; ${column.kind} expected`);
    const values = column.read(byteReader(part), count);
    (table as Record<string, unknown[]>)[name] = values; // name is a key of R: hasOwn above
  }
  for (const name of Object.keys(columns) as (keyof R)[]) table[name] ??= new Array(count).fill(columns[name].missing);
  return { count, table: table as Table<R> }; // every key filled above
}

/** Reads records back. Throws `Malformed`. */
export function readColumns<R>(columns: Columns<R>, bytes: Uint8Array): R[] {
  const { count, table } = readTable(columns, bytes);
  const names = Object.keys(columns) as (keyof R)[];
  const records: R[] = new Array(count);
  for (let i = 0; i < count; i++) {
    const record: Partial<R> = {};
    for (const name of names) {
      const value = table[name][i];
      if (value !== undefined) record[name] = value as R[keyof R]; // a row of the table
    }
    records[i] = record as R; // every required column was read or defaulted
  }
  return records;
}

function readDictionary(from: ByteReader): string[] {
  const lengths = from.varints(from.varint());
  const bytes = from.raw(from.varint());
  const joined = decodeUtf8(bytes);
  const entries: string[] = new Array(lengths.length);
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    const end = at + (lengths[i] as number); // within length
    entries[i] = joined.slice(at, end);
    at = end;
  }
  if (at !== joined.length) throw new Malformed('a dictionary whose lengths do not add up');
  return entries;
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

function readIndexed<T>(from: ByteReader, count: number, entriesOf: (texts: string[]) => readonly T[], absent: T): T[] {
  const entries = entriesOf(readDictionary(from));
  const marks = from.varints(count);
  const values: T[] = new Array(count);
  for (let i = 0; i < count; i++) {
    const mark = marks[i] as number; // within length
    if (mark > entries.length) throw new Malformed(`dictionary entry ${mark} of ${entries.length}`);
    values[i] = mark === 0 ? absent : (entries[mark - 1] as T); // checked above
  }
  return values;
}

/** All entries in one parse: a third of the time of one by one. */
function parseEntries<T>(texts: readonly string[]): readonly T[] {
  let entries: unknown;
  try {
    entries = JSON.parse(`[${texts.join(',')}]`);
  } catch (cause) {
    throw new Malformed('a JSON column that is not JSON', { cause });
  }
  if (!Array.isArray(entries) || entries.length !== texts.length)
    throw new Malformed('a JSON column whose entries are no single values');
  return entries as T[]; // the column's writer made them; shapes are checked by the schema above it
}

/** Lone surrogates become U+FFFD, as every UTF-8 encoder does; lengths are counted after that. */
const wellFormed = (value: string): string => (value.isWellFormed() ? value : value.toWellFormed());

/** Text that repeats: kinds, namespaces, nodes, reasons. */
export const dictionary: Column<string> = {
  kind: 1,
  missing: '',
  write: (out, values) => writeIndexed(out, values.map(wellFormed)),
  read: (from, count) => readIndexed<string>(from, count, (texts) => texts, ''),
};

export const maybeDictionary: Column<string | undefined> = {
  kind: 1,
  missing: undefined,
  write: (out, values) =>
    writeIndexed(
      out,
      values.map((value) => (value === undefined ? undefined : wellFormed(value))),
    ),
  read: (from, count) => readIndexed<string | undefined>(from, count, (texts) => texts, undefined),
};

/** Any JSON value, dictionary-coded by its text: equal values are decoded once and shared, so they must not be mutated. */
export function json<T>(missing: T): Column<T> {
  return {
    kind: 2,
    missing,
    write: (out, values) =>
      writeIndexed(
        out,
        values.map((value) => (value === undefined ? undefined : JSON.stringify(value))),
      ),
    read: (from, count) => readIndexed<T>(from, count, parseEntries, missing),
  };
}

/** Text that seldom repeats: names, messages, uids. Lengths apart from one joined text. */
export const joined: Column<string> = {
  kind: 3,
  missing: '',
  write: (out, values) => writeDictionary(out, values.map(wellFormed)),
  read(from, count) {
    const entries = readDictionary(from);
    if (entries.length !== count) throw new Malformed(`${entries.length} texts for ${count} records`);
    return entries;
  },
};

/** Integers within ±2^52, as differences from the one before: instants, counters. */
export const integers: Column<number> = {
  kind: 4,
  missing: 0,
  write(out, values) {
    let before = 0;
    for (const value of values) {
      out.zigzag(value - before);
      before = value;
    }
  },
  read(from, count) {
    const values = from.varints(count);
    let before = 0;
    for (let i = 0; i < count; i++) {
      const mark = values[i] as number; // within length
      before += mark % 2 === 1 ? -(mark + 1) / 2 : mark / 2;
      values[i] = before;
    }
    return values;
  },
};

/** Small integers or nothing: 0 = absent, else zigzag + 1. */
export const maybeInteger: Column<number | undefined> = {
  kind: 5,
  missing: undefined,
  write(out, values) {
    for (const value of values) out.varint(value === undefined ? 0 : (value < 0 ? -value * 2 - 1 : value * 2) + 1);
  },
  read(from, count) {
    const values: (number | undefined)[] = from.varints(count);
    for (let i = 0; i < count; i++) {
      const mark = values[i] as number; // within length
      values[i] = mark === 0 ? undefined : (mark - 1) % 2 === 1 ? -mark / 2 : (mark - 1) / 2;
    }
    return values;
  },
};

/** Opaque bytes, copied out of the section. */
export const blobs: Column<Uint8Array> = {
  kind: 6,
  missing: new Uint8Array(0),
  write(out, values) {
    for (const value of values) out.varint(value.length);
    for (const value of values) out.raw(value);
  },
  read(from, count) {
    const lengths = from.varints(count);
    return lengths.map((length) => from.raw(length).slice());
  },
};

export const booleans: Column<boolean> = {
  kind: 7,
  missing: false,
  write(out, values) {
    for (const value of values) out.byte(value ? 1 : 0);
  },
  read(from, count) {
    const bytes = from.raw(count);
    return Array.from(bytes, (byte) => byte === 1);
  },
};
