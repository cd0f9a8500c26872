// An answer's rows in the form that was asked for.

import { stringify } from 'yaml';
import { UsageError } from '../exit.ts';
import { columns } from './columns.ts';
import { cut, widthOf } from './width.ts';

export const OUTPUTS = ['table', 'wide', 'json', 'yaml', 'csv'] as const;
export type Output = (typeof OUTPUTS)[number];

export interface Column<R> {
  readonly name: string;
  readonly of: (row: R) => string;
  /** Shown in wide tables and CSV only. */
  readonly wide?: boolean;
  /** What CSV has in its place: for programs. */
  readonly raw?: (row: R) => string;
}

/** Throws `UsageError`. */
export function outputNamed(name: string): Output {
  const found = OUTPUTS.find((each) => each === name);
  if (found === undefined) throw new UsageError(`-o ${name}: expected one of ${OUTPUTS.join(', ')}`);
  return found;
}

/** `whole`: what JSON and YAML show: all that was answered. */
export function answerText<R>(
  rows: readonly R[],
  shown: readonly Column<R>[],
  output: Output,
  whole: unknown,
  screenColumns = Number.POSITIVE_INFINITY,
): string {
  if (output === 'json') return `${JSON.stringify(whole, null, 2)}\n`;
  if (output === 'yaml') return stringify(whole, { aliasDuplicateObjects: false, lineWidth: 0 });
  const some = output === 'table' ? shown.filter(({ wide }) => wide !== true) : shown;
  const head = some.map(({ name }) => name);
  if (output === 'csv') {
    const lines = rows.map((row) => some.map(({ of, raw = of }) => raw(row)));
    return [head, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
  }
  const cells = rows.map((row) => some.map(({ of }) => inOneLine(of(row))));
  const most = output === 'wide' ? Number.POSITIVE_INFINITY : mostPerCell(head, cells, screenColumns);
  return columns(
    head.map((name) => name.toUpperCase()),
    cells.map((line) => line.map((cell) => cut(cell, most))),
  );
}

/** RFC 4180; what a spreadsheet would take for a formula is made text. */
function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table stays readable; wide shows all of it. */
const MOST_CHARS = 80;
/** Narrower than this a cell says nothing: then lines are folded by the terminal. */
const LEAST_CHARS = 12;
const BETWEEN = 3;

/** As many columns for the longest cells as let a line fit on the screen. */
function mostPerCell(head: readonly string[], cells: readonly (readonly string[])[], screenColumns: number): number {
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((line) => widthOf(line[i] ?? ''))));
  const lineOf = (most: number): number =>
    widths.reduce((sum, width) => sum + Math.min(width, most), BETWEEN * (widths.length - 1));
  let most = MOST_CHARS;
  while (most > LEAST_CHARS && lineOf(most) > screenColumns) most -= 1;
  return most;
}

/** What would move a terminal's cursor, or ring it, is shown as a mark: cells come from clusters, and anybody may write there. */
const inOneLine = (cell: string): string =>
  cell
    .replaceAll(/\s*[\r\n]\s*/g, ' ')
    .replaceAll('\t', ' ')
    .replaceAll(/\p{Cc}/gu, '\ufffd');
