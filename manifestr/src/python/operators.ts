// Python's arithmetic: + - * / // % ** over numbers, text and lists, with its errors.

import { codePointLength } from './code-points.ts';
import { isNumeric } from './compare.ts';
import { formatPercent } from './format-percent.ts';
import { escapeHtml } from './html.ts';
import { iterate, MOST_ENTRIES } from './iterate.ts';
import { PyError } from './py-error.ts';
import { undefinedError } from './text.ts';
import { typeName } from './type-name.ts';
import { Markup, PyTuple, Undefined, type Value } from './values.ts';

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
const LONGEST_TEXT = 64 * 1024 * 1024;
const MOST_BITS = 1_000_000;

export function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  if (operator === '%' && (typeof left === 'string' || left instanceof Markup)) return formatPercent(left, right);
  if (left instanceof Undefined) throw undefinedError(left);
  if (right instanceof Undefined) throw undefinedError(right);
  if (isNumeric(left) && isNumeric(right)) return arithmetic(operator, left, right);
  const made =
    operator === '+' ? add(left, right) : operator === '*' ? (repeat(left, right) ?? repeat(right, left)) : undefined;
  if (made === undefined) throw unsupported(operator, left, right);
  return made;
}

export function negate(value: Value): Value {
  if (value instanceof Undefined) throw undefinedError(value);
  if (typeof value === 'bigint') return -value;
  if (typeof value === 'number') return -value;
  if (typeof value === 'boolean') return value ? -1n : 0n;
  throw new PyError('TypeError', `bad operand type for unary -: '${typeName(value)}'`);
}

export function positive(value: Value): Value {
  if (value instanceof Undefined) throw undefinedError(value);
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  throw new PyError('TypeError', `bad operand type for unary +: '${typeName(value)}'`);
}

function unsupported(operator: string, left: Value, right: Value): PyError {
  if (operator === '+' && typeof left === 'string') {
    return new PyError('TypeError', `can only concatenate str (not "${typeName(right)}") to str`);
  }
  if (operator === '+' && Array.isArray(left)) {
    return new PyError('TypeError', `can only concatenate list (not "${typeName(right)}") to list`);
  }
  const sign = operator === '**' ? '** or pow()' : operator;
  return new PyError(
    'TypeError',
    `unsupported operand type(s) for ${sign}: '${typeName(left)}' and '${typeName(right)}'`,
  );
}

function add(left: Value, right: Value): Value | undefined {
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (left instanceof Markup && right instanceof Markup) return new Markup(left.text + right.text);
  if (left instanceof Markup && typeof right === 'string') return new Markup(left.text + escapeHtml(right));
  if (typeof left === 'string' && right instanceof Markup) return new Markup(escapeHtml(left) + right.text);
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  if (left instanceof PyTuple && right instanceof PyTuple) return new PyTuple([...left.entries, ...right.entries]);
  return undefined;
}

function repeat(value: Value, times: Value): Value | undefined {
  if (typeof times !== 'bigint' && typeof times !== 'boolean') return undefined;
  const count = Math.max(0, Number(times));
  if (typeof value === 'string') return repeatText(value, count);
  if (value instanceof Markup) return new Markup(repeatText(value.text, count));
  const entries = Array.isArray(value) ? value : value instanceof PyTuple ? value.entries : undefined;
  if (entries === undefined) return undefined;
  if (entries.length * count > MOST_ENTRIES)
    throw new PyError('LimitExceeded', `a list of ${entries.length * count} entries`);
  // Nothing, however often, is nothing; going round would not end.
  if (entries.length === 0) return Array.isArray(value) ? [] : new PyTuple([]);
  const repeated: Value[] = [];
  for (let round = 0; round < count; round++) for (const entry of iterate(value)) repeated.push(entry);
  return Array.isArray(value) ? repeated : new PyTuple(repeated);
}

function repeatText(text: string, count: number): string {
  if (codePointLength(text) * count > LONGEST_TEXT) throw new PyError('LimitExceeded', 'a text of more than 64 MiB');
  return text === '' ? '' : text.repeat(count);
}

