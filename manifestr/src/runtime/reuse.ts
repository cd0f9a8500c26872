// `extends`, `include`, `import`, `from … import`: rendering other templates from within one.

import { toArray } from '../python/iterate.ts';
import { orElse } from '../python/or-else.ts';
import { PyError } from '../python/py-error.ts';
import { repr, str, undefinedError } from '../python/text.ts';
import { Markup, PyObject, PyTuple, Undefined, type Value } from '../python/values.ts';
import type { Expression, Statement, Template } from '../template/nodes.ts';
import { TemplateError } from '../template/template-error.ts';
import { Context } from './context.ts';
import { evaluate } from './evaluate.ts';
import type { Frame } from './frame.ts';
import { renderRoot } from './render-root.ts';
import type { Runtime } from './runtime.ts';

type Tag<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

export function extend(name: Expression, frame: Frame): void {
  const { inheritance, isTop, runtime, scope } = frame;
  if (inheritance === undefined || !isTop) {
    throw new PyError('TemplateRuntimeError', 'cannot use extend from a non top-level scope');
  }
  if (inheritance.parent !== undefined) throw new PyError('TemplateRuntimeError', 'extended multiple times');
  inheritance.parent = loadNamed(evaluate(name, frame), runtime);
  scope.context.addBlocks(inheritance.parent);
}

export function include({ template, ignoreMissing, withContext }: Tag<'include'>, frame: Frame): void {
  const { runtime, scope } = frame;
  const found = findTemplate(template, ignoreMissing, frame);
  if (found === undefined) return;
  if (!withContext) {
    frame.stream.push(str(defaultModule(found, runtime)));
    return;
  }
  const context = new Context(found.name, new Map([...scope.context.all(), ...scope.locals()]));
  runtime.work.nested(() => renderRoot(found, context, runtime, frame.out));
}

function findTemplate(name: Expression, ignoreMissing: boolean, frame: Frame): Template | undefined {
  const wanted = evaluate(name, frame);
  try {
    return loadAny(wanted, frame.runtime);
  } catch (error) {
    if (ignoreMissing && error instanceof PyError && error.kind === 'TemplateNotFound') return undefined;
    throw error;
  }
}

export function importTemplate({ template, withContext }: Tag<'import' | 'from'>, frame: Frame): Imported {
  const { runtime, scope } = frame;
  const found = loadNamed(evaluate(template, frame), runtime);
  if (!withContext) return { module: defaultModule(found, runtime), template: found };
  const context = new Context(found.name, new Map([...scope.context.all(), ...scope.locals()]));
  return { module: makeModule(found, context, runtime), template: found };
}

interface Imported {
  readonly module: PyObject;
  readonly template: Template;
}

export function importNames(tag: Tag<'from'>, frame: Frame): void {
  const { module, template } = importTemplate(tag, frame);
  for (const { name, as } of tag.names) {
    const message = `the template ${repr(template.name)} does not export the requested name ${repr(name)}`;
    const value = orElse(
      module.behaviour.attribute?.(name),
      () => new Undefined(() => ({ message, variable: name }), frame.runtime.strict),
    );
    frame.scope.assign(as, value, false);
  }
}

function makeModule(template: Template, context: Context, runtime: Runtime): PyObject {
  const out: string[] = [];
  runtime.work.nested(() => renderRoot(template, context, runtime, out));
  const text = out.join('');
  return new PyObject('TemplateModule', {
    text: () => text,
    attribute: (name) => (context.exported.has(name) ? context.set.get(name) : undefined),
  });
}

/** Rendered once, seeing nothing but the globals. */
function defaultModule(template: Template, runtime: Runtime): PyObject {
  const made = runtime.modules.get(template);
  if (made !== undefined) return made;
  const module = makeModule(template, new Context(template.name, runtime.globals), runtime);
  runtime.modules.set(template, module);
  return module;
}

function loadNamed(name: Value, runtime: Runtime): Template {
  if (name instanceof Undefined) throw undefinedError(name);
  if (typeof name !== 'string' && !(name instanceof Markup)) {
    throw new PyError('TypeError', `a template name must be text, not ${repr(name)}`);
  }
  return runtime.load(str(name));
}

function loadAny(name: Value, runtime: Runtime): Template {
  if (!Array.isArray(name) && !(name instanceof PyTuple)) return loadNamed(name, runtime);
  const names = toArray(name);
  for (const candidate of names) {
    try {
      return loadNamed(candidate, runtime);
    } catch (error) {
      if (error instanceof TemplateError || !(error instanceof PyError) || error.kind !== 'TemplateNotFound')
        throw error;
    }
  }
  throw new PyError('TemplateNotFound', `none of the templates given were found: ${names.map(str).join(', ')}`);
}
