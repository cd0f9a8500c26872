// Blocks of inherited templates: the most derived one is rendered, `super()` gives the one below, `self.name()` any.

import { PyError } from '../python/py-error.ts';
import { repr } from '../python/text.ts';
import { PyObject, Undefined } from '../python/values.ts';
import type { BlockShape } from '../template/nodes.ts';
import type { Context } from './context.ts';
import { execute } from './execute.ts';
import { type Frame, isMuted } from './frame.ts';
import { namesOf } from './hidden-names.ts';
import type { Runtime } from './runtime.ts';
import { Scope } from './scope.ts';

/** Where a block stands in its template. In a template that extends another, blocks at the top only define. */
export function renderBlock(shape: BlockShape, frame: Frame): void {
  if (frame.isTop && isMuted(frame)) return;
  const context = shape.scoped ? frame.scope.context.derived(frame.scope.locals()) : frame.scope.context;
  if (shape.required && (context.blocks.get(shape.name)?.length ?? 0) <= 1) {
    throw new PyError('TemplateRuntimeError', `Required block ${repr(shape.name)} not found`);
  }
  frame.out.push(blockText(shape.name, 0, context, frame.runtime));
}

function blockText(name: string, depth: number, context: Context, runtime: Runtime): string {
  const source = context.blocks.get(name)?.[depth];
  if (source === undefined) return '';
  const scope = new Scope(context).inner(namesOf(source.shape.body));
  scope.declare('self', templateReference(context, runtime));
  scope.declare('super', blockReference(name, depth + 1, context, runtime));
  const out: string[] = [];
  runtime.work.nested(() => {
    execute(source.shape.body, {
      runtime,
      template: source.template,
      scope,
      out,
      stream: out,
      inheritance: undefined,
      isTop: false,
    });
  });
  return out.join('');
}

function blockReference(name: string, depth: number, context: Context, runtime: Runtime): PyObject | Undefined {
  if ((context.blocks.get(name)?.length ?? 0) <= depth) {
    return new Undefined(
      () => ({ message: `there is no parent block called ${repr(name)}.`, variable: 'super' }),
      runtime.strict,
    );
  }
  return new PyObject('BlockReference', {
    call: () => blockText(name, depth, context, runtime),
    attribute: (attribute) => (attribute === 'super' ? blockReference(name, depth + 1, context, runtime) : undefined),
  });
}

/** `self`: the blocks of the template by name. */
export function templateReference(context: Context, runtime: Runtime): PyObject {
  return new PyObject('TemplateReference', {
    text: () => `<TemplateReference ${repr(context.name)}>`,
    attribute: (name) => (context.blocks.has(name) ? blockReference(name, 0, context, runtime) : undefined),
  });
}
