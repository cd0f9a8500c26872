// Names inside a template: each loop, macro, `with` and captured block has its own; the outermost one is the context's.

import type { Value } from '../python/values.ts';
import type { Context } from './context.ts';
import type { FrameNames } from './hidden-names.ts';

const NONE: ReadonlySet<string> = new Set();

export class Scope {
  readonly context: Context;
  readonly #parent: Scope | undefined;
  readonly #names = new Map<string, Value>();
  /** What is set at the top of a template is exported and seen by its blocks. */
  readonly #isTop: boolean;
  readonly #refs: ReadonlySet<string>;
  /** Names that are nothing until they are set here, whatever the context has. */
  readonly #hidden: ReadonlySet<string>;

  constructor(context: Context, { parent, isTop = false, names }: ScopeOptions = {}) {
    this.context = context;
    this.#parent = parent;
    this.#isTop = isTop;
    this.#refs = names?.refs ?? NONE;
    this.#hidden = hiddenOf(names?.setFirst ?? NONE, parent);
  }

  inner(names?: FrameNames): Scope {
    return new Scope(this.context, names === undefined ? { parent: this } : { parent: this, names });
  }

  lookUp(name: string): Value | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#parent) {
      const value = scope.#names.get(name);
      if (value !== undefined) return value;
      if (scope.#hidden.size > 0 && scope.#hidden.has(name)) return undefined;
    }
    return this.context.resolve(name);
  }

  assign(name: string, value: Value, isExported = true): void {
    this.#names.set(name, value);
    if (!this.#isTop) return;
    this.context.set.set(name, value);
    if (isExported && !name.startsWith('_')) this.context.exported.add(name);
    else this.context.exported.delete(name);
  }

  /** For names the engine itself provides: `loop`, `self`, parameters. */
  declare(name: string, value: Value): void {
    this.#names.set(name, value);
  }

  refersTo(name: string): boolean {
    return this.#names.has(name) || this.#refs.has(name) || (this.#parent?.refersTo(name) ?? false);
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

interface ScopeOptions {
  readonly parent?: Scope;
  readonly isTop?: boolean;
  readonly names?: FrameNames;
}

function hiddenOf(setFirst: ReadonlySet<string>, parent: Scope | undefined): ReadonlySet<string> {
  if (setFirst.size === 0 || parent === undefined) return setFirst;
  return new Set([...setFirst].filter((name) => !parent.refersTo(name)));
}
