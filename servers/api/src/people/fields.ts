// Bodies of the questions about people, read field by field: everything wrong is told at once.

import { type FieldError, unreadable } from '../asking/problem.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Throws a 400 for what is no object or has unknown fields. */
export function fieldsOf(body: unknown, known: readonly string[]): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw unreadable([{ field: 'body', expected: `{ ${known.join(', ')} }`, got: got(body) }]);
  const fields = body as Fields; // every field is checked by who reads it
  const errors: FieldError[] = Object.keys(fields)
    .filter((field) => !known.includes(field))
    .map((field) => ({ field, expected: known.join(', '), got: 'an unknown field' }));
  if (errors.length > 0) throw unreadable(errors);
  return fields;
}

export function textIn(fields: Fields, field: string, most: number): string {
  const value = fields[field];
  if (typeof value === 'string' && value !== '' && value.length <= most) return value;
  throw unreadable([{ field, expected: `text of 1–${most} characters`, got: got(value) }]);
}

export function numberIn(fields: Fields, field: string, most: number, or: number): number {
  const value = fields[field] ?? or;
  if (typeof value === 'number' && value > 0 && value <= most) return value;
  throw unreadable([{ field, expected: `a number up to ${most}`, got: got(value) }]);
}

const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

/** Names are small: `Ada` and `ada` are one. */
export function nameIn(fields: Fields, field = 'name'): string {
  const name = textIn(fields, field, 64).toLowerCase();
  if (NAME.test(name)) return name;
  throw unreadable([{ field, expected: 'letters, digits, and . _ @ - in between', got: got(fields[field]) }]);
}

const got = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
