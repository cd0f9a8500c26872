// Whether a custom object fits the schema of its definition: types, required fields, enums and bounds.
import { at, isRecord, type Json, listAt, textAt, textOf } from '../json.ts';
import type { Cause } from '../status.ts';

const MOST_CAUSES = 20;
const MOST_DEPTH = 64;

/** What does not fit, a cause per field. Patterns and CEL rules are not read. */
export function schemaCauses(schema: unknown, object: Json): readonly Cause[] {
  const causes: Cause[] = [];
  // Head and metadata are Kubernetes' own and checked as everybody's.
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    if (HEAD.has(name)) continue;
    if (object[name] !== undefined) check(property, object[name], name, causes, MOST_DEPTH);
    else if (listAt(schema, 'required').includes(name)) causes.push(missing(name));
  }
  return causes.slice(0, MOST_CAUSES);
}

const HEAD = new Set(['apiVersion', 'kind', 'metadata']);
const propertiesOf = (schema: unknown): Json => {
  const properties = at(schema, 'properties');
  return isRecord(properties) ? properties : {};
};

const missing = (field: string): Cause => ({ reason: 'FieldValueRequired', message: 'Required value', field });
const wrong = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)?.slice(0, 80)}: ${why}`,
  field,
});

function check(schema: unknown, value: unknown, path: string, causes: Cause[], left: number): void {
  if (left === 0 || causes.length >= MOST_CAUSES) return;
  if (value === null) {
    if (at(schema, 'nullable') !== true) causes.push(wrong(path, value, 'must not be null'));
    return;
  }
  const why = scalarFault(schema, value);
  if (why !== undefined) causes.push(wrong(path, value, why));
  else if (Array.isArray(value)) {
    for (const [i, each] of value.entries()) check(at(schema, 'items'), each, `${path}[${i}]`, causes, left - 1);
  } else if (isRecord(value)) checkMap(schema, value, path, causes, left - 1);
}

function checkMap(schema: unknown, value: Json, path: string, causes: Cause[], left: number): void {
  for (const name of listAt(schema, 'required').map(textOf)) {
    if (value[name] === undefined) causes.push(missing(`${path}.${name}`));
  }
  const properties = propertiesOf(schema);
  for (const [name, each] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : at(schema, 'additionalProperties');
    if (isRecord(own)) check(own, each, `${path}.${name}`, causes, left);
  }
}

function scalarFault(schema: unknown, value: unknown): string | undefined {
  const type = textAt(schema, 'type');
  const isIntOrString = at(schema, 'x-kubernetes-int-or-string') === true;
  if (!isIntOrString && type !== '' && !isOfType(type, value)) return `must be of type ${type}`;
  const allowed = at(schema, 'enum');
  if (Array.isArray(allowed) && !allowed.includes(value))
    return `supported values: ${allowed.map((each) => JSON.stringify(each)).join(', ')}`;
  const [least, most] = [at(schema, 'minimum'), at(schema, 'maximum')];
  if (typeof value === 'number' && typeof least === 'number' && value < least)
    return `must be greater than or equal to ${least}`;
  if (typeof value === 'number' && typeof most === 'number' && value > most)
    return `must be less than or equal to ${most}`;
  return undefined;
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'object') return isRecord(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
