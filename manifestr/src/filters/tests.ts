// What can follow `is`.

import { bind } from '../python/bind.ts';
import { contains, equals, isNumeric, ordered } from '../python/compare.ts';
import { isIterable, lengthOf } from '../python/iterate.ts';
import { binary } from '../python/operators.ts';
import { isLower, isUpper } from '../python/string-case.ts';
import { str } from '../python/text.ts';
import { DictView, Markup, PyDict, PyIterator, PyObject, Undefined, type Value } from '../python/values.ts';
import type { Runtime, Test } from '../runtime/runtime.ts';

const alone =
  (holds: (value: Value, runtime: Runtime) => boolean): Test =>
  (call) => {
    bind('test', '', 0, call.args, call.keywords);
    return holds(call.input, call.runtime);
  };
const against =
  (name: string, holds: (value: Value, other: Value) => boolean): Test =>
  (call) => {
    const [other = null] = bind('test', name, 1, call.args, call.keywords);
    return holds(call.input, other);
  };

const equal = against('b', equals);
const unequal = against('b', (a, b) => !equals(a, b));
const greater = against('b', (a, b) => ordered(a, '>', b));
const greaterOrEqual = against('b', (a, b) => ordered(a, '>=', b));
const less = against('b', (a, b) => ordered(a, '<', b));
const lessOrEqual = against('b', (a, b) => ordered(a, '<=', b));

export const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['defined', alone((value) => !(value instanceof Undefined))],
  ['undefined', alone((value) => value instanceof Undefined)],
  ['none', alone((value) => value === null)],
  ['boolean', alone((value) => typeof value === 'boolean')],
  ['true', alone((value) => value === true)],
  ['false', alone((value) => value === false)],
  ['integer', alone((value) => typeof value === 'bigint')],
  ['float', alone((value) => typeof value === 'number')],
  ['number', alone(isNumeric)],
  ['string', alone((value) => typeof value === 'string' || value instanceof Markup)],
  ['mapping', alone((value) => value instanceof PyDict)],
  ['sequence', alone(isSequence)],
  ['iterable', alone(isIterable)],
  ['callable', alone((value) => value instanceof Undefined || (value instanceof PyObject && isCallable(value)))],
  ['escaped', alone((value) => value instanceof Markup)],
  ['lower', alone((value) => isLower(str(value)))],
  ['upper', alone((value) => isUpper(str(value)))],
  ['odd', alone((value) => equals(binary('%', value, 2n), 1n))],
  ['even', alone((value) => equals(binary('%', value, 2n), 0n))],
  ['divisibleby', against('num', (value, by) => equals(binary('%', value, by), 0n))],
  ['filter', alone((value, runtime) => runtime.filters.has(str(value)))],
  ['test', alone((value, runtime) => runtime.tests.has(str(value)))],
  ['sameas', against('other', (value, other) => value === other || (value instanceof Undefined && value === other))],
  ['in', against('seq', (value, within) => contains(within, value))],
  ...['==', 'eq', 'equalto'].map((name) => [name, equal] as const),
  ...['!=', 'ne'].map((name) => [name, unequal] as const),
  ...['>', 'gt', 'greaterthan'].map((name) => [name, greater] as const),
  ...['>=', 'ge'].map((name) => [name, greaterOrEqual] as const),
  ...['<', 'lt', 'lessthan'].map((name) => [name, less] as const),
  ...['<=', 'le'].map((name) => [name, lessOrEqual] as const),
]);

function isCallable({ behaviour }: PyObject): boolean {
  return behaviour.call !== undefined;
}

function isSequence(value: Value): boolean {
  if (value instanceof PyIterator || value instanceof DictView || value instanceof PyObject) return false;
  return lengthOf(value) !== undefined;
}
