// A question's parameters, each read by its kind; everything that is wrong is told at once, with what there is instead.

import type { SettingKind } from '@mosaic/runtime';
import { INSTANT_EXPECTED, readInstant } from './instants.ts';
import { type FieldError, unreadable } from './problem.ts';

/** As they come: a parameter given twice is a list. */
export type RawQuery = Readonly<Record<string, unknown>>;

export interface Param<T> {
  readonly expected: string;
  readonly about: string;
  readonly required: boolean;
  /** JSON Schema for the OpenAPI document. */
  readonly schema: Readonly<Record<string, unknown>>;
  read(text: string, now: number): T | undefined;
  readonly or: T | ((now: number) => T);
}
export type Shape = Readonly<Record<string, Param<unknown>>>;
export type Read<S extends Shape> = { readonly [K in keyof S]: S[K] extends Param<infer T> ? T : never };

const MOST_TEXT = 1000;
/** Cursors hold a place per cluster. */
const MOST_CURSOR = 20_000;

/** Text of at most 1,000 characters; empty is as good as absent. */
export const words = (about: string): Param<string | undefined> => ({
  expected: 'text of at most 1,000 characters',
  about,
  required: false,
  schema: { type: 'string', maxLength: MOST_TEXT },
  read: (text) => (text.length <= MOST_TEXT ? text : undefined),
  or: undefined,
});

export const needed = (about: string): Param<string> => ({
  ...words(about),
  required: true,
  read: (text) => (text.length > 0 && text.length <= MOST_TEXT ? text : undefined),
  or: '',
});

export const instantOr = (about: string, or: (now: number) => number): Param<number> => ({
  expected: INSTANT_EXPECTED,
  about,
  required: false,
  schema: { type: 'string', examples: ['now', 'now-15m', '2026-01-31T03:14:20Z', '1769829260000'] },
  read: readInstant,
  or,
});

export const kinded = <T>(kind: SettingKind<T>, about: string, schema: Param<T>['schema'], or: T): Param<T> => ({
  expected: kind.expected,
  about,
  required: false,
  schema,
  read: (text) => kind.read(text),
  or,
});

export const oneOf = <const T extends string>(among: readonly T[], about: string, or: T): Param<T> => ({
  expected: `one of ${among.join(', ')}`,
  about,
  required: false,
  schema: { type: 'string', enum: among, default: or },
  read: (text) => among.find((one) => one === text),
  or,
});

/** A whole number in [from, to]. */
export const whole = <T extends number | undefined>(
  about: string,
  from: number,
  to: number,
  or: T,
): Param<number | T> => ({
  expected: `a whole number ${from}–${to}`,
  about,
  required: false,
  schema: { type: 'integer', minimum: from, maximum: to, ...(or !== undefined && { default: or }) },
  read: (text) => (/^\d{1,15}$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined),
  or,
});

export const truth = (about: string): Param<boolean> => ({
  expected: 'true or false',
  about,
  required: false,
  schema: { type: 'boolean', default: false },
  read: (text) => ({ true: true, '1': true, false: false, '0': false })[text],
  or: false,
});

/** Throws a 400 that names every field that is wrong, unknown ones too. */
export function readQuery<S extends Shape>(shape: S, query: RawQuery, now: number): Read<S> {
  const errors: FieldError[] = [];
  const values: Record<string, unknown> = {};
  for (const field of Object.keys(query)) {
    if (!Object.hasOwn(shape, field))
      errors.push({ field, expected: `one of ${namesOf(shape)}`, got: 'an unknown parameter' });
  }
  for (const [field, param] of Object.entries(shape)) {
    const given = Object.hasOwn(query, field) ? query[field] : undefined;
    const read = readOne(field, param, given, now);
    if ('error' in read) errors.push(read.error);
    else values[field] = read.value;
  }
  if (errors.length > 0) throw unreadable(errors);
  return values as Read<S>; // every name of the shape was read by its param
}

const namesOf = (shape: Shape): string => Object.keys(shape).join(', ') || 'none: this question takes no parameters';

function readOne(
  field: string,
  param: Param<unknown>,
  given: unknown,
  now: number,
): { readonly value: unknown } | { readonly error: FieldError } {
  const { expected } = param;
  if (given === undefined || given === '') {
    if (param.required) return { error: { field, expected, got: 'nothing' } };
    return { value: typeof param.or === 'function' ? param.or(now) : param.or };
  }
  if (typeof given !== 'string') {
    const got = Array.isArray(given) ? `${given.length} values` : 'a structure';
    return { error: { field, expected: `${expected}, given once`, got } };
  }
  const value = param.read(given, now);
  if (value === undefined) return { error: { field, expected, got: JSON.stringify(given.slice(0, 200)) } };
  return { value };
}

/** Instants in the past or a little ahead; `from` must not be after `to`. */
export function checkSpan({ from, to }: { readonly from: number; readonly to: number }): void {
  if (from <= to) return;
  throw unreadable([
    {
      field: 'from',
      expected: `an instant at or before to (${new Date(to).toISOString()})`,
      got: new Date(from).toISOString(),
    },
  ]);
}

const DEFAULT_SPAN_MS = 24 * 3_600_000;
export const DEFAULT_LIMIT = 100;
export const MOST_LIMIT = 1000;

/** The parameters many questions share. */
export const shared = {
  at: instantOr('The moment asked about', (now) => now),
  from: instantOr('Beginning of the span; default 24 h before now', (now) => now - DEFAULT_SPAN_MS),
  to: instantOr('End of the span', (now) => now),
  cluster: words('Id or name of a cluster; all when absent'),
  namespace: words('Only this namespace'),
  limit: whole('At most so many', 1, MOST_LIMIT, DEFAULT_LIMIT),
  cursor: {
    ...words('`next` of the page before'),
    read: (text: string) => (text.length <= MOST_CURSOR ? text : undefined),
  },
} as const;
