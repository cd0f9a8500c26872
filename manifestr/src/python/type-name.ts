// What Python calls the type of a value, for messages.

import { DictView, Markup, PyDict, PyIterator, PyObject, PyRange, PyTuple, Undefined, type Value } from './values.ts';

export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'string') return 'str';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Markup) return 'Markup';
  if (value instanceof PyTuple) return 'tuple';
  if (value instanceof PyDict) return 'dict';
  if (value instanceof PyRange) return 'range';
  if (value instanceof DictView) return `dict_${value.shows}`;
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof PyIterator || value instanceof PyObject) return value.typeName;
  return 'object';
}

/** As Jinja names it in "… has no attribute": `dict object`, `None`. */
export function objectName(value: Value): string {
  return value === null ? 'None' : `${typeName(value)} object`;
}
