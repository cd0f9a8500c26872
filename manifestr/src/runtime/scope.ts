// Names inside a template: each loop, macro, `with` and captured block has its own; the outermost one is the context's.

import type { Value } from '../python/values.ts';
import type { Context } from './context.ts';

export class Scope {
  readonly context: Context;
  readonly #parent: Scope | undefined;
  readonly #names = new Map<string, Value>();
  /** What is set at the top of a template is exported and seen by its blocks. */
  readonly #isTop: boolean;

  constructor(context: Context, parent?: Scope, isTop = false) {
    this.context = context;
    this.#parent = parent;
    this.#isTop = isTop;
  }

  inner(): Scope {
    return new Scope(this.context, this);
  }

  lookUp(name: string): Value | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#parent) {
      const value = scope.#names.get(name);
      if (value !== undefined) return value;
    }
    return this.context.resolve(name);
  }

  assign(name: string, value: Value, isExported = true): void {
    if (!this.#isTop) {
      this.#names.set(name, value);
      return;
    }
    this.context.set.set(name, value);
    if (isExported && !name.startsWith('_')) this.context.exported.add(name);
    else this.context.exported.delete(name);
  }

  /** For names the engine itself provides: `loop`, `self`, parameters. */
  declare(name: string, value: Value): void {
    this.#names.set(name, value);
  }

  /** Everything set in this and the enclosing scopes, without the context. */
  locals(): Map<string, Value> {
    const names = this.#parent === undefined ? new Map<string, Value>() : this.#parent.locals();
    for (const [name, value] of this.#names) names.set(name, value);
    return names;
  }

  known(): string[] {
    return [...this.locals().keys(), ...this.context.all().keys()];
  }
}
