// Renders templates of one tree: parsed once, sharing modules, each bounded in its work.

import { FILTERS } from '../filters/filters.ts';
import { TESTS } from '../filters/tests.ts';
import { PyError } from '../python/py-error.ts';
import type { PyObject, Value } from '../python/values.ts';
import type { Template } from '../template/nodes.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { checkNames } from './check-names.ts';
import { Context } from './context.ts';
import { GLOBALS } from './globals.ts';
import { located } from './locate.ts';
import { renderRoot } from './render-root.ts';
import { type Runtime, Work } from './runtime.ts';

export interface Renderer {
  /** Throws TemplateError, or TemplateNotFound for a `name` that is not there. */
  render(name: string, variables: ReadonlyMap<string, Value>): string;
}

/** `read` gives a template's text by its root-relative name, `undefined` when there is none. */
export function renderer(read: (name: string) => string | undefined, { strict = false } = {}): Renderer {
  const parsed = new Map<string, Template>();
  const runtime: Runtime = {
    strict,
    globals: GLOBALS,
    filters: FILTERS,
    tests: TESTS,
    modules: new Map<Template, PyObject>(),
    work: new Work(),
    load(name) {
      const known = parsed.get(name);
      if (known !== undefined) return known;
      const text = read(name);
      if (text === undefined) throw new PyError('TemplateNotFound', `template '${name}' not found`, name);
      const template = parseTemplate(name, text);
      checkNames(template, FILTERS, TESTS);
      parsed.set(name, template);
      return template;
    },
  };
  return {
    render(name, variables) {
      runtime.work.restart();
      const template = runtime.load(name);
      const out: string[] = [];
      try {
        renderRoot(template, new Context(name, new Map([...GLOBALS, ...variables])), runtime, out);
      } catch (error) {
        throw located(error, template, 0);
      }
      return out.join('');
    },
  };
}
