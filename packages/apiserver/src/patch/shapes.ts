// The merge shapes of the built-in kinds, and those a definition's schema declares.
import { at, isRecord, listAt, textAt, textOf } from '../json.ts';
import type { ResourceKind } from '../port.ts';
import { type Field, isBuiltInGroup, jsonFields, type Message, messageNamed, messageOfKind } from '../types/catalog.ts';
import { ANY, ATOMIC, fields, keyed, SET, type Shape } from './shape.ts';

/** Whether strategic merge patches are known for a kind: built-in kinds only, as in Kubernetes. */
export const mergesStrategically = (kind: ResourceKind): boolean =>
  kind.schema === undefined && isBuiltInGroup(kind.group);

export function shapeOf(kind: ResourceKind): Shape {
  const message = messageOfKind(kind);
  if (message !== undefined) return messageShape(message);
  const own = kind.schema === undefined ? {} : (shapeOfSchema(kind.schema).fields ?? {});
  const metadata = messageNamed('meta.v1.ObjectMeta');
  return fields({ ...own, metadata: metadata === undefined ? ANY : messageShape(metadata) });
}

const shapes = new Map<string, Shape>();

/** A patch may go into what server-side apply takes as one piece: fields stay known below an atomic message. */
function messageShape(message: Message): Shape {
  const known = shapes.get(message.name);
  if (known !== undefined) return known;
  const own: Record<string, Shape> = {};
  const shape: Shape = { fields: own, ...(message.isAtomic ? ATOMIC : {}) };
  shapes.set(message.name, shape);
  for (const field of jsonFields(message)) own[field.name] = fieldShape(field);
  return shape;
}

function fieldShape(field: Field): Shape {
  const message = messageNamed(field.type);
  const value = message === undefined ? ANY : messageShape(message);
  const atomic = field.isAtomic ? ATOMIC : {};
  if (field.many === 'map') return { ...atomic, of: value };
  if (field.many === 'one') return field.isAtomic ? { ...value, ...ATOMIC } : value;
  if (field.isSet || field.patchKey === '') return { ...(field.isSet ? {} : ATOMIC), isSet: true };
  const patchKey = field.patchKey === undefined ? {} : { patchKey: field.patchKey };
  if (field.keys.length === 0) return { ...ATOMIC, ...patchKey, of: value };
  const { patchKey: _first, ...keys } = keyed(
    field.keys,
    value,
    field.keys.includes('protocol') ? { protocol: 'TCP' } : {},
  );
  return { ...keys, ...patchKey };
}

const MOST_SCHEMA_DEPTH = 64;

/** From `x-kubernetes-list-type`, `-list-map-keys` and `-map-type`. */
export function shapeOfSchema(schema: unknown, depth = 0): Shape {
  if (depth > MOST_SCHEMA_DEPTH || at(schema, 'x-kubernetes-map-type') === 'atomic') return ATOMIC;
  if (textAt(schema, 'type') === 'array') return listShape(schema, depth);
  const properties = at(schema, 'properties');
  const values = at(schema, 'additionalProperties');
  return {
    ...(isRecord(values) ? { of: shapeOfSchema(values, depth + 1) } : {}),
    ...(isRecord(properties)
      ? {
          fields: Object.fromEntries(
            Object.entries(properties).map(([name, each]) => [name, shapeOfSchema(each, depth + 1)]),
          ),
        }
      : {}),
  };
}

function listShape(schema: unknown, depth: number): Shape {
  const type = textAt(schema, 'x-kubernetes-list-type');
  if (type === 'set') return SET;
  const keys = listAt(schema, 'x-kubernetes-list-map-keys').map(textOf);
  return type === 'map' && keys.length > 0 ? keyed(keys, shapeOfSchema(at(schema, 'items'), depth + 1)) : ATOMIC;
}
