// Python's `'{0.name:>8}'.format(…)`: fields and conversions.

import { formatSpec } from './format-spec.ts';
import { attributeOf, memberOf } from './members.ts';
import { PyError } from './py-error.ts';
import { ascii, repr, str, undefinedError } from './text.ts';
import { objectName, typeName } from './type-name.ts';
import { type Keywords, PyDict, Undefined, type Value } from './values.ts';

/** What is formatted: by position and by name; `str.format_map` looks names up in a mapping. */
export interface FieldValues {
  readonly args: readonly Value[];
  named(name: string): Value | undefined;
  /** How a field is written, given its format spec. */
  write(value: Value, spec: string): string;
}

const FIELD = /\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}|[{}]/g;
const PARTS = /^((?:[^![:]|\[[^\]]*\])*)(?:!([\s\S]))?(?::([\s\S]*))?$/;
const STEPS = /\.([^.[]+)|\[([^\]]+)\]/g;

/** Throws KeyError, IndexError, ValueError as Python does. */
export function formatFields(pattern: string, values: FieldValues): string {
  let automatic = 0;
  let isManual = false;
  const numbered = (head: string): string => {
    const isNumber = /^\d*$/.test(head);
    if (isNumber && (head === '' ? isManual : automatic > 0)) {
      throw new PyError('ValueError', 'cannot mix manual field numbers and automatic field numbering');
    }
    if (isNumber && head !== '') isManual = true;
    return head === '' ? String(automatic++) : head;
  };
  const lookUp = (field: string): Value => {
    const [, head = '', tail = ''] = /^([^.[]*)([\s\S]*)$/.exec(field) ?? [];
    return follow(startOf(numbered(head), values), tail);
  };
  const render = (text: string): string =>
    text.replace(FIELD, (whole, inner: string | undefined) => {
      if (whole === '{{' || whole === '}}') return whole.charAt(0);
      if (inner === undefined) throw new PyError('ValueError', `Single '${whole}' encountered in format string`);
      const [, field = '', conversion, spec = ''] = PARTS.exec(inner) ?? [];
      const value = converted(lookUp(field), conversion);
      return values.write(value, render(spec));
    });
  return render(pattern);
}

/** Fields of the arguments of a call. */
export function callFields(args: readonly Value[], keywords: Keywords): FieldValues {
  return { args, named: (name) => keywords.get(name), write: formatSpec };
}

/** Fields of one mapping, as `format_map` has them. */
export function mapFields(mapping: Value): FieldValues {
  return {
    args: [],
    named: (name) => (mapping instanceof PyDict ? mapping.get(name) : undefined),
    write: formatSpec,
  };
}

function startOf(name: string, { args, named }: FieldValues): Value {
  const isNumber = /^\d+$/.test(name);
  const start = isNumber ? args[Number(name)] : named(name);
  if (start !== undefined) return start;
  throw isNumber
    ? new PyError('IndexError', `Replacement index ${name} out of range for positional args tuple`)
    : new PyError('KeyError', repr(name));
}

/** Python's own getattr and [], which know nothing of Jinja's undefined. */
function follow(start: Value, tail: string): Value {
  return [...tail.matchAll(STEPS)].reduce<Value>((value, [, attribute, item = '']) => {
    if (value instanceof Undefined) throw undefinedError(value);
    const found =
      attribute === undefined
        ? memberOf(value, /^\d+$/.test(item) ? BigInt(item) : item)
        : attributeOf(value, attribute);
    if (found !== undefined) return found;
    if (attribute !== undefined)
      throw new PyError('AttributeError', `${repr(objectName(value))} has no attribute ${repr(attribute)}`);
    throw value instanceof PyDict
      ? new PyError('KeyError', repr(item))
      : new PyError('TypeError', `'${typeName(value)}' object has no item ${repr(item)}`);
  }, start);
}

function converted(value: Value, conversion: string | undefined): Value {
  switch (conversion) {
    case undefined:
      return value;
    case 's':
      return str(value);
    case 'r':
      return repr(value);
    case 'a':
      return ascii(value);
    default:
      throw new PyError('ValueError', `Unknown conversion specifier ${conversion}`);
  }
}
