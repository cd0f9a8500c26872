// Python's `'%s of %d' % (a, b)`, which the `format` filter uses too.

import { codePointLength, codePoints } from './code-points.ts';
import { isNumeric } from './compare.ts';
import { floatDigits, integerDigits } from './format-number.ts';
import { escaped } from './html.ts';
import { PyError } from './py-error.ts';
import { ascii, repr, str, undefinedError } from './text.ts';
import { typeName } from './type-name.ts';
import { Markup, PyDict, PyRange, PyTuple, Undefined, type Value } from './values.ts';

const DIRECTIVE = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?([\s\S]?)/g;

interface Layout {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

export function formatPercent(pattern: string | Markup, given: Value): string | Markup {
  if (pattern instanceof Markup) return new Markup(fill(pattern.text, given, escaped));
  return fill(pattern, given, str);
}

function fill(pattern: string, given: Value, text: (value: Value) => string): string {
  const positional = given instanceof PyTuple ? [...given.entries] : [given];
  let used = 0;
  let named = false;
  const next = (): Value => {
    const value = positional[used++];
    if (value === undefined) throw new PyError('TypeError', 'not enough arguments for format string');
    return value;
  };
  const filled = pattern.replace(
    DIRECTIVE,
    (whole, key: string | undefined, flags: string, width, precision, type: string) => {
      if (type === '') throw new PyError('ValueError', 'incomplete format');
      if (whole === '%%') return '%';
      let place = flags;
      let wide = width === '*' ? Number(next()) : Number(width ?? 0);
      if (wide < 0) {
        place += '-';
        wide = -wide;
      }
      const exact = precision === undefined ? undefined : precision === '*' ? Number(next()) : Number(precision);
      if (key !== undefined) named = true;
      const value = key === undefined ? next() : member(given, key);
      return laidOut(value, { flags: place, width: wide, precision: exact, type }, text, whole);
    },
  );
  const spare = !named && used < positional.length && (given instanceof PyTuple || !hasMembers(given));
  if (spare) throw new PyError('TypeError', 'not all arguments converted during string formatting');
  return filled;
}

/** What Python takes for a mapping here: it can be asked for a member, be it in vain. */
const hasMembers = (given: Value): boolean =>
  given instanceof PyDict || given instanceof PyRange || given instanceof Undefined || Array.isArray(given);

function member(given: Value, key: string): Value {
  if (given instanceof Undefined) throw undefinedError(given);
  if (!(given instanceof PyDict)) throw new PyError('TypeError', 'format requires a mapping');
  const value = given.get(key);
  if (value === undefined) throw new PyError('KeyError', repr(key));
  return value;
}

function laidOut(value: Value, layout: Layout, text: (value: Value) => string, whole: string): string {
  const { flags, width, precision, type } = layout;
  if ('srac'.includes(type)) return padded(textOf(value, type, precision, text), '', layout);
  if (!'diouxXeEfFgG'.includes(type)) {
    throw new PyError(
      'ValueError',
      `unsupported format character '${type}' (0x${type.charCodeAt(0).toString(16)}) in ${repr(whole)}`,
    );
  }
  if (value instanceof Undefined) throw undefinedError(value);
  if (!isNumeric(value))
    throw new PyError('TypeError', `%${type} format: a real number is required, not ${typeName(value)}`);
  const negative = Number(value) < 0 || Object.is(value, -0);
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if ('diouxX'.includes(type)) {
    if (typeof value === 'number' && 'oxX'.includes(type)) {
      throw new PyError('TypeError', `%${type} format: an integer is required, not float`);
    }
    const { prefix, digits } = integerDigits(BigInt(typeof value === 'number' ? Math.trunc(value) : value), type);
    return padded(digits.padStart(precision ?? 0, '0'), sign + (flags.includes('#') ? prefix : ''), layout);
  }
  const digits = floatDigits(Math.abs(Number(value)), type, precision ?? 6, flags.includes('#'));
  return padded(digits, sign, { ...layout, width });
}

function textOf(value: Value, type: string, precision: number | undefined, text: (value: Value) => string): string {
  if (type === 'c') return oneCharacter(value);
  const made = type === 's' ? text(value) : text(type === 'a' ? ascii(value) : repr(value));
  return precision === undefined ? made : codePoints(made).slice(0, precision).join('');
}

function oneCharacter(value: Value): string {
  if (typeof value === 'bigint' || typeof value === 'boolean') {
    const code = Number(value);
    if (code < 0 || code > 0x10ffff) throw new PyError('OverflowError', '%c arg not in range(0x110000)');
    return String.fromCodePoint(code);
  }
  if (typeof value === 'string' && codePointLength(value) === 1) return value;
  throw new PyError('TypeError', '%c requires int or char');
}

function padded(digits: string, sign: string, { flags, width, type }: Layout): string {
  const missing = Math.max(0, width - codePointLength(digits) - sign.length);
  if (flags.includes('-')) return sign + digits + ' '.repeat(missing);
  if (flags.includes('0') && !'srac'.includes(type)) return sign + '0'.repeat(missing) + digits;
  return ' '.repeat(missing) + sign + digits;
}
