// Numbers in the presentation types that %-formatting and str.format() share: d x o b f e g and their capitals.

import { toFixedExact, toScientific } from './decimal.ts';
import { floatRepr } from './text.ts';

/** Digits without sign of a float in type e, f, g (or E, F, G). `alternate` keeps the trailing zeros of g. */
export function floatDigits(value: number, type: string, precision: number, alternate = false): string {
  const text = lowerFloatDigits(value, type.toLowerCase(), precision, alternate);
  return type === type.toUpperCase() ? text.toUpperCase() : text;
}

function lowerFloatDigits(value: number, type: string, precision: number, alternate: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return 'inf';
  if (type === 'f') return `${toFixedExact(value, precision)}${alternate && precision === 0 ? '.' : ''}`;
  if (type === 'e') return scientific(value, precision, alternate);
  const significant = Math.max(1, precision);
  const { digits, exponent } = toScientific(value, significant - 1);
  if (exponent < -4 || exponent >= significant) {
    const mantissa = pointed(digits, 1);
    return `${alternate ? mantissa : withoutZeros(mantissa)}${power(exponent)}`;
  }
  const fixed = toFixedExact(value, significant - 1 - exponent);
  return alternate ? fixed : withoutZeros(fixed);
}

function scientific(value: number, precision: number, alternate: boolean): string {
  const { digits, exponent } = toScientific(value, precision);
  return `${pointed(digits, 1)}${alternate && precision === 0 ? '.' : ''}${power(exponent)}`;
}

function power(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function pointed(digits: string, at: number): string {
  return digits.length > at ? `${digits.slice(0, at)}.${digits.slice(at)}` : digits;
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** What `format(1.5, '.3')` does without a type: as g, but with at least one digit after the point. */
export function generalFloat(value: number, precision: number | undefined): string {
  if (precision === undefined) return floatRepr(Math.abs(value));
  const text = floatDigits(value, 'g', precision);
  const { exponent } = toScientific(value, Math.max(1, precision) - 1);
  if (!Number.isFinite(value) || text.includes('e')) return text;
  if (exponent >= Math.max(1, precision) - 1 && !text.includes('.')) {
    return exponent === Math.max(1, precision) - 1 ? lowerScientific(value, precision) : text;
  }
  return text.includes('.') ? text : `${text}.0`;
}

function lowerScientific(value: number, precision: number): string {
  const { digits, exponent } = toScientific(value, Math.max(1, precision) - 1);
  return `${withoutZeros(pointed(digits, 1))}${power(exponent)}`;
}

/** Digits without sign, and the prefix `#` asks for. */
export function integerDigits(value: bigint, type: string): { readonly prefix: string; readonly digits: string } {
  const magnitude = value < 0n ? -value : value;
  switch (type) {
    case 'x':
      return { prefix: '0x', digits: magnitude.toString(16) };
    case 'X':
      return { prefix: '0X', digits: magnitude.toString(16).toUpperCase() };
    case 'o':
      return { prefix: '0o', digits: magnitude.toString(8) };
    case 'b':
      return { prefix: '0b', digits: magnitude.toString(2) };
    default:
      return { prefix: '', digits: magnitude.toString() };
  }
}

/** A separator every three digits (four in bases 2, 8, 16) of the whole part. */
export function grouped(digits: string, separator: string, every = 3): string {
  const [whole = '', ...rest] = digits.split('.');
  const exponentAt = whole.search(/e/i);
  const head = exponentAt < 0 ? whole : whole.slice(0, exponentAt);
  const tail = exponentAt < 0 ? '' : whole.slice(exponentAt);
  const parts: string[] = [];
  for (let end = head.length; end > 0; end -= every) parts.unshift(head.slice(Math.max(0, end - every), end));
  return [parts.join(separator) + tail, ...rest].join('.');
}
