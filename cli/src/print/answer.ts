// An answer's rows in the form that was asked for.

import { stringify } from 'yaml';
import { UsageError } from '../exit.ts';
import { columns } from './columns.ts';

export const OUTPUTS = ['table', 'wide', 'json', 'yaml', 'csv'] as const;
export type Output = (typeof OUTPUTS)[number];

export interface Column<R> {
  readonly name: string;
  readonly of: (row: R) => string;
  /** Shown in wide tables only. */
  readonly wide?: boolean;
}

/** Throws `UsageError`. */
export function outputNamed(name: string): Output {
  const found = OUTPUTS.find((each) => each === name);
  if (found === undefined) throw new UsageError(`-o ${name}: expected one of ${OUTPUTS.join(', ')}`);
  return found;
}

/** `whole`: what JSON and YAML show: all that was answered. */
export function answerText<R>(rows: readonly R[], shown: readonly Column<R>[], output: Output, whole: unknown): string {
  if (output === 'json') return `${JSON.stringify(whole, null, 2)}\n`;
  if (output === 'yaml') return stringify(whole, { aliasDuplicateObjects: false, lineWidth: 0 });
  const some = output === 'table' ? shown.filter(({ wide }) => wide !== true) : shown;
  const head = some.map(({ name }) => name);
  const cells = rows.map((row) => some.map(({ of }) => of(row)));
  if (output === 'csv') return [head, ...cells].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
  const fit = output === 'wide' ? inOneLine : (cell: string) => cut(inOneLine(cell));
  return columns(
    head.map((name) => name.toUpperCase()),
    cells.map((line) => line.map(fit)),
  );
}

/** RFC 4180; what a spreadsheet would take for a formula is made text. */
function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table stays readable; wide shows all of it. */
const MOST_CHARS = 80;
const cut = (cell: string): string => (cell.length <= MOST_CHARS ? cell : `${cell.slice(0, MOST_CHARS - 1)}…`);
const inOneLine = (cell: string): string => cell.replaceAll(/\s*\n\s*/g, ' ');
