// Lines of a backup into their table again: with the instants they were first written at and what is left of their lifetime, so that writing them twice
// is writing them once, and what comes late still wins or loses as it would have.

import type { ColumnShape, TableShape } from '../../backup/manifest.ts';
import { cellsOf, isCounter, isKeyOnly, keyOf, patiently, quoted, type RowLine } from './copying.ts';
import { fromJson } from './copying-cells.ts';
import { numberOf, type Session, type Value } from './session.ts';

type Statement = readonly [cql: string, values: readonly Value[]];

export interface Remaining {
  /** Seconds since the lines were read. */
  readonly elapsed: number;
  /** For rows that cannot tell: seconds, counted from then; 0 when all live for ever. */
  readonly longest: number;
  /** When they were read, microseconds. */
  readonly readAt: string;
}

/** Returns how many rows had ended meanwhile and were left out. */
export async function writeLines(
  session: Session,
  table: TableShape,
  lines: readonly RowLine[],
  remaining: Remaining,
): Promise<number> {
  if (isCounter(table)) return countUp(session, table, lines);
  const statementsOf = writing(table, remaining);
  const statements = lines.map(statementsOf);
  await patiently(() => session.runAll(statements.flat()));
  return statements.filter((of) => of.length === 0).length;
}

/** Static cells come with every row of their partition; they are written when they differ from those just written. */
function writing(table: TableShape, { elapsed, longest, readAt }: Remaining): (line: RowLine) => Statement[] {
  const key = keyOf(table);
  const partition = key.filter(({ kind }) => kind === 'partition_key');
  const of = new Map(cellsOf(table).map((cell) => [cell.name, cell]));
  let said = '';

  return ({ k, c }) => {
    const values = key.map(({ type }, n) => fromJson(k[n], type));
    if (isKeyOnly(table)) {
      const ttl = table.hasLifetime && longest > 0 ? longest - elapsed : 0;
      return ttl < 0 || (ttl === 0 && table.hasLifetime && longest > 0)
        ? []
        : [insert(table.name, key, [], [values, []], ttl, readAt)];
    }
    return c.flatMap(([at, ttl, cells]): Statement[] => {
      const left = ttl === 0 ? 0 : ttl - elapsed;
      if (left < 0 || (ttl > 0 && left === 0)) return [];
      const columns = Object.keys(cells).flatMap((name) => of.get(name) ?? []);
      const isStatic = columns[0]?.kind === 'static';
      if (!isStatic) return cellStatements(table, key, values, columns, cells, left, at);
      const saying = JSON.stringify([k.slice(0, partition.length), at, cells]);
      if (saying === said) return [];
      said = saying;
      return cellStatements(table, partition, values.slice(0, partition.length), columns, cells, left, at);
    });
  };
}

function cellStatements(
  { name }: TableShape,
  key: readonly ColumnShape[],
  place: readonly Value[],
  columns: readonly ColumnShape[],
  cells: Readonly<Record<string, unknown>>,
  ttl: number,
  at: string,
): Statement[] {
  const [whole, byEntry] = [columns.filter((each) => !isByEntry(each)), columns.filter(isByEntry)];
  const valuesOf = (of: readonly ColumnShape[]): Value[] => of.map((each) => fromJson(cells[each.name], each.type));
  const adding = byEntry.map((column): Statement => {
    const where = key.map((each) => `${quoted(each)} = ?`).join(' AND ');
    const cql = `UPDATE "${name}" USING TTL ? AND TIMESTAMP ? SET ${quoted(column)} = ${quoted(column)} + ? WHERE ${where}`;
    return [cql, [ttl, at, ...valuesOf([column]), ...place]];
  });
  if (whole.length === 0) return adding;
  return [insert(name, key, whole, [place, valuesOf(whole)], ttl, at), ...adding];
}

/** A collection whose entries are cells of their own: added to, never replaced, or a tombstone would lie under it. */
const isByEntry = ({ type }: ColumnShape): boolean => /^(list|set|map)</.test(type);

function insert(
  table: string,
  key: readonly ColumnShape[],
  columns: readonly ColumnShape[],
  [place, values]: readonly [readonly Value[], readonly Value[]],
  ttl: number,
  at: string,
): Statement {
  const named = [...key, ...columns];
  const cql = `INSERT INTO "${table}" (${named.map(quoted).join(', ')}) VALUES (${named.map(() => '?').join(', ')}) USING TTL ? AND TIMESTAMP ?`;
  return [cql, [...place, ...values, ttl, at]];
}

/** A counter can only be added to: what is missing is. */
async function countUp(session: Session, table: TableShape, lines: readonly RowLine[]): Promise<number> {
  const key = keyOf(table);
  const where = key.map((each) => `${quoted(each)} = ?`).join(' AND ');
  for (const { k, c } of lines) {
    const place = key.map(({ type }, n) => fromJson(k[n], type));
    for (const [name, wanted] of c.flatMap(([, , cells]) => Object.entries(cells))) {
      const [there] = await session.run(`SELECT "${name}" AS n FROM "${table.name}" WHERE ${where}`, place);
      const missing = Number(wanted) - (there?.n ? numberOf(there.n) : 0);
      if (missing !== 0)
        await session.count(`UPDATE "${table.name}" SET "${name}" = "${name}" + ? WHERE ${where}`, [missing, ...place]);
    }
  }
  return 0;
}
