// The methods of Python's built-in types, by type: `d.items()`, `s.split(',')`, `l.append(x)`.

import { DICT_METHODS } from './methods-of-dict.ts';
import { LIST_METHODS, RANGE_METHODS, TUPLE_METHODS } from './methods-of-list.ts';
import { markupMethod } from './methods-of-markup.ts';
import { FLOAT_METHODS, INT_METHODS } from './methods-of-number.ts';
import { STRING_METHODS } from './methods-of-string.ts';
import { type Keywords, Markup, PyDict, PyObject, PyRange, PyTuple, type Value } from './values.ts';

export type Method<T> = (self: T, args: readonly Value[], keywords: Keywords) => Value;
export type Methods<T> = Readonly<Record<string, Method<T>>>;

/** The bound method, or `undefined` when the type has none of that name. */
export function methodOf(value: Value, name: string): Value | undefined {
  if (typeof value === 'string') return bound(STRING_METHODS, value, name, 'str');
  if (value instanceof Markup) return boundMarkup(value, name);
  if (value instanceof PyDict) return bound(DICT_METHODS, value, name, 'dict');
  if (Array.isArray(value)) return bound(LIST_METHODS, value, name, 'list');
  if (value instanceof PyTuple && value.fields?.includes(name) === true)
    return value.entries[value.fields.indexOf(name)];
  if (value instanceof PyTuple) return bound(TUPLE_METHODS, value, name, 'tuple');
  if (value instanceof PyRange) return rangeMember(value, name);
  if (typeof value === 'bigint' || typeof value === 'boolean')
    return numberMember(INT_METHODS, BigInt(value), name, 'int');
  if (typeof value === 'number') return numberMember(FLOAT_METHODS, value, name, 'float');
  return undefined;
}

function bound<T>(methods: Methods<T>, self: T, name: string, type: string): Value | undefined {
  if (!Object.hasOwn(methods, name)) return undefined;
  const method = methods[name];
  if (method === undefined) return undefined;
  return new PyObject('builtin_function_or_method', {
    call: (args, keywords) => method(self, args, keywords),
    text: () => `<built-in method ${name} of ${type} object>`,
  });
}

function boundMarkup({ text }: Markup, name: string): Value | undefined {
  const method = markupMethod(name);
  if (method === undefined) return undefined;
  return new PyObject('method', { call: (args, keywords) => method(text, args, keywords) });
}

function numberMember<T extends bigint | number>(
  methods: Methods<T>,
  self: T,
  name: string,
  type: string,
): Value | undefined {
  if (name === 'real' || (name === 'numerator' && typeof self === 'bigint')) return self;
  if (name === 'imag') return typeof self === 'bigint' ? 0n : 0;
  if (name === 'denominator' && typeof self === 'bigint') return 1n;
  return bound(methods, self, name, type);
}

function rangeMember(range: PyRange, name: string): Value | undefined {
  if (name === 'start' || name === 'stop' || name === 'step') return range[name];
  return bound(RANGE_METHODS, range, name, 'range');
}
