// The values a template computes with, as Python has them: int is a bigint and float a number, so that 1 and 1.0 stay different.

import { dictKey } from './dict-key.ts';

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Value[]
  | Markup
  | PyTuple
  | PyDict
  | PyRange
  | DictView
  | PyIterator
  | PyObject
  | Undefined;

export type Keywords = ReadonlyMap<string, Value>;

/** Text a filter has marked as safe HTML; adding plain text to it escapes that text. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** `fields` names the entries where Python has a named tuple. */
export class PyTuple {
  readonly entries: readonly Value[];
  readonly fields: readonly string[] | undefined;
  constructor(entries: readonly Value[], fields?: readonly string[]) {
    this.entries = entries;
    this.fields = fields;
  }
}

/** Keeps insertion order; `1`, `1.0` and `True` are one key. */
export class PyDict {
  readonly #entries = new Map<unknown, [Value, Value]>();
  get size(): number {
    return this.#entries.size;
  }
  get(key: Value): Value | undefined {
    return this.#entries.get(dictKey(key))?.[1];
  }
  has(key: Value): boolean {
    return this.#entries.has(dictKey(key));
  }
  set(key: Value, value: Value): this {
    const slot = dictKey(key);
    const present = this.#entries.get(slot);
    if (present === undefined) this.#entries.set(slot, [key, value]);
    else present[1] = value;
    return this;
  }
  delete(key: Value): void {
    this.#entries.delete(dictKey(key));
  }
  clear(): void {
    this.#entries.clear();
  }
  *entries(): Generator<[Value, Value]> {
    for (const [key, value] of this.#entries.values()) yield [key, value];
  }
  *keys(): Generator<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }
  *values(): Generator<Value> {
    for (const [, value] of this.#entries.values()) yield value;
  }
  static from(entries: Iterable<readonly [Value, Value]>): PyDict {
    const dict = new PyDict();
    for (const [key, value] of entries) dict.set(key, value);
    return dict;
  }
}

export class PyRange {
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
  constructor(start: bigint, stop: bigint, step: bigint) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
  get length(): bigint {
    const span = this.step > 0n ? this.stop - this.start : this.start - this.stop;
    const stride = this.step > 0n ? this.step : -this.step;
    return span <= 0n ? 0n : (span + stride - 1n) / stride;
  }
  at(index: bigint): bigint {
    return this.start + index * this.step;
  }
}

/** What `d.items()`, `d.keys()` and `d.values()` give: a live look at the dict. */
export class DictView {
  readonly dict: PyDict;
  readonly shows: 'items' | 'keys' | 'values';
  constructor(dict: PyDict, shows: 'items' | 'keys' | 'values') {
    this.dict = dict;
    this.shows = shows;
  }
}

/** A generator or iterator: can be gone through once. */
export class PyIterator {
  readonly typeName: string;
  readonly iterator: Iterator<Value>;
  constructor(iterator: Iterator<Value>, typeName = 'generator') {
    this.iterator = iterator;
    this.typeName = typeName;
  }
}

export interface Behaviour {
  readonly text?: () => string;
  readonly attribute?: (name: string) => Value | undefined;
  readonly assign?: (name: string, value: Value) => void;
  readonly call?: (args: readonly Value[], keywords: Keywords) => Value;
  readonly length?: () => number;
}

/** Anything else with attributes or a call: functions, macros, `loop`, namespaces, imported templates. */
export class PyObject {
  readonly typeName: string;
  readonly behaviour: Behaviour;
  constructor(typeName: string, behaviour: Behaviour) {
    this.typeName = typeName;
    this.behaviour = behaviour;
  }
}

/** What an error about something undefined says. */
export interface Absence {
  readonly message: string;
  /** As the template writes it: `vars.db.host`. */
  readonly variable?: string;
  /** Names that are there instead. */
  readonly known?: readonly string[];
}

/** A name or member that is not there. Prints as nothing; `strict` refuses even that. */
export class Undefined {
  readonly describe: () => Absence;
  readonly strict: boolean;
  constructor(describe: () => Absence, strict = false) {
    this.describe = describe;
    this.strict = strict;
  }
}

export function pyFunction(name: string, call: (args: readonly Value[], keywords: Keywords) => Value): PyObject {
  return new PyObject('function', { call, text: () => `<function ${name}>` });
}
