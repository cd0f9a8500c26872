// Filters over numbers.

import { integer } from '../python/bind.ts';
import { compare } from '../python/compare.ts';
import { roundFloat, roundInt } from '../python/decimal.ts';
import { floatDigits } from '../python/format-number.ts';
import { binary, negate, positive } from '../python/operators.ts';
import { parseFloatText, parseIntText } from '../python/parse-number.ts';
import { PyError } from '../python/py-error.ts';
import { truth, undefinedError } from '../python/text.ts';
import { typeName } from '../python/type-name.ts';
import { Markup, Undefined, type Value } from '../python/values.ts';
import type { Filter } from '../runtime/runtime.ts';
import { filter } from './define.ts';

export const NUMBER_FILTERS: readonly (readonly [string, Filter])[] = [
  filter('abs', '', 0, (input) => {
    if (input instanceof Undefined) throw undefinedError(input);
    if (typeof input !== 'bigint' && typeof input !== 'number' && typeof input !== 'boolean') {
      throw new PyError('TypeError', `bad operand type for abs(): '${typeName(input)}'`);
    }
    return typeof input === 'number' ? Math.abs(input) : compare(input, 0n) < 0 ? negate(input) : positive(input);
  }),
  filter('int', 'default base', 0, (input, [otherwise = 0n, base]) => toInt(input, integer(base, 10)) ?? otherwise),
  filter('float', 'default', 0, (input, [otherwise = 0]) => toFloat(input) ?? otherwise),
  filter('round', 'precision method', 0, (input, [precision, method = 'common']) =>
    round(input, integer(precision, 0), method),
  ),
  filter('filesizeformat', 'binary', 0, (input, [binary = false]) => fileSize(input, truth(binary))),
];

function toInt(value: Value, base: number): bigint | undefined {
  if (value instanceof Undefined) throw undefinedError(value);
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  const whole = typeof value === 'string' || value instanceof Markup ? parseIntText(text(value), base) : undefined;
  if (whole !== undefined) return whole;
  const float = toFloat(value);
  return float === undefined || !Number.isFinite(float) ? undefined : BigInt(Math.trunc(float));
}

function toFloat(value: Value): number | undefined {
  if (value instanceof Undefined) throw undefinedError(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  return typeof value === 'string' || value instanceof Markup ? parseFloatText(text(value)) : undefined;
}

function text(value: string | Markup): string {
  return typeof value === 'string' ? value : value.text;
}

function round(input: Value, places: number, method: Value): Value {
  if (input instanceof Undefined) throw undefinedError(input);
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') {
    throw new PyError('FilterArgumentError', 'method must be common, ceil or floor');
  }
  const value = typeof input === 'boolean' ? BigInt(input) : input;
  if (typeof value !== 'bigint' && typeof value !== 'number') {
    throw new PyError('TypeError', `type ${typeName(value)} doesn't define __round__ method`);
  }
  if (method === 'common') return typeof value === 'bigint' ? roundInt(value, places) : roundFloat(value, places);
  const scale = binary('**', 10n, BigInt(places));
  const scaled = binary('*', value, scale);
  const cut = typeof scaled === 'number' ? BigInt(Math[method](scaled)) : scaled;
  return binary('/', cut, scale);
}

const DECIMAL = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

function fileSize(input: Value, binary: boolean): string {
  const bytes = toFloat(input);
  if (bytes === undefined) throw new PyError('ValueError', 'could not convert to float');
  const base = binary ? 1024 : 1000;
  const units = binary ? BINARY : DECIMAL;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const at = units.findIndex((_, index) => bytes < base ** (index + 2));
  const place = at < 0 ? units.length - 1 : at;
  const amount = (base * bytes) / base ** (place + 2);
  return `${floatDigits(amount, 'f', 1)} ${units[place]}`;
}
