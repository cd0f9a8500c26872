// Python's `'{0.name:>8}'.format(…)`: fields, conversions and format specs.

import { codePointLength, codePoints } from './code-points.ts';
import { floatDigits, generalFloat, grouped, integerDigits } from './format-number.ts';
import { getAttribute, getItem } from './members.ts';
import { PyError } from './py-error.ts';
import { repr, str } from './text.ts';
import { typeName } from './type-name.ts';
import { type Keywords, type Value } from './values.ts';

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

export function formatFields(pattern: string, args: readonly Value[], keywords: Keywords): string {
  let automatic = 0;
  const lookUp = (field: string): Value => {
    const [, head = '', tail = ''] = /^([^.[]*)(.*)$/s.exec(field) ?? [];
    const name = head === '' ? String(automatic++) : head;
    const start = /^\d+$/.test(name) ? args[Number(name)] : keywords.get(name);
    if (start === undefined) {
      throw /^\d+$/.test(name)
        ? new PyError('IndexError', `Replacement index ${name} out of range for positional args tuple`)
        : new PyError('KeyError', repr(name));
    }
    return [...tail.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)].reduce<Value>(
      (value, [, attribute, item = '']) =>
        attribute === undefined
          ? getItem(value, /^\d+$/.test(item) ? BigInt(item) : item)
          : getAttribute(value, attribute),
      start,
    );
  };
  const render = (text: string): string =>
    text.replace(/\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}|[{}]/g, (whole, inner: string | undefined) => {
      if (whole === '{{' || whole === '}}') return whole.charAt(0);
      if (inner === undefined) throw new PyError('ValueError', `Single '${whole}' encountered in format string`);
      const [, field = '', conversion, spec = ''] = /^([^!:]*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(inner) ?? [];
      const value = lookUp(field);
      const shown = conversion === undefined ? value : conversion === 's' ? str(value) : repr(value);
      return formatSpec(shown, render(spec));
    });
  return render(pattern);
}

/** Python's format(value, spec). */
export function formatSpec(value: Value, spec: string): string {
  if (spec === '') return str(value);
  const match = SPEC.exec(spec);
  if (match === null)
    throw new PyError('ValueError', `Invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  const [, fill = ' ', align, sign = '-', alternate, zero, width = '0', group, precision, type] = match;
  const places = precision === undefined ? undefined : Number(precision);
  const isNumber =
    typeof value === 'bigint' || typeof value === 'number' || (typeof value === 'boolean' && type !== undefined);
  if (!isNumber) {
    if (type !== undefined && type !== 's') throw unknownCode(type, value);
    const text = places === undefined ? str(value) : codePoints(str(value)).slice(0, places).join('');
    return aligned('', text, align ?? '<', fill, Number(width));
  }
  const { prefix, digits } = numberDigits(value, type, places, alternate !== undefined);
  const separated =
    group === undefined ? digits : grouped(digits, group, group === '_' && 'xXob'.includes(type ?? 'd') ? 4 : 3);
  const negative = Number(value) < 0 || Object.is(value, -0);
  const head = (negative ? '-' : sign === '-' ? '' : sign) + prefix;
  if (zero !== undefined && align === undefined) return zeroFilled(head, separated, Number(width), group);
  return aligned(head, separated, align ?? '>', fill, Number(width));
}

function unknownCode(type: string, value: Value): PyError {
  return new PyError('ValueError', `Unknown format code '${type}' for object of type '${typeName(value)}'`);
}

function numberDigits(
  value: bigint | number | boolean,
  type: string | undefined,
  places: number | undefined,
  alternate: boolean,
) {
  if (typeof value !== 'number' && (type === undefined || 'dxXobnc'.includes(type))) {
    if (type === 'c') return { prefix: '', digits: String.fromCodePoint(Number(value)) };
    const { prefix, digits } = integerDigits(BigInt(value), type ?? 'd');
    return { prefix: alternate ? prefix : '', digits };
  }
  const magnitude = Math.abs(Number(value));
  if (type === undefined) return { prefix: '', digits: generalFloat(magnitude, places) };
  if (type === '%') return { prefix: '', digits: `${floatDigits(magnitude * 100, 'f', places ?? 6)}%` };
  if (!'eEfFgGn'.includes(type)) throw unknownCode(type, value);
  return { prefix: '', digits: floatDigits(magnitude, type === 'n' ? 'g' : type, places ?? 6, alternate) };
}

function zeroFilled(head: string, digits: string, width: number, group: string | undefined): string {
  if (group === undefined) return head + '0'.repeat(Math.max(0, width - head.length - digits.length)) + digits;
  let padded = digits;
  while (head.length + padded.length < width) padded = grouped(`0${padded.replaceAll(group, '')}`, group);
  return head + padded;
}

function aligned(head: string, body: string, align: string, fill: string, width: number): string {
  const missing = Math.max(0, width - codePointLength(head + body));
  if (align === '<') return head + body + fill.repeat(missing);
  if (align === '=') return head + fill.repeat(missing) + body;
  if (align === '>') return fill.repeat(missing) + head + body;
  const left = Math.floor(missing / 2);
  return fill.repeat(left) + head + body + fill.repeat(missing - left);
}
