// Python's `format(value, '>8.2f')`: the mini-language of format specs.

import { codePointLength, codePoints } from './code-points.ts';
import { floatDigits, generalFloat, grouped, integerDigits } from './format-number.ts';
import { PyError } from './py-error.ts';
import { str } from './text.ts';
import { typeName } from './type-name.ts';
import { Markup, type Value } from './values.ts';

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

interface Spec {
  readonly text: string;
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string | undefined;
  readonly withoutMinusZero: boolean;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly group: string | undefined;
  readonly places: number | undefined;
  readonly type: string | undefined;
}

/** Python's format(value, spec). */
export function formatSpec(value: Value, spec: string): string {
  if (spec === '') return str(value);
  if (typeof value === 'string') return formatText(value, value, parsed(value, spec));
  if (value instanceof Markup) return formatText(value.text, value, parsed(value, spec));
  if (typeof value === 'bigint' || typeof value === 'boolean') return formatNumber(BigInt(value), parsed(value, spec));
  if (typeof value === 'number') return formatNumber(value, parsed(value, spec));
  throw new PyError('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`);
}

function parsed(value: Value, text: string): Spec {
  const match = SPEC.exec(text);
  if (match === null)
    throw new PyError('ValueError', `Invalid format specifier '${text}' for object of type '${typeName(value)}'`);
  const [, fill, align, sign, z, alternate, zero, width = '0', group, precision, type] = match;
  return {
    text,
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align,
    sign,
    withoutMinusZero: z !== undefined,
    alternate: alternate !== undefined,
    zero: zero !== undefined,
    width: Number(width),
    group,
    places: precision === undefined ? undefined : Number(precision),
    type,
  };
}

function formatText(text: string, value: Value, spec: Spec): string {
  const { sign, alternate, align, withoutMinusZero, group, places, type } = spec;
  if (type !== undefined && type !== 's') throw unknownCode(type, value);
  if (group !== undefined) throw new PyError('ValueError', `Cannot specify '${group}' with 's'.`);
  const unfit =
    sign !== undefined
      ? 'Sign'
      : withoutMinusZero
        ? 'Negative zero coercion (z)'
        : alternate
          ? 'Alternate form (#)'
          : align === '='
            ? "'=' alignment"
            : undefined;
  if (unfit !== undefined) throw new PyError('ValueError', `${unfit} not allowed in string format specifier`);
  const shown = places === undefined ? text : codePoints(text).slice(0, places).join('');
  return aligned('', shown, { ...spec, align: align ?? '<' });
}

function formatNumber(value: bigint | number, spec: Spec): string {
  const { group, type, zero } = spec;
  const { prefix, digits } = numberDigits(value, spec);
  const separated =
    group === undefined ? digits : grouped(digits, group, group === '_' && 'xXob'.includes(type ?? 'd') ? 4 : 3);
  const align = spec.align ?? (zero ? '=' : '>');
  const head = signOf(value, digits, spec) + prefix;
  if (align === '=' && spec.fill === '0') return zeroFilled(head, separated, spec.width, group);
  return aligned(head, separated, { ...spec, align });
}

function signOf(value: bigint | number, digits: string, { sign = '-', withoutMinusZero }: Spec): string {
  const isZero = withoutMinusZero && typeof value === 'number' && !/[1-9a-z]/i.test(digits.replace(/e[-+]\d+$/i, ''));
  if (!isZero && (value < 0 || Object.is(value, -0))) return '-';
  return sign === '-' ? '' : sign;
}

function unknownCode(type: string, value: Value): PyError {
  return new PyError('ValueError', `Unknown format code '${type}' for object of type '${typeName(value)}'`);
}

function numberDigits(value: bigint | number, spec: Spec): { readonly prefix: string; readonly digits: string } {
  const { type, alternate, group } = spec;
  if (group !== undefined && (type === 'n' || type === 'c' || (group === ',' && 'xXob'.includes(type ?? 'd'))))
    throw new PyError('ValueError', `Cannot specify '${group}' with '${type}'.`);
  if (typeof value === 'bigint' && 'dxXobnc'.includes(type ?? 'd')) return wholeDigits(value, spec);
  const places = spec.places;
  const magnitude = Math.abs(toFloat(value));
  if (type === undefined) return { prefix: '', digits: generalFloat(magnitude, places) };
  if (type === '%') return { prefix: '', digits: `${floatDigits(magnitude * 100, 'f', places ?? 6, alternate)}%` };
  if (!'eEfFgGn'.includes(type)) throw unknownCode(type, value);
  return { prefix: '', digits: floatDigits(magnitude, type === 'n' ? 'g' : type, places ?? 6, alternate) };
}

function wholeDigits(value: bigint, { type = 'd', places, alternate, sign, withoutMinusZero }: Spec) {
  if (places !== undefined) throw new PyError('ValueError', 'Precision not allowed in integer format specifier');
  if (withoutMinusZero)
    throw new PyError('ValueError', 'Negative zero coercion (z) not allowed in format specifier with integer');
  if (type === 'c') {
    if (sign !== undefined) throw new PyError('ValueError', "Sign not allowed with integer format specifier 'c'");
    if (alternate) throw new PyError('ValueError', "Alternate form (#) not allowed with integer format specifier 'c'");
    return { prefix: '', digits: character(value) };
  }
  const { prefix, digits } = integerDigits(value, type);
  return { prefix: alternate ? prefix : '', digits };
}

function character(value: bigint): string {
  if (value < 0n || value > 0x10ffffn) throw new PyError('OverflowError', '%c arg not in range(0x110000)');
  return String.fromCodePoint(Number(value));
}

function toFloat(value: bigint | number): number {
  const float = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(float))
    throw new PyError('OverflowError', 'int too large to convert to float');
  return float;
}

function zeroFilled(head: string, digits: string, width: number, group: string | undefined): string {
  if (group === undefined) return head + '0'.repeat(Math.max(0, width - head.length - digits.length)) + digits;
  let padded = digits;
  while (head.length + padded.length < width) padded = grouped(`0${padded.replaceAll(group, '')}`, group);
  return head + padded;
}

function aligned(head: string, body: string, { align, fill, width }: Spec): string {
  const missing = Math.max(0, width - codePointLength(head + body));
  if (align === '<') return head + body + fill.repeat(missing);
  if (align === '=') return head + fill.repeat(missing) + body;
  if (align === '>') return fill.repeat(missing) + head + body;
  const left = Math.floor(missing / 2);
  return fill.repeat(left) + head + body + fill.repeat(missing - left);
}
