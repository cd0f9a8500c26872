// What a body says that its kind does not have: unknown fields, and values of the wrong type.
import { isRecord, type Json, put } from '../json.ts';
import type { ResourceKind } from '../port.ts';
import { badRequest } from '../port.ts';
import { type Field, jsonFields, type Message, messageNamed, messageOfKind } from './catalog.ts';

/** Paths of unknown fields, at most this many. */
const MOST_FOUND = 20;

/** Unknown fields of an object of a built-in kind. Throws 400 for a value of another type than its field's. */
function unknownFields(kind: ResourceKind, object: Json): readonly string[] {
  const message = messageOfKind(kind);
  if (message === undefined) return [];
  const found: string[] = [];
  const { apiVersion: _version, kind: _kind, ...rest } = object;
  inspect(rest, message, '', found);
  return found.slice(0, MOST_FOUND);
}

function inspect(value: Json, message: Message, path: string, found: string[]): void {
  const fields = fieldsByName(message);
  for (const [name, each] of Object.entries(value)) {
    const field = fields.get(name);
    const here = path === '' ? name : `${path}.${name}`;
    if (field === undefined && !(HEAD.has(name) && isKind(message))) found.push(here);
    else if (field === undefined) continue;
    else if (each !== null && each !== undefined) inspectField(each, field, here, found);
  }
}

/** An object within an object, such as a StatefulSet's claims, may say what it is. */
const HEAD = new Set(['apiVersion', 'kind']);
const isKind = (message: Message): boolean => {
  const fields = fieldsByName(message);
  return fields.get('metadata')?.type === 'meta.v1.ObjectMeta' && fields.has('spec') && fields.has('status');
};

const byName = new WeakMap<Message, ReadonlyMap<string, Field>>();

function fieldsByName(message: Message): ReadonlyMap<string, Field> {
  const known = byName.get(message) ?? new Map(jsonFields(message).map((field) => [field.name, field]));
  byName.set(message, known);
  return known;
}

function inspectField(value: unknown, { many, type }: Field, path: string, found: string[]): void {
  if (many === 'one') inspectValue(value, type, path, found);
  else if (many === 'list') {
    if (!Array.isArray(value)) throw mistyped(value, path, 'a list');
    for (const [i, each] of value.entries()) inspectValue(each, type, `${path}[${i}]`, found);
  } else {
    if (!isRecord(value)) throw mistyped(value, path, 'a map');
    for (const [key, each] of Object.entries(value))
      if (each !== null) inspectValue(each, type, `${path}.${key}`, found);
  }
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value);

const EXPECTED: Readonly<Record<string, readonly [(value: unknown) => boolean, string]>> = {
  string: [isText, 'a string'],
  bytes: [isText, 'a base64 string'],
  bool: [(value) => typeof value === 'boolean', 'true or false'],
  int32: [isNumber, 'an integer'],
  int64: [isNumber, 'an integer'],
  time: [isText, 'a time'],
  microtime: [isText, 'a time'],
  quantity: [(value) => isText(value) || typeof value === 'number', 'a quantity'],
  'int-or-string': [(value) => isText(value) || isNumber(value), 'an integer or a string'],
};

function inspectValue(value: unknown, type: string, path: string, found: string[]): void {
  const message = messageNamed(type);
  if (message !== undefined) {
    if (!isRecord(value)) throw mistyped(value, path, 'an object');
    inspect(value, message, path, found);
    return;
  }
  const [isRight, expected] = EXPECTED[type] ?? [() => true, ''];
  if (!isRight(value)) throw mistyped(value, path, expected);
}

function mistyped(value: unknown, path: string, expected: string) {
  const shown = JSON.stringify(value) ?? String(value);
  return badRequest(`${path}: ${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown} is not ${expected}`);
}

/** What `fieldValidation` asks to be done about unknown fields: throws for Strict, answers the warnings for Warn. */
export function checkFields(kind: ResourceKind, object: Json, wish: string | null): readonly string[] {
  const unknown = unknownFields(kind, object).map((path) => `unknown field "${path}"`);
  if (wish === 'Strict' && unknown.length > 0) throw badRequest(`strict decoding error: ${unknown.join(', ')}`);
  return wish === 'Ignore' ? [] : unknown;
}

/** The object without fields its built-in kind does not have: they are never stored. */
export function knownOnly(kind: ResourceKind, object: Json): Json {
  const message = messageOfKind(kind);
  if (message === undefined || unknownFields(kind, object).length === 0) return object;
  const { apiVersion, kind: name, ...rest } = object;
  return { apiVersion, kind: name, ...pruned(rest, message) };
}

function pruned(value: Json, message: Message): Json {
  const fields = fieldsByName(message);
  const made: Json = {};
  for (const [name, each] of Object.entries(value)) {
    const field = fields.get(name);
    if (field !== undefined) put(made, name, prunedField(each, field));
    else if (HEAD.has(name) && isKind(message)) put(made, name, each);
  }
  return made;
}

function prunedField(value: unknown, { many, type }: Field): unknown {
  const message = messageNamed(type);
  if (message === undefined) return value;
  const one = (each: unknown) => (isRecord(each) ? pruned(each, message) : each);
  if (many === 'list') return Array.isArray(value) ? value.map(one) : value;
  if (many === 'one' || !isRecord(value)) return one(value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, one(each)]));
}
