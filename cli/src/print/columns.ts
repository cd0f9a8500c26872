// Columns as kubectl prints them: as wide as their widest cell, three blanks between.

import { widthOf } from './width.ts';

export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) =>
        i === row.length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell))),
      )
      .join('   ')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}
