// Python's str(), repr() and truth of a value.

import { iterate } from './iterate.ts';
import { PyError } from './py-error.ts';
import { DictView, Markup, PyDict, PyIterator, PyObject, PyRange, PyTuple, Undefined, type Value } from './values.ts';

export function str(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.text;
  if (value instanceof Undefined) {
    refuseStrict(value);
    return '';
  }
  return repr(value);
}

export function repr(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return floatRepr(value);
  if (typeof value === 'string') return stringRepr(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (value instanceof Markup) return `Markup(${stringRepr(value.text)})`;
  if (value instanceof PyTuple) {
    return value.entries.length === 1
      ? `(${repr(value.entries[0] ?? null)},)`
      : `(${value.entries.map(repr).join(', ')})`;
  }
  if (value instanceof PyDict) return `{${[...value.entries()].map(([k, v]) => `${repr(k)}: ${repr(v)}`).join(', ')}}`;
  if (value instanceof PyRange) {
    return value.step === 1n
      ? `range(${value.start}, ${value.stop})`
      : `range(${value.start}, ${value.stop}, ${value.step})`;
  }
  if (value instanceof DictView) return `dict_${value.shows}([${[...iterate(value)].map(repr).join(', ')}])`;
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof PyIterator) return `<${value.typeName} object>`;
  return value.behaviour.text?.() ?? `<${value.typeName} object>`;
}

/** As repr, with everything beyond ASCII escaped. */
export function ascii(value: Value): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII.
  return repr(value).replace(/[^\x00-\x7f]/gu, (char) => codeEscape(char.codePointAt(0) ?? 0));
}

export function truth(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Markup) return value.text !== '';
  if (value instanceof PyTuple) return value.entries.length > 0;
  if (value instanceof PyDict) return value.size > 0;
  if (value instanceof PyRange) return value.length > 0n;
  if (value instanceof DictView) return value.dict.size > 0;
  if (value instanceof Undefined) {
    refuseStrict(value);
    return false;
  }
  if (value instanceof PyObject && value.behaviour.length !== undefined) return value.behaviour.length() > 0;
  return true;
}

/** In strict mode, a use of something undefined is an error; otherwise it passes. */
export function refuseStrict(value: Undefined): void {
  if (value.strict) throw undefinedError(value);
}

export function undefinedError(value: Undefined): PyError {
  const { message, variable, known } = value.describe();
  return new PyError('UndefinedError', message, variable, known);
}

/** The shortest digits that read back as the same double, laid out as Python does: exponents below 1e-4 and from 1e16. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  const sign = value < 0 ? '-' : '';
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const SPECIAL = /[\\\n\r\t]|(?! )[\p{C}\p{Z}]/gu;

export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(SPECIAL, (char) => ESCAPES[char] ?? codeEscape(char.codePointAt(0) ?? 0));
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

function codeEscape(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
