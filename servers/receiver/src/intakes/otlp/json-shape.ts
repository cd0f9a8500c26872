// OTLP's JSON against the messages it stands for: a field of another type is named and refused, not passed over. What is not known may be anything.

import protobuf from 'protobufjs';

const isInteger = (value: unknown): boolean =>
  Number.isInteger(value) || (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
const isInstant = (value: unknown): boolean => isInteger(value) && !/^-|^\d{20}$/.test(String(value));
const isEnumName = (value: unknown): boolean => typeof value === 'string' && /^[A-Z][A-Z0-9_]*$/.test(value);
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value !== '' && !/^\s|\s$/.test(value) && isFloat(value));
const isFloat = (text: string): boolean => text === 'NaN' || !Number.isNaN(Number(text));

interface Scalar {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const INTEGER: Scalar = { expected: 'an integer', fits: isInteger };
const SCALARS: Readonly<Record<string, Scalar>> = {
  string: { expected: 'text', fits: (value) => typeof value === 'string' },
  bytes: { expected: 'text', fits: (value) => typeof value === 'string' },
  bool: { expected: 'true or false', fits: (value) => typeof value === 'boolean' },
  double: { expected: 'a number', fits: isNumber },
  int32: { expected: 'an integer or the name of one', fits: (value) => isInteger(value) || isEnumName(value) },
};

/** Throws a `TypeError` that names the first field which is of another type. */
export function checkShape(type: protobuf.Type, value: unknown, path = ''): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object', value);
  for (const [name, field] of Object.entries(type.fields)) {
    const given: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
    if (given === undefined || given === null) continue;
    const at = path === '' ? name : `${path}.${name}`;
    field.resolve();
    if (!field.repeated) checkOne(field, given, at);
    else if (!Array.isArray(given)) throw wrong(at, 'a list', given);
    else for (const [i, one] of given.entries()) checkOne(field, one, `${at}[${i}]`);
  }
}

function checkOne({ resolvedType, type, name }: protobuf.Field, given: unknown, at: string): void {
  if (resolvedType instanceof protobuf.Type) {
    checkShape(resolvedType, given, at);
    return;
  }
  const instant = { expected: 'nanoseconds since 1970', fits: isInstant };
  const { expected, fits } = name.endsWith('UnixNano') ? instant : (SCALARS[type] ?? INTEGER);
  if (!fits(given)) throw wrong(at, expected, given);
}

const wrong = (path: string, expected: string, got: unknown): TypeError =>
  new TypeError(`${path === '' ? 'the body' : path}: expected ${expected}, got ${briefly(got)}`);

const briefly = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);
