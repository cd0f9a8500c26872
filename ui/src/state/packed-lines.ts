// A page of log lines as one string: of a million lines a collector of garbage sees two thousand strings to pass over, not millions of objects to look into.

import type { LogLineAnswer } from '@mosaic/wire';

/** Of one field: its value in each line, or what values there are and which of them each line has. */
type Column = { readonly each: readonly unknown[] } | { readonly words: readonly unknown[]; readonly which: number[] };

/** A field that a line does not have. */
const ABSENT = -1;

export function packed(lines: readonly LogLineAnswer[]): string {
  const fields = new Set(lines.flatMap((line) => Object.keys(line)));
  const columns = [...fields].map((field) => [field, columnOf(lines.map((line) => own(line)[field]))] as const);
  return JSON.stringify({ count: lines.length, columns });
}

export function unpacked(page: string): LogLineAnswer[] {
  const { count, columns } = JSON.parse(page) as { count: number; columns: [string, Column][] }; // as `packed` wrote it
  const lines = Array.from({ length: count }, (): Record<string, unknown> => ({}));
  for (const [field, column] of columns)
    for (const [i, line] of lines.entries()) {
      const value = 'each' in column ? column.each[i] : column.words[column.which[i] ?? ABSENT];
      if (value !== undefined) line[field] = value;
    }
  return lines as unknown as LogLineAnswer[]; // field by field what was packed
}

const own = (line: LogLineAnswer): Readonly<Record<string, unknown>> => ({ ...line });

function columnOf(values: readonly unknown[]): Column {
  const places = new Map<unknown, number>();
  for (const value of values) if (value !== undefined && !places.has(value)) places.set(value, places.size);
  const isEach = places.size === values.length || (places.size > values.length / 2 && !values.includes(undefined));
  if (isEach) return { each: values };
  return {
    words: [...places.keys()],
    which: values.map((value) => (value === undefined ? ABSENT : (places.get(value) ?? ABSENT))),
  };
}
