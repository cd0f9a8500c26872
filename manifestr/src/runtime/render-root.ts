// Renders a template in a context, and then the one it extends.

import type { Template } from '../template/nodes.ts';
import { templateReference } from './block.ts';
import type { Context } from './context.ts';
import { execute } from './execute.ts';
import { rootFrame } from './frame.ts';
import type { Runtime } from './runtime.ts';

export function renderRoot(template: Template, context: Context, runtime: Runtime, out: string[]): void {
  context.addBlocks(template);
  run(template, context, runtime, out);
}

function run(template: Template, context: Context, runtime: Runtime, out: string[]): void {
  const frame = rootFrame(runtime, template, context, out);
  frame.scope.declare('self', templateReference(context, runtime));
  execute(template.body, frame);
  const parent = frame.inheritance?.parent;
  if (parent !== undefined) runtime.work.nested(() => run(parent, context, runtime, out));
}
