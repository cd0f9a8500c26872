// What went wrong where: every failure of a template reaches the user as one of these.

export type TemplateErrorKind = 'syntax' | 'undefined' | 'missing template' | 'runtime';

export interface Place {
  readonly template: string;
  readonly source: string;
  /** Offset into `source`. */
  readonly at: number;
}

export class TemplateError extends Error {
  readonly kind: TemplateErrorKind;
  readonly template: string;
  readonly line: number;
  readonly column: number;
  /** The line of the template as written. */
  readonly shown: string;
  /** The name that was not there. */
  readonly variable: string | undefined;

  constructor(kind: TemplateErrorKind, message: string, { template, source, at }: Place, variable?: string) {
    super(message);
    this.kind = kind;
    this.template = template;
    this.variable = variable;
    const before = source.slice(0, at);
    const lineStart = before.lastIndexOf('\n') + 1;
    const lineEnd = source.indexOf('\n', lineStart);
    this.line = before.split('\n').length;
    this.column = at - lineStart + 1;
    this.shown = source.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  }
}

/** Three lines for a terminal: where and what, the line, a mark under the column. */
export function describeError(error: TemplateError): string {
  const margin = `${error.line} | `;
  const indent = error.shown.slice(0, error.column - 1).replace(/[^\t]/g, ' ');
  return [
    `${error.template}:${error.line}:${error.column}: ${error.message}`,
    `  ${margin}${error.shown}`,
    `  ${' '.repeat(margin.length)}${indent}^`,
  ].join('\n');
}
