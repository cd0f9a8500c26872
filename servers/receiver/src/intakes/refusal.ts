// What an intake refuses, as its callers read it: `{ message, detail }`.

export class IntakeRefusal extends Error {
  override readonly name = 'IntakeRefusal';
  readonly status: number;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, title: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.headers = headers;
  }
}

export const unreadable = (detail: string): IntakeRefusal => new IntakeRefusal(400, 'cannot be read', detail);
export const notReady = (detail: string): IntakeRefusal =>
  new IntakeRefusal(503, 'store not ready', detail, { 'Retry-After': '5' });
