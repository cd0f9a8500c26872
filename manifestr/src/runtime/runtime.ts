// What all templates of one rendering share: where templates come from, filters, tests, globals, and the bounds of work.

import { PyError } from '../python/py-error.ts';
import type { Keywords, PyObject, Value } from '../python/values.ts';
import type { Template } from '../template/nodes.ts';

export interface FilterCall {
  readonly input: Value;
  readonly args: readonly Value[];
  readonly keywords: Keywords;
  readonly runtime: Runtime;
}

export type Filter = (call: FilterCall) => Value;
export type Test = (call: FilterCall) => boolean;

export interface Runtime {
  readonly strict: boolean;
  readonly globals: ReadonlyMap<string, Value>;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  /** Parsed template of a root-relative name. Throws TemplateNotFound. */
  load(name: string): Template;
  /** Modules of templates imported without context, made once. */
  readonly modules: Map<Template, PyObject>;
  readonly work: Work;
}

const MOST_STEPS = 1_000_000;
const LONGEST_OUTPUT = 256 * 1024 * 1024;
const DEEPEST = 200;

/** Bounds what a template may do, so that one that loops for ever ends with an error. */
export class Work {
  #steps = 0;
  #depth = 0;
  #written = 0;

  restart(): void {
    this.#steps = 0;
    this.#depth = 0;
    this.#written = 0;
  }

  step(): void {
    if (++this.#steps > MOST_STEPS)
      throw new PyError('LimitExceeded', `more than ${MOST_STEPS} loop rounds: does this template loop for ever?`);
  }

  write(length: number): void {
    this.#written += length;
    if (this.#written > LONGEST_OUTPUT)
      throw new PyError('LimitExceeded', 'more than 256 MiB of output: does this template loop for ever?');
  }

  nested<T>(run: () => T): T {
    if (this.#depth >= DEEPEST)
      throw new PyError(
        'LimitExceeded',
        `more than ${DEEPEST} macros or templates inside each other: does this recursion end?`,
      );
    this.#depth++;
    try {
      return run();
    } finally {
      this.#depth--;
    }
  }
}
