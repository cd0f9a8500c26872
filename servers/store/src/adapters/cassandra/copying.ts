// Whole tables as lines, in bounded memory: a slice of the token ring after the other, page by page, with what is left of each cell's lifetime.

import { Unavailable } from '@mosaic/wire';
import type { ColumnShape, TableShape } from '../../backup/manifest.ts';
import { expectKnown, toJson } from './copying-cells.ts';
import { numberOf, type Row, type RowsPage, type Session, textOf } from './session.ts';

/** Of the schema's own keeping, not of the past. */
const NOT_COPIED = new Set(['migration', 'migration_lock', 'restore_progress']);
/** What promises other rows is read before them, so that every promise is kept: watermarks, and indexes of bodies. */
const FIRST = /^(mark|audit_head|state_index|credential_of|.*_idx)$/;
/** What is promised, and what is harmless when it says too much. */
const LAST = /^(filled|audit_day|state_ckpt|.*_chunk)$/;
/** Tables whose rows end by themselves forget deletes soon: the schema's `gc_grace_seconds`. */
const SHORT_GRACE_S = 86_400;
const BODIES_A_PAGE = 100;
const ROWS_A_PAGE = 2_000;
const TRIES = 10;
const PAUSE_MS = 1_000;

/** A row: its key, and what was written together, with when (microseconds) and the seconds left (0: for ever). */
export interface RowLine {
  readonly k: readonly unknown[];
  readonly c: readonly (readonly [at: string, ttl: number, cells: Readonly<Record<string, unknown>>])[];
}

/** In the order they are to be read in. */
export async function tablesOf(session: Session, keyspace: string): Promise<TableShape[]> {
  const tables = await session.run(
    'SELECT table_name, gc_grace_seconds FROM system_schema.tables WHERE keyspace_name = ?',
    [keyspace],
  );
  const columns = await session.run(
    'SELECT table_name, column_name, type, kind, position FROM system_schema.columns WHERE keyspace_name = ?',
    [keyspace],
  );
  const rank = (name: string): number => (FIRST.test(name) ? 0 : LAST.test(name) ? 2 : 1);
  return tables
    .map((row) => ({ name: textOf(row.table_name), hasLifetime: numberOf(row.gc_grace_seconds) < SHORT_GRACE_S }))
    .filter(({ name }) => !NOT_COPIED.has(name))
    .map((table) => ({
      ...table,
      columns: columnsOf(
        columns.filter((row) => row.table_name === table.name),
        table.name,
      ),
    }))
    .sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

const KINDS: readonly ColumnShape['kind'][] = ['partition_key', 'clustering', 'static', 'regular'];

function columnsOf(rows: readonly Row[], table: string): ColumnShape[] {
  const shapes = rows
    .map((row) => ({
      ...{ name: textOf(row.column_name), type: textOf(row.type), position: numberOf(row.position) },
      kind: textOf(row.kind) as ColumnShape['kind'], // Cassandra has just these
    }))
    .sort(
      (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.position - b.position || (a.name < b.name ? -1 : 1),
    );
  for (const shape of shapes) expectKnown(table, shape);
  return shapes.map(({ position: _, ...shape }) => shape);
}

export const keyOf = ({ columns }: TableShape): readonly ColumnShape[] =>
  columns.filter(({ kind }) => kind === 'partition_key' || kind === 'clustering');
export const cellsOf = ({ columns }: TableShape): readonly ColumnShape[] =>
  columns.filter(({ kind }) => kind === 'static' || kind === 'regular');
export const isCounter = ({ columns }: TableShape): boolean => columns.some(({ type }) => type === 'counter');

/** Bounds of `count` slices of the ring: (from, to]. Murmur3 tokens are 64 bits, the least one is never used. */
export function slices(count: number): readonly (readonly [from: string, to: string])[] {
  const at = (n: number): string =>
    (n === count ? 2n ** 63n - 1n : -(2n ** 63n) + (2n ** 64n / BigInt(count)) * BigInt(n)).toString();
  return Array.from({ length: count }, (_, n) => [at(n), at(n + 1)] as const);
}

/** All rows of a slice. Cassandra may be busy: a page is asked for again. Throws `Unavailable` when it stays away. */
export async function* readSlice(
  session: Session,
  table: TableShape,
  [from, to]: readonly [string, string],
): AsyncGenerator<readonly RowLine[]> {
  const size = table.columns.some(({ name }) => name === 'body') ? BODIES_A_PAGE : ROWS_A_PAGE;
  const cql = selection(table);
  let next: string | undefined;
  do {
    const page: RowsPage = await patiently(() =>
      session.page(cql, [from, to], { size, ...(next !== undefined && { from: next }) }),
    );
    yield page.rows.map((row) => lineOf(row, table));
    next = page.next;
  } while (next !== undefined);
}

/** Repeat-safe work, begun again while Cassandra is busy. Throws `Unavailable` when it stays away. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unavailable) || tried >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

export const quoted = ({ name }: Pick<ColumnShape, 'name'>): string => `"${name}"`;

function selection(table: TableShape): string {
  const cells = cellsOf(table);
  const times = isCounter(table)
    ? []
    : cells.flatMap((cell, n) => [`writetime(${quoted(cell)}) AS at_${n}_`, `ttl(${quoted(cell)}) AS ttl_${n}_`]);
  const partition = table.columns.filter(({ kind }) => kind === 'partition_key').map(quoted);
  const token = `token(${partition.join(', ')})`;
  return `SELECT ${[...table.columns.map(quoted), ...times].join(', ')} FROM "${table.name}" WHERE ${token} > ? AND ${token} <= ?`;
}

function lineOf(row: Row, table: TableShape): RowLine {
  const groups = new Map<string, [string, number, Record<string, unknown>]>();
  for (const [n, { name, kind }] of cellsOf(table).entries()) {
    const cell: unknown = row[name];
    if (cell === null || cell === undefined) continue;
    const at = newest(row[`at_${n}_`]);
    const ttl = Number(newest(row[`ttl_${n}_`]));
    const group = `${kind} ${at} ${ttl}`;
    const known = groups.get(group) ?? [at, ttl, {}];
    known[2][name] = toJson(cell);
    groups.set(group, known);
  }
  return { k: keyOf(table).map(({ name }) => toJson(row[name])), c: [...groups.values()] };
}

/** Of a collection every entry has its own. */
function newest(cell: unknown): string {
  const each = (Array.isArray(cell) ? cell : [cell]).filter((one) => one !== null && one !== undefined).map(String);
  return each.reduce((a, b) => (BigInt(b) > BigInt(a) ? b : a), '0');
}

/** Rows that are all key: nothing tells how long they have left. */
export const isKeyOnly = (table: TableShape): boolean => cellsOf(table).length === 0;