function arithmetic(operator: BinaryOperator, a: boolean | bigint | number, b: boolean | bigint | number): Value {
  const left = typeof a === 'boolean' ? BigInt(a) : a;
  const right = typeof b === 'boolean' ? BigInt(b) : b;
  if (typeof left === 'bigint' && typeof right === 'bigint') return integers(operator, left, right);
  return floats(operator, toFloat(left), toFloat(right));
}

function integers(operator: BinaryOperator, left: bigint, right: bigint): Value {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '**':
      return right < 0n ? floats('**', Number(left), Number(right)) : integerPower(left, right);
    case '/':
      if (right === 0n) throw new PyError('ZeroDivisionError', 'division by zero');
      return trueDivide(left, right);
    case '//':
      return floorDivide(left, right);
    case '%':
      return left - floorDivide(left, right) * right;
  }
}

const EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** Rounded once, to the nearest double, however large the integers are. */
function trueDivide(left: bigint, right: bigint): number {
  const isNegative = left < 0n !== right < 0n;
  const [over, under] = [left < 0n ? -left : left, right < 0n ? -right : right];
  if (over <= EXACT && under <= EXACT) return Number(left) / Number(right);
  // 65 or more digits of the quotient, the last one standing for all that are cut off.
  const shift = BigInt(Math.max(0, 66 + under.toString(2).length - over.toString(2).length));
  const scaled = over << shift;
  const quotient = scaled / under;
  const sticky = scaled % under === 0n ? quotient : quotient | 1n;
  const value = Number(sticky) * 2 ** -Number(shift);
  if (!Number.isFinite(value)) throw new PyError('OverflowError', 'integer division result too large for a float');
  return isNegative ? -value : value;
}

/** Throws OverflowError for what no double can hold. */
export function toFloat(value: bigint | number): number {
  const float = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(float))
    throw new PyError('OverflowError', 'int too large to convert to float');
  return float;
}

function floorDivide(left: bigint, right: bigint): bigint {
  if (right === 0n) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero');
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

function integerPower(base: bigint, exponent: bigint): bigint {
  const size = base.toString(2).length;
  if (size > 1 && exponent * BigInt(size) > BigInt(MOST_BITS))
    throw new PyError('LimitExceeded', 'a number too large to hold');
  return base ** exponent;
}

function floats(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '**':
      if (left === 0 && right < 0) throw new PyError('ZeroDivisionError', '0.0 cannot be raised to a negative power');
      return power(left, right);
    case '/':
      if (right === 0) throw new PyError('ZeroDivisionError', 'float division by zero');
      return left / right;
    case '//':
      if (right === 0) throw new PyError('ZeroDivisionError', 'float floor division by zero');
      return floatFloorDivide(left, right);
    case '%':
      return floatModulo(left, right);
  }
}

function power(left: number, right: number): number {
  if (left < 0 && Number.isFinite(left) && Number.isFinite(right) && !Number.isInteger(right))
    throw new PyError('ValueError', 'the result is a complex number, which templates here do not know');
  // As C's pow, where JavaScript has NaN.
  if (left === 1 || (left === -1 && !Number.isFinite(right) && !Number.isNaN(right))) return 1;
  const made = left ** right;
  if (!Number.isFinite(made) && Number.isFinite(left) && Number.isFinite(right))
    throw new PyError('OverflowError', "(34, 'Numerical result out of range')");
  return made;
}

/** As CPython's float_floor_div. */
function floatFloorDivide(left: number, right: number): number {
  const rest = left % right;
  const isBelow = rest !== 0 && right < 0 !== rest < 0;
  const quotient = (left - rest) / right - (isBelow ? 1 : 0);
  if (quotient === 0) return Object.is(left / right, -0) || left / right < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** The result has the sign of the divisor. */
function floatModulo(left: number, right: number): number {
  if (right === 0) throw new PyError('ZeroDivisionError', 'float modulo');
  const rest = left % right;
  if (rest === 0) return right < 0 ? -0 : 0;
  return rest < 0 !== right < 0 ? rest + right : rest;
}
