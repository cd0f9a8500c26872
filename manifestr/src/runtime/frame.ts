// Where execution stands: the template, the scope, where output goes.

import type { Template } from '../template/nodes.ts';
import type { Context } from './context.ts';
import { type FrameNames, namesOf } from './hidden-names.ts';
import type { Runtime } from './runtime.ts';
import { Scope } from './scope.ts';

export interface Frame {
  readonly runtime: Runtime;
  readonly template: Template;
  readonly scope: Scope;
  readonly out: string[];
  /** Output of the template, block or macro itself: an `include … without context` goes there, past what captures. */
  readonly stream: string[];
  /** Of a template that extends another: the parent, once known. Text after that is dropped. */
  readonly inheritance: { parent: Template | undefined } | undefined;
  readonly isTop: boolean;
}

export function rootFrame(runtime: Runtime, template: Template, context: Context, out: string[]): Frame {
  const scope = new Scope(context, { isTop: true, names: namesOf(template.body) });
  return {
    runtime,
    template,
    scope,
    out,
    stream: out,
    inheritance: template.hasExtends ? { parent: undefined } : undefined,
    isTop: true,
  };
}

/** `names` are those of the body that is carried out in it. */
export function innerFrame(frame: Frame, names?: FrameNames): Frame {
  return { ...frame, scope: frame.scope.inner(names), isTop: false };
}

/** Inner, with its own output: `set` blocks are heard even in a template that extends, filter blocks are not. */
export function capturingFrame(frame: Frame, isHeard: boolean, names?: FrameNames): Frame {
  const inheritance = isHeard ? undefined : frame.inheritance;
  return { ...frame, scope: frame.scope.inner(names), out: [], inheritance, isTop: false };
}

/** Inner, called on its own: a macro, or a round of a recursive loop. */
export function calledFrame(frame: Frame, isHeard: boolean, names?: FrameNames): Frame {
  const inner = capturingFrame(frame, isHeard, names);
  return { ...inner, stream: inner.out };
}

/** Text after an `extends` goes nowhere. */
export function isMuted({ inheritance }: Frame): boolean {
  return inheritance?.parent !== undefined;
}
