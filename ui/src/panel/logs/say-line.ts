// How one record is said in a row: the message first; of JSON the other fields behind it, paler; of many lines the first and how many more.

import type { LogLineAnswer } from '@mosaic/wire';

export interface SaidLine {
  readonly text: string;
  /** `status=200 ms=15` of a JSON record. */
  readonly fields: string;
  /** Lines folded away. */
  readonly more: number;
}

const MOST_CHARS = 1000;
const MOST_FIELDS = 12;
/** Said elsewhere in the row. */
const KNOWN = new Set(['time', 'ts', 'timestamp', '@timestamp', 'level', 'lvl', 'severity', 'msg', 'message']);
// control codes of terminals, as programs write colours
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]/g;

function fieldsOf(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const read: unknown = JSON.parse(line);
    // an object literal was asked for by its brace
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const saidValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export function sayLine({ line, message }: Pick<LogLineAnswer, 'line' | 'message'>): SaidLine {
  const whole = (message ?? line).replace(ANSI, '');
  const end = whole.indexOf('\n');
  const text = (end < 0 ? whole : whole.slice(0, end)).slice(0, MOST_CHARS).replaceAll('\t', '  ');
  const more = end < 0 ? 0 : whole.split('\n').length - 1;
  const fields = message === undefined ? undefined : fieldsOf(line);
  const said = Object.entries(fields ?? {})
    .filter(([key]) => !KNOWN.has(key.toLowerCase()))
    .slice(0, MOST_FIELDS)
    .map(([key, value]) => `${key}=${saidValue(value)}`);
  return { text, fields: said.join(' ').slice(0, MOST_CHARS), more };
}

/** The record as it is read when opened: JSON with a line per field. */
export function wholeLine(line: string): string {
  const fields = fieldsOf(line);
  return (fields === undefined ? line : JSON.stringify(fields, undefined, 2)).replace(ANSI, '');
}

/** `03:14:19.412` in the reader's zone. */
export const lineInstant = (at: string): number => Date.parse(`${at.slice(0, 23)}Z`);
