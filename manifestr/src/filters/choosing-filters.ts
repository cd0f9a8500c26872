// map, select, reject and their …attr kin; default; attr.

import { iterate } from '../python/iterate.ts';
import { attributeOf } from '../python/members.ts';
import { orElse } from '../python/or-else.ts';
import { PyError } from '../python/py-error.ts';
import { repr, str, truth } from '../python/text.ts';
import { objectName } from '../python/type-name.ts';
import { PyIterator, Undefined, type Value } from '../python/values.ts';
import type { Filter, FilterCall } from '../runtime/runtime.ts';
import { attributeGetter, type Getter } from './attributes.ts';
import { filter } from './define.ts';

export const CHOOSING_FILTERS: readonly (readonly [string, Filter])[] = [
  filter('default', 'default_value boolean', 0, otherwise),
  filter('d', 'default_value boolean', 0, otherwise),
  filter('attr', 'name', 1, (input, [name = null]) => {
    const wanted = str(name);
    const message = () => `${repr(objectName(input))} has no attribute ${repr(wanted)}`;
    return orElse(attributeOf(input, wanted), () => new Undefined(() => ({ message: message(), variable: wanted })));
  }),
  ['map', (call) => new PyIterator(mapped(call))],
  ['select', (call) => new PyIterator(chosen(call, false, true))],
  ['reject', (call) => new PyIterator(chosen(call, false, false))],
  ['selectattr', (call) => new PyIterator(chosen(call, true, true))],
  ['rejectattr', (call) => new PyIterator(chosen(call, true, false))],
];

function otherwise(input: Value, [fallback = '', boolean = false]: readonly (Value | undefined)[]): Value {
  return input instanceof Undefined || (truth(boolean) && !truth(input)) ? fallback : input;
}

function* mapped({ input, args, keywords, runtime }: FilterCall): Generator<Value> {
  if (!truth(input)) return;
  const change = mapping({ input, args, keywords, runtime });
  for (const entry of iterate(input)) yield change(entry);
}

function mapping({ args, keywords, runtime }: FilterCall): Getter {
  const attribute = keywords.get('attribute');
  if (args.length === 0 && attribute !== undefined) {
    const unexpected = [...keywords.keys()].find((name) => name !== 'attribute' && name !== 'default');
    if (unexpected !== undefined)
      throw new PyError('FilterArgumentError', `Unexpected keyword argument ${repr(unexpected)}`);
    return attributeGetter(attribute, keywords.get('default'), undefined, runtime.strict);
  }
  const [name, ...rest] = args;
  if (name === undefined) throw new PyError('FilterArgumentError', 'map requires a filter argument');
  const apply = runtime.filters.get(str(name));
  if (apply === undefined) throw new PyError('TemplateRuntimeError', `No filter named ${repr(name)}.`);
  return (entry) => apply({ input: entry, args: rest, keywords, runtime });
}

function* chosen(call: FilterCall, byAttribute: boolean, wanted: boolean): Generator<Value> {
  if (!truth(call.input)) return;
  const holds = choosing(call, byAttribute);
  for (const entry of iterate(call.input)) if (holds(entry) === wanted) yield entry;
}

function choosing({ args, keywords, runtime }: FilterCall, byAttribute: boolean): (entry: Value) => boolean {
  const [attribute] = args;
  if (byAttribute && attribute === undefined)
    throw new PyError('FilterArgumentError', 'Missing parameter for attribute name');
  const look: Getter = byAttribute
    ? attributeGetter(attribute, undefined, undefined, runtime.strict)
    : (entry) => entry;
  const [name, ...rest] = byAttribute ? args.slice(1) : args;
  if (name === undefined) return (entry) => truth(look(entry));
  const test = runtime.tests.get(str(name));
  if (test === undefined) throw new PyError('TemplateRuntimeError', `No test named ${repr(name)}.`);
  return (entry) => test({ input: look(entry), args: rest, keywords, runtime });
}
