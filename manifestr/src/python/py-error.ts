// An error as Python would raise it, before it is known where in which template it happened.

export type PyErrorKind =
  | 'TypeError'
  | 'ValueError'
  | 'KeyError'
  | 'IndexError'
  | 'OverflowError'
  | 'ZeroDivisionError'
  | 'AttributeError'
  | 'UndefinedError'
  | 'FilterArgumentError'
  | 'TemplateRuntimeError'
  | 'TemplateNotFound'
  | 'LimitExceeded';

export class PyError extends Error {
  readonly kind: PyErrorKind;
  /** The name that was not there, for UndefinedError. */
  readonly variable: string | undefined;
  readonly known: readonly string[];
  constructor(kind: PyErrorKind, message: string, variable?: string, known: readonly string[] = []) {
    super(message);
    this.kind = kind;
    this.variable = variable;
    this.known = known;
  }
}
