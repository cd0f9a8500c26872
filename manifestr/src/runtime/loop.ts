// The `loop` variable: where a loop stands, what comes before and after. It looks ahead only when asked.

import { equals } from '../python/compare.ts';
import { iterate, lengthOf } from '../python/iterate.ts';
import { orElse } from '../python/or-else.ts';
import { PyError } from '../python/py-error.ts';
import { PyObject, PyTuple, pyFunction, Undefined, type Value } from '../python/values.ts';

export interface Loop {
  readonly object: PyObject;
  next(): Value | undefined;
}

export function loopOver(
  over: Value,
  recurse: ((over: Value, depth: number) => string) | undefined,
  depth: number,
): Loop {
  let iterator: Iterator<Value> = iterate(over);
  let index = -1;
  let length: number | undefined;
  let before: Value | undefined;
  let current: Value | undefined;
  let ahead: { readonly value: Value | undefined } | undefined;
  let lastChanged: PyTuple | undefined;

  const take = (): Value | undefined => {
    const { done, value } = iterator.next();
    return done === true ? undefined : value;
  };
  const peek = (): Value | undefined => {
    ahead ??= { value: take() };
    return ahead.value;
  };
  const count = (): number => {
    if (length !== undefined) return length;
    length = lengthOf(over);
    if (length !== undefined) return length;
    const rest: Value[] = [];
    for (let value = take(); value !== undefined; value = take()) rest.push(value);
    iterator = rest.values();
    length = rest.length + index + 1 + (ahead?.value === undefined ? 0 : 1);
    return length;
  };
  const absent = (message: string): Undefined => new Undefined(() => ({ message }));
  const members: Readonly<Record<string, () => Value>> = {
    index: () => BigInt(index + 1),
    index0: () => BigInt(index),
    revindex: () => BigInt(count() - index),
    revindex0: () => BigInt(count() - index - 1),
    first: () => index === 0,
    last: () => peek() === undefined,
    length: () => BigInt(count()),
    depth: () => BigInt(depth + 1),
    depth0: () => BigInt(depth),
    previtem: () => (index === 0 ? absent('there is no previous item') : (before ?? null)),
    nextitem: () => orElse(peek(), () => absent('there is no next item')),
    cycle: () => pyFunction('cycle', (args) => cycled(args, index)),
    changed: () =>
      pyFunction('changed', (args) => {
        const now = new PyTuple(args);
        const hasChanged = lastChanged === undefined || !equals(lastChanged, now);
        lastChanged = now;
        return hasChanged;
      }),
  };
  const object = new PyObject('LoopContext', {
    attribute: (name) => (Object.hasOwn(members, name) ? members[name]?.() : undefined),
    length: count,
    text: () => `<LoopContext ${index + 1}/${count()}>`,
    call: ([entries = null]) => {
      if (recurse === undefined) {
        throw new PyError('TypeError', "The loop must have the 'recursive' marker to be called recursively.");
      }
      return recurse(entries, depth + 1);
    },
  });
  return {
    object,
    next() {
      const value = ahead === undefined ? take() : ahead.value;
      ahead = undefined;
      if (value === undefined) return undefined;
      index++;
      before = current;
      current = value;
      return value;
    },
  };
}

function cycled(args: readonly Value[], index: number): Value {
  if (args.length === 0) throw new PyError('TypeError', 'no items for cycling given');
  return args[index % args.length] ?? null;
}
