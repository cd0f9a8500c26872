// What goes wrong, as a person should read it (RFC 9457).

export interface FieldError {
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'This question cannot be read',
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'Not known',
  405: 'Not done here',
  409: 'In conflict',
  410: 'Older than what is kept',
  413: 'Too large',
  415: 'Not of a type that is read here',
  422: 'Understood, but not possible',
  429: 'Too many at once',
  500: 'Something broke here',
  503: 'Not now',
};

export const titleOf = (status: number): string => TITLES[status] ?? 'Refused';

/** An answer that is an error. The filter turns it into problem details. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    detail: string,
    more: { readonly errors?: readonly FieldError[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

export const notKnown = (detail: string): Refused => new Refused(404, detail);

export function unreadable(errors: readonly FieldError[]): Refused {
  const told = errors.map(({ field, expected, got }) => `${field}: expected ${expected}, got ${got}`);
  return new Refused(400, told.join('; '), { errors });
}

export const notNow = (detail: string, retryAfterMs = 5_000): Refused =>
  new Refused(503, detail, { headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) } });
