// A process's settings: read in one place from the environment and `.env`, everything that is wrong told at once, listed by `--help`.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;
export type SettingsShape = Readonly<Record<string, z.ZodType>>;
export type SettingsOf<S extends SettingsShape> = { readonly [K in keyof S]: z.output<S[K]> };

/** Everything that is wrong, a line each: `PORT=abc: expected an integer 1–65535`. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `${problems.length === 1 ? 'a setting is' : `${problems.length} settings are`} wrong\n${problems.join('\n')}`,
    );
    this.problems = problems;
  }
}

/** How one kind of setting is written: `read` gives undefined for what is not of the kind. */
export interface SettingKind<T> {
  readonly expected: string;
  read(text: string): T | undefined;
}

/** One setting: of a kind, with a line of why, and what holds when it is not set. */
export function setting<T>(kind: SettingKind<T>, why: string): z.ZodType<T | undefined>;
export function setting<T>(kind: SettingKind<T>, why: string, or: T): z.ZodType<T>;
export function setting<T>(kind: SettingKind<T>, why: string, or?: T): z.ZodType<T | undefined> {
  const read = (given: unknown, context: z.RefinementCtx): T | undefined => {
    if (typeof given !== 'string') return or;
    const value = kind.read(given);
    if (value === undefined) context.addIssue(`expected ${kind.expected}`);
    return value;
  };
  return z.unknown().transform(read).meta({ why, expected: kind.expected, or });
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

export const text: SettingKind<string> = { expected: 'text', read: (value) => value };

export const folder: SettingKind<string> = { expected: 'a folder', read: (value) => value };

export const file: SettingKind<string> = { expected: 'a file', read: (value) => value };

/** Between `from` and `to`, both allowed. */
export const integer = (from: number, to = Number.MAX_SAFE_INTEGER): SettingKind<number> => ({
  expected: to === Number.MAX_SAFE_INTEGER ? `an integer from ${from}` : `an integer ${from}–${to}`,
  read: (value) => inRange(value, from, to, Number.isSafeInteger),
});

export const decimal = (from: number, to = Number.MAX_VALUE): SettingKind<number> => ({
  expected: to === Number.MAX_VALUE ? `a number from ${from}` : `a number ${from}–${to}`,
  read: (value) => inRange(value, from, to, Number.isFinite),
});

function inRange(value: string, from: number, to: number, fits: (n: number) => boolean): number | undefined {
  const number = Number(value);
  return DECIMAL.test(value) && fits(number) && number >= from && number <= to ? number : undefined;
}

export const choice = <const T extends string>(among: readonly T[]): SettingKind<T> => ({
  expected: among.length <= 2 ? among.join(' or ') : `one of ${among.join(', ')}`,
  read: (value) => among.find((one) => one === value),
});

export const flag: SettingKind<boolean> = {
  expected: 'true or false',
  read: (value) => ({ true: true, '1': true, yes: true, false: false, '0': false, no: false })[value.toLowerCase()],
};

/** Separated by commas; blanks around and empty places are dropped. */
export const list: SettingKind<readonly string[]> = {
  expected: 'a comma list',
  read: (value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
};

/** A JSON object of whole numbers: `{"dc1":3}`. */
export const counts: SettingKind<Readonly<Record<string, number>>> = {
  expected: 'a JSON object of numbers such as {"dc1":3}',
  read(value) {
    try {
      const parsed = z.record(z.string(), z.number().int().nonnegative()).safeParse(JSON.parse(value));
      return parsed.success ? parsed.data : undefined;
    } catch {
      return undefined; // the caller says what was expected
    }
  },
};

/** What holds between settings; each problem is a line. Values that were wrong by themselves are undefined here. */
export type SettingsCheck = (values: Readonly<Record<string, unknown>>) => readonly string[];

/**
 * Settings of `shape` from `env` (default: the process's environment over `.env` of the working folder). A blank is as good as nothing.
 * Throws `SettingsError` naming everything that is wrong.
 */
export function readSettings<S extends SettingsShape>(
  shape: S,
  env: Environment = environment(),
  checks: readonly SettingsCheck[] = [addressesAreGiven],
): SettingsOf<S> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, schema] of Object.entries(shape)) {
    const given = env[name]?.trim() || undefined;
    const read = schema.safeParse(given);
    if (read.success) values[name] = read.data;
    else problems.push(...read.error.issues.map(({ message }) => `${name}=${shown(name, given)}: ${message}`));
  }
  for (const check of checks) problems.push(...check(values));
  if (problems.length > 0) throw new SettingsError(problems);
  return values as SettingsOf<S>; // every name of the shape was read by its schema
}

/** The process's environment over the `.env` file of `from`. */
export function environment(from: string = process.cwd()): Environment {
  let written: string;
  try {
    written = readFileSync(join(from, '.env'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return process.env;
    throw error;
  }
  return { ...parseEnv(written), ...process.env };
}

const isSecret = (name: string): boolean => /PASSWORD|SECRET|TOKEN/.test(name);
const shown = (name: string, given: string | undefined): string => (isSecret(name) ? '…' : (given ?? ''));

/** An adapter that lives elsewhere needs its address. */
export const addressesAreGiven: SettingsCheck = (values) => {
  const problems: string[] = [];
  const isEmpty = (name: string): boolean => name in values && (values[name] as readonly string[]).length === 0;
  if (values.STORE === 'cassandra' && isEmpty('CASSANDRA_HOSTS'))
    problems.push('CASSANDRA_HOSTS is empty; set it or use STORE=embedded');
  if (values.TRANSPORT === 'kafka' && isEmpty('KAFKA_BROKERS'))
    problems.push('KAFKA_BROKERS is empty; set it or use TRANSPORT=in-process');
  return problems;
};

/** For `--help`: a name, what is expected, what holds unless set, and why, a setting a line. */
export function describeSettings(shape: SettingsShape): string {
  const rows = Object.entries(shape).map(([name, schema]) => {
    const { why = '', expected = '', or } = (schema.meta() ?? {}) as { why?: string; expected?: string; or?: unknown }; // put there by `setting`
    return { name, why, expected: `${expected}${or === undefined ? '' : ` (${told(or)})`}` };
  });
  const wide = Math.max(0, ...rows.map(({ name }) => name.length));
  const indent = ' '.repeat(wide + 4);
  return rows.map(({ name, why, expected }) => `  ${name.padEnd(wide)}  ${why}\n${indent}${expected}`).join('\n');
}

function told(or: unknown): string {
  if (Array.isArray(or)) return or.length === 0 ? 'none' : or.join(',');
  return typeof or === 'object' ? JSON.stringify(or) : String(or);
}
