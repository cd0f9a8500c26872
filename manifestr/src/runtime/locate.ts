// Gives an error its place: the innermost expression or tag it came from.

import { PyError } from '../python/py-error.ts';
import type { Template } from '../template/nodes.ts';
import { TemplateError, type TemplateErrorKind } from '../template/template-error.ts';
import { nearest } from './nearest.ts';

export function located(error: unknown, template: Template, at: number): unknown {
  const place = { template: template.name, source: template.source, at };
  if (error instanceof PyError) return new TemplateError(kindOf(error), messageOf(error), place, error.variable);
  if (error instanceof RangeError) {
    return new TemplateError('runtime', `too much at once (${error.message}): does this recursion end?`, place);
  }
  return error;
}

function kindOf({ kind }: PyError): TemplateErrorKind {
  if (kind === 'UndefinedError') return 'undefined';
  return kind === 'TemplateNotFound' ? 'missing template' : 'runtime';
}

function messageOf(error: PyError): string {
  const { kind, message, variable, known } = error;
  if (kind !== 'UndefinedError')
    return kind === 'TemplateNotFound' || kind === 'LimitExceeded' ? message : `${kind}: ${message}`;
  const close = variable === undefined ? undefined : nearest(variable, known);
  const named =
    variable === undefined || message.startsWith(`'${variable}'`) ? message : `'${variable}' is undefined: ${message}`;
  return close === undefined ? named : `${named}; did you mean '${close}'?`;
}
