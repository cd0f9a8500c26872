// The functions every template has: range, dict, namespace, cycler, joiner.

import { integer } from '../python/bind.ts';
import { toArray } from '../python/iterate.ts';
import { addPair } from '../python/methods-of-dict.ts';
import { PyError } from '../python/py-error.ts';
import { repr } from '../python/text.ts';
import { type Keywords, PyDict, PyObject, PyRange, pyFunction, type Value } from '../python/values.ts';

export const GLOBALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['range', pyClass('range', range)],
  ['dict', pyClass('dict', dict)],
  ['namespace', pyClass('jinja2.utils.Namespace', namespace)],
  ['cycler', pyClass('jinja2.utils.Cycler', cycler)],
  ['joiner', pyClass('jinja2.utils.Joiner', joiner)],
]);

/** Prints as the class it is in Python. */
function pyClass(name: string, call: (args: readonly Value[], keywords: Keywords) => Value): PyObject {
  return new PyObject('type', { call, text: () => `<class '${name}'>` });
}

function range(args: readonly Value[]): Value {
  if (args.length < 1 || args.length > 3)
    throw new PyError('TypeError', `range expected 1 to 3 arguments, got ${args.length}`);
  const [first = 0n, second, step = 1n] = args.map((argument) => {
    if (typeof argument === 'bigint') return argument;
    if (typeof argument === 'boolean') return BigInt(argument);
    return BigInt(integer(argument, 0));
  });
  if (step === 0n) throw new PyError('ValueError', 'range() arg 3 must not be zero');
  return second === undefined ? new PyRange(0n, first, 1n) : new PyRange(first, second, step);
}

function dict([first]: readonly Value[], keywords: Keywords): PyDict {
  const made = new PyDict();
  if (first instanceof PyDict) for (const [key, value] of first.entries()) made.set(key, value);
  else if (first !== undefined) for (const pair of toArray(first)) addPair(made, pair);
  for (const [key, value] of keywords) made.set(key, value);
  return made;
}

function namespace(args: readonly Value[], keywords: Keywords): Value {
  const members = dict(args, keywords);
  return new PyObject('Namespace', {
    attribute: (name) => members.get(name),
    assign: (name, value) => {
      members.set(name, value);
    },
    text: () => `<Namespace ${repr(members)}>`,
  });
}

function cycler(entries: readonly Value[]): Value {
  if (entries.length === 0) throw new PyError('TypeError', 'at least one item has to be provided');
  let at = 0;
  const current = (): Value => entries[at] ?? null;
  const members: Readonly<Record<string, () => Value>> = {
    current,
    next: () =>
      pyFunction('next', () => {
        const value = current();
        at = (at + 1) % entries.length;
        return value;
      }),
    reset: () =>
      pyFunction('reset', () => {
        at = 0;
        return null;
      }),
  };
  return new PyObject('Cycler', {
    attribute: (name) => (Object.hasOwn(members, name) ? members[name]?.() : undefined),
  });
}

function joiner([separator = ', ']: readonly Value[]): Value {
  let used = false;
  return new PyObject('Joiner', {
    call: () => {
      if (used) return separator;
      used = true;
      return '';
    },
  });
}
